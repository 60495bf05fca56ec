"""With a part of the service away the rest goes on, as promised, and readiness says which it is."""

import asyncio
import itertools

import pytest
from small_town import (
    ANSWER_S_MAX,
    MARKET_ID,
    PATIENCE_S,
    frozen,
    frozen_server,
    killed_server,
    open_town,
    until,
)

from service.live.positions import read_fixes
from tests.integration.api.talk import on_duty
from tests.integration.webhooks.receiver import receiving

pytestmark = pytest.mark.acceptance

OFFERS = "SELECT count(*) FROM offer_job WHERE job_id = $1"
BY_NOBODY = ("dispatch_late", "redis_unavailable")
NUMBERS = itertools.count(1)  # positions on a connection are numbered upwards
ways_to_go = pytest.mark.parametrize("away", [frozen_server, killed_server])


async def report(talk, *, lat_deg=48.2089, lng_deg=16.3697):
    place = {"lat_deg": lat_deg, "lng_deg": lng_deg, "accuracy_m": 5}
    await talk.say("report_position", seq=next(NUMBERS), **place)


async def keep_reporting(talk):
    """Report where the courier is, over and over; never returns."""
    while True:
        await report(talk)
        await asyncio.sleep(0.5)


async def say(talk, type, **fields):
    """Say it until it is done: a courier's app asks again when it is told to."""
    async with asyncio.timeout(PATIENCE_S):
        for number in range(1_000):
            await talk.say(type, ref=f"{type} {number}", **fields)
            while True:
                message = await talk.hear_any("done", "refused")
                if message.get("ref") == f"{type} {number}":
                    break
            if message["type"] == "done":
                return
            assert message["code"] in ("unavailable", "lock_contention", "overloaded"), message


async def offered_by_ops(town, talk, courier_id):
    """Post a job and have ops offer it to the courier; return the job's id and the offer."""
    posted = await town.post()
    assert posted.status_code == 201, posted.text
    job_id = posted.json()["id"]
    made = await town.ops.post(
        f"/v1/ops/jobs/{job_id}/assignment", json={"courier_id": str(courier_id)}
    )
    assert made.status_code == 201, made.text
    return job_id, await talk.hear("offer_made", offer_id=made.json()["id"])


async def deliver(town, talk, courier_id):
    """Post a job, have ops offer it, and do it to its end; return its id."""
    job_id, offer = await offered_by_ops(town, talk, courier_id)
    await say(talk, "accept_offer", offer_id=offer["offer_id"])
    stops = (await talk.hear("assignment_changed"))["assignment"]["stops"]
    for stop in stops:
        await report(talk, lat_deg=stop["lat_deg"], lng_deg=stop["lng_deg"])
        await say(talk, "arrive_at_stop", stop_id=stop["stop_id"])
        await say(talk, "complete_stop", stop_id=stop["stop_id"])
    job = await town.merchant.get(f"/v1/jobs/{job_id}")
    assert job.json()["status"] == "delivered"
    return job_id


async def told(town, receiver, job_id, type):
    """Wait until the merchant's server has heard of it."""

    async def is_told():
        return any(
            event["type"] == type and event["data"]["id"] == job_id for event in receiver.events
        )

    await until(is_told)


async def create_endpoint(town, port):
    created = await town.merchant.post(
        "/v1/webhook-endpoints",
        json={"url": f"http://127.0.0.1:{port}/"},
        headers={"Idempotency-Key": "endpoint"},
    )
    assert created.status_code == 201, created.text


@ways_to_go
async def test_without_redis_nobody_is_offered_a_job_and_all_else_goes_on(tmp_path, away):
    async with (
        open_town(tmp_path) as town,
        receiving() as (receiver, port),
        on_duty(town.runtime, town.address, town.keys[1]) as anna,
        on_duty(town.runtime, town.address, town.keys[2]) as ben,
        asyncio.TaskGroup() as group,
    ):
        await create_endpoint(town, port)
        walking = group.create_task(keep_reporting(ben))
        async with away("valkey"):
            delivered_id = await deliver(town, anna, town.courier_ids[0])
            await told(town, receiver, delivered_id, "job.delivered")
            waiting = await town.post()
            assert waiting.status_code == 201
            waiting_id = waiting.json()["id"]
            await told(town, receiver, waiting_id, "job.opened")
            body = await town.until_degraded(*BY_NOBODY)
            assert body["status"] == "degraded"
            assert body["ages"]["last_tick_s"] >= 10.0  # told to a tenth
            assert await town.count(OFFERS, waiting_id) == 0  # for many ticks' time

        async def is_offered():
            return await town.count(OFFERS, waiting_id) > 0

        await until(is_offered)
        await town.until_degraded()
        walking.cancel()


@ways_to_go
async def test_without_postgres_the_answer_is_503_soon_and_positions_flow(tmp_path, away):
    async with (
        open_town(tmp_path) as town,
        on_duty(town.runtime, town.address, town.keys[1]) as anna,
    ):
        _, offer = await offered_by_ops(town, anna, town.courier_ids[0])
        async with away("postgres"):
            for lat_deg in (48.2101, 48.2102):
                refused = [
                    await town.post(),
                    await town.merchant.get("/v1/jobs"),
                    await town.ops.get("/v1/ops/market"),
                ]
                assert [answer.status_code for answer in refused] == [503] * 3
                assert {answer.json()["code"] for answer in refused} <= {
                    "unavailable",
                    "overloaded",
                }
                assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
                await town.until_degraded("postgres_unavailable")
                assert await town.ready() == (503, ["postgres_unavailable"])
                await report(anna, lat_deg=lat_deg)
                await until(lambda at=lat_deg: is_seen_at(town, at))
            async with asyncio.timeout(ANSWER_S_MAX):
                await anna.say("accept_offer", offer_id=offer["offer_id"], ref="yes")
                await anna.hear("refused", ref="yes", code="unavailable")

        async def is_back():
            return (await town.post()).status_code == 201

        await until(is_back)
        await town.until_degraded()


async def is_seen_at(town, lat_deg):
    fixes = await read_fixes(town.runtime.redis, MARKET_ID, town.courier_ids[:1])
    return any(fix.lat_deg == lat_deg for fix in fixes.values())


async def test_each_process_that_stands_still_is_missed_by_name_and_no_other_waits_for_it(tmp_path):
    async with (
        open_town(tmp_path) as town,
        receiving() as (receiver, port),
        on_duty(town.runtime, town.address, town.keys[1]) as anna,
    ):
        await create_endpoint(town, port)
        pids = town.stack.processes.pids()
        async with frozen([pids["webhooks"]]):
            job_id = await deliver(town, anna, town.courier_ids[0])
            body = await town.until_degraded("webhooks_late")
            assert body["ages"]["due_webhook_s"] > 10.0
            assert receiver.events == []
        await told(town, receiver, job_id, "job.delivered")
        await town.until_degraded()
        async with frozen([pids["dispatch"]]):
            await town.until_degraded("dispatch_down")
            await deliver(town, anna, town.courier_ids[0])
        await town.until_degraded()
        async with frozen([pids["relay"]]):
            await town.until_degraded("relay_down")
            assert (await town.post()).status_code == 201
        await town.until_degraded()
