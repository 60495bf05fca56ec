"""A job from its posting to the door, as seen from outside: REST and three websockets."""

import asyncio

import pytest

from tests.integration.api.conftest import JOB
from tests.integration.api.talk import PATIENCE_S, on_duty, resumed, talking

pytestmark = pytest.mark.usefixtures("relay")

GRABEN = {"south_deg": 48.2, "west_deg": 16.36, "north_deg": 48.22, "east_deg": 16.38}
NEXT_DOOR = {"lat_deg": 48.2090, "lng_deg": 16.3699, "address": "Graben 3"}


async def offered(talk, ops, job, courier_id):
    """Have ops offer the job to the courier; return the offer as the courier hears of it."""
    made = await ops.post(
        f"/v1/ops/jobs/{job['id']}/assignment", json={"courier_id": str(courier_id)}
    )
    assert made.status_code == 201, made.text
    return await talk.hear("offer_made", offer_id=made.json()["id"])


async def taken(talk, offer):
    """Have the courier acknowledge and accept the offer; return the new assignment."""
    await talk.say("ack", offer_id=offer["offer_id"])
    await talk.say("accept_offer", offer_id=offer["offer_id"])
    return (await talk.hear("assignment_changed"))["assignment"]


async def work_stop(talk, stop, *, seq):
    """Report a position at the stop, arrive and complete it."""
    place = {"lat_deg": stop["lat_deg"], "lng_deg": stop["lng_deg"]}
    await talk.say("report_position", seq=seq, accuracy_m=5, **place)
    await talk.say("arrive_at_stop", stop_id=stop["stop_id"])
    await talk.say("complete_stop", stop_id=stop["stop_id"])


async def test_everybody_sees_a_delivery(runtime, address, keys, ids, post, ops, merchant):
    async with (
        resumed(address, "/v1/stream", keys[0]) as watching,
        resumed(address, "/v1/ops/feed", keys[-1]) as feed,
        on_duty(runtime, address, keys[1]) as talk,
    ):
        await feed.say("watch", zoom=15, **GRABEN)
        job = await post(dropoff=JOB["dropoff"] | NEXT_DOOR)
        offer = await offered(talk, ops, job, ids[0])
        assert 0 < offer["expires_in_ms"] <= 30_000
        assert [leg["kind"] for leg in offer["legs"]] == ["pickup", "dropoff"]
        pickup, dropoff = (await taken(talk, offer))["stops"]
        assert dropoff["contact_name"] == JOB["dropoff"]["contact"]["name"]
        await work_stop(talk, pickup, seq=1)
        await work_stop(talk, dropoff, seq=2)
        await talk.hear("job_updated", status="delivered")
        while (await watching.hear("event"))["event"]["type"] != "job.delivered":
            pass
        while (await feed.hear("event"))["event"]["type"] != "job.delivered":
            pass
        while not any("positions" in message for message in feed.heard):
            await feed.hear("positions")
        for told in (talk, watching, feed):
            assert told.seqs == list(range(told.seqs[0], told.seqs[0] + len(told.seqs)))
    assert watching.seqs[0] == 1
    told = (await merchant.get(f"/v1/jobs/{job['id']}/events")).json()["events"]
    assert [event["sequence"] for event in told] == list(range(1, len(told) + 1))
    heard = [message["event"]["id"] for message in watching.heard if message["type"] == "event"]
    assert heard == [event["id"] for event in told]
    assert (await merchant.get(f"/v1/jobs/{job['id']}")).json()["status"] == "delivered"
    stops = (await ops.get(f"/v1/ops/jobs/{job['id']}")).json()["stops"]
    assert all(stop["arrived_at"] <= stop["completed_at"] for stop in stops)


async def test_an_acceptance_is_done_once_it_is_written_and_done_again_when_repeated(
    runtime, address, keys, ids, post, ops
):
    async with on_duty(runtime, address, keys[1]) as talk:
        job = await post()
        offer_id = (await offered(talk, ops, job, ids[0]))["offer_id"]
        await talk.say("accept_offer", offer_id=offer_id, ref="yes")
        await talk.hear("done", ref="yes")
        async with runtime.pool.connection() as conn:
            row = await conn.fetchrow(
                "SELECT courier_id FROM assignment WHERE offer_id = $1", offer_id
            )
        assert row is not None
        assert row["courier_id"] == ids[0]
    async with resumed(address, "/v1/courier", keys[1]) as again:
        await again.say("accept_offer", offer_id=offer_id, ref="once more")
        await again.hear("done", ref="once more")


async def test_each_step_of_an_offer_on_its_way_is_kept(runtime, address, keys, ids, post, ops):
    async def told(offer_id):
        offers = (await ops.get("/v1/ops/offers")).json()["offers"]
        return next(offer for offer in offers if offer["id"] == offer_id)

    async with on_duty(runtime, address, keys[1]) as talk:
        offer = await offered(talk, ops, await post(), ids[0])
        offer_id = offer["offer_id"]
        async with asyncio.timeout(PATIENCE_S):
            while (await told(offer_id))["sent_at"] is None:  # noqa: ASYNC110  # nobody tells it
                await asyncio.sleep(0.05)
        waiting = await told(offer_id)
        assert waiting["created_at"] < waiting["sent_at"]
        assert (waiting["status"], waiting["acknowledged_at"]) == ("pending", None)
        await talk.say("ack", offer_id=offer_id, shown=False)
        await talk.say("ack", offer_id=offer_id)
        await talk.say("ack", offer_id=offer_id)
        await talk.say("accept_offer", offer_id=offer_id)
        await talk.hear("assignment_changed")
    times = await told(offer_id)
    assert times["sent_at"] < times["acknowledged_at"] < times["seen_at"] < times["answered_at"]


async def test_what_is_missed_between_two_connections_comes_once(
    runtime, address, keys, ids, post, ops
):
    async with on_duty(runtime, address, keys[1]) as talk:
        first = await offered(talk, ops, await post(), ids[0])
        epoch = talk.heard[0]["epoch"]
        talk.connection.transport.abort()  # a tunnel
    canceled = await ops.post(
        f"/v1/ops/jobs/{first['job_ids'][0]}/cancellation", json={"reason": "duplicate_job"}
    )
    assert canceled.status_code == 200, canceled.text
    last_seq = talk.seqs[-1]
    async with resumed(address, "/v1/courier", keys[1], epoch=epoch, after_seq=last_seq) as again:
        await again.hear("offer_revoked", offer_id=first["offer_id"])
        second = await offered(again, ops, await post(), ids[0])
        assert second["offer_id"] != first["offer_id"]
    assert again.seqs == list(range(last_seq + 1, last_seq + 1 + len(again.seqs)))


async def test_a_client_that_knows_nothing_is_shown_everything(
    runtime, address, keys, ids, post, ops
):
    async with on_duty(runtime, address, keys[1]) as talk:
        await taken(talk, await offered(talk, ops, await post(reference="one"), ids[0]))
        offer = await offered(talk, ops, await post(reference="two"), ids[0])
    async with resumed(address, "/v1/courier", keys[1]) as again:
        state = again.heard[-1]["state"]
    assert state["status"] == "busy"
    assert [job["reference"] for job in state["assignment"]["jobs"]] == ["one"]
    assert state["assignment"]["stops"][1]["instructions"] == "ring twice"
    assert state["offer"]["offer_id"] == offer["offer_id"]
    assert 0 < state["offer"]["expires_in_ms"] <= offer["expires_in_ms"]


async def test_an_epoch_of_another_history_is_not_recovered(runtime, address, keys):
    async with on_duty(runtime, address, keys[1]):
        pass
    async with talking(address, "/v1/courier", keys[1]) as talk:
        await talk.say("resume", epoch="another", after_seq=1)
        snapshot = await talk.hear("snapshot")
    assert snapshot["recovered"] is False
    assert snapshot["state"]["status"] == "online"


async def test_a_stop_that_was_said_to_fail_has_failed_said_again(
    runtime, address, keys, ids, post, ops
):
    """Answers are lost: who says it again is told that it is done, and nothing is done twice."""
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, _ = (await taken(talk, await offered(talk, ops, await post(), ids[0])))["stops"]
        _, dropoff = (await taken(talk, await offered(talk, ops, await post(), ids[0])))["stops"][
            -2:
        ]
        failing = {"stop_id": pickup["stop_id"], "reason": "pickup_closed"}
        for ref in ("first", "again"):
            await talk.say("fail_stop", ref=ref, **failing)
            await talk.hear("done", ref=ref)
    async with resumed(address, "/v1/courier", keys[2]) as other:
        await other.say("fail_stop", ref="not mine", **failing)
        await other.hear("refused", ref="not mine", code="not_found")
    async with resumed(address, "/v1/courier", keys[1]) as talk:
        route = talk.heard[-1]["state"]["assignment"]["stops"]
        await work_stop(talk, route[0], seq=1)
        failing = {"stop_id": dropoff["stop_id"], "reason": "recipient_unreachable"}
        for ref in ("first", "again"):
            await talk.say("fail_stop", ref=ref, **failing)
            await talk.hear("done", ref=ref)
    facts = "SELECT count(*) FROM fact WHERE type IN ('job.reassigned', 'job.undeliverable')"
    async with runtime.pool.connection() as conn:
        assert await conn.fetchval(facts) == 2
