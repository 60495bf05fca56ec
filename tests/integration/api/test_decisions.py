"""Why offers were made, as ops and couriers read it, while dispatch, relay and api run."""

import asyncio
import json

import msgspec
import pytest

from service.actions.create_market import MarketRequest, create_market
from service.actions.enroll import OperatorEntry, enroll
from service.dispatch.run import run_dispatch
from service.domain.geo import Point
from service.domain.ids import MarketId
from service.domain.policy import Policy
from tests.integration.api.conftest import JOB, PATIENCE_S
from tests.integration.api.talk import on_duty, resumed
from tests.plain_http import PlainClient

pytestmark = pytest.mark.usefixtures("relay")

AT_PICKUP = {"lat_deg": JOB["pickup"]["lat_deg"], "lng_deg": JOB["pickup"]["lng_deg"]}
PATH = "/v1/courier/decisions"


@pytest.fixture
async def dispatch(runtime, market, relay):
    """A running dispatcher, in a hurry."""
    hurried = msgspec.structs.replace(
        runtime.settings, tick_real_s_min=0.02, lease_renew_s=0.05, lease_ttl_s=1.0
    )
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(run_dispatch(msgspec.structs.replace(runtime, settings=hurried), stop))
        yield
        stop.set()


@pytest.fixture
def decided(ops):
    """Read what was decided about a job, once there is as much as asked for."""

    async def read(job, *, count=1):
        async with asyncio.timeout(PATIENCE_S):
            while True:
                answer = await ops.get(f"/v1/ops/jobs/{job['id']}/decisions")
                assert answer.status_code == 200, answer.text
                found = answer.json()["decisions"]
                if len(found) >= count:
                    return found
                await asyncio.sleep(0.02)

    return read


async def stand_at_pickup(talk):
    await talk.say("report_position", seq=1, accuracy_m=5, **AT_PICKUP)


async def test_ops_read_why_a_job_waited_and_to_whom_it_went(
    runtime, address, keys, ids, post, ops, dispatch, decided
):
    job = await post()
    (waiting,) = await decided(job)
    assert (waiting["outcome"], waiting["offer_id"]) == ("no_candidate", None)
    async with on_duty(runtime, address, keys[1]) as talk:
        await stand_at_pickup(talk)
        offer = await talk.hear("offer_made")
    offered, *_ = await decided(job, count=2)
    assert (offered["outcome"], offered["offer_id"]) == ("offered", offer["offer_id"])
    assert (offered["courier_id"], offered["policy_version"]) == (str(ids[0]), 1)
    reasons = offered["reasons"]
    assert reasons["jobs"][0]["nearest"][0]["courier_id"] == str(ids[0])
    assert {"cost_terms", "runner_up", "deadhead_m"} <= reasons.keys()
    path = f"/v1/ops/jobs/{job['id']}/decisions"
    first = (await ops.get(path, params={"limit": 1})).json()
    assert [one["id"] for one in first["decisions"]] == [offered["id"]]
    rest = (await ops.get(path, params={"cursor": first["next_cursor"]})).json()
    assert waiting["id"] in [one["id"] for one in rest["decisions"]]
    assert offered["id"] not in [one["id"] for one in rest["decisions"]]


async def test_the_feed_tells_which_jobs_stay_open_and_why(runtime, address, keys, post, dispatch):
    async with resumed(address, "/v1/ops/feed", keys[-1]) as feed:
        job = await post()
        async with asyncio.timeout(PATIENCE_S):
            while not (told := (await feed.hear("tick")).get("open_jobs")):
                pass
    assert told[0] == {
        "job_id": job["id"],
        "outcome": "no_candidate",
        "search_round": 0,
        "candidates_count": 0,
        "removed_count_by_filter": {},
    }


async def test_a_courier_reads_of_the_own_offers_only(
    runtime, address, keys, ids, post, clients, courier, dispatch
):
    await post()
    async with on_duty(runtime, address, keys[1]) as talk:
        await stand_at_pickup(talk)
        offer = await talk.hear("offer_made")
        await talk.say("ack", offer_id=offer["offer_id"])
        await talk.say("decline_offer", offer_id=offer["offer_id"], reason="too_far")
        await talk.hear("offer_revoked")
        page = (await courier.get(PATH)).json()
    (decision,) = page["decisions"]
    assert (decision["offer_id"], decision["status"]) == (offer["offer_id"], "declined")
    assert (decision["decided_by"], decision["couriers_considered_count"]) == ("matching", 1)
    assert decision["pay"] == offer["pay"]
    assert all(reason["text"] for reason in decision["reasons"])
    text = json.dumps(page)
    assert not any(str(one) in text for one in ids[1:])
    assert "lat_deg" not in text
    assert (await clients[2].get(PATH)).json() == {"decisions": [], "next_cursor": None}


async def test_an_offer_by_ops_says_so(runtime, address, keys, ids, post, ops, courier):
    job = await post()
    async with on_duty(runtime, address, keys[1]) as talk:
        path = f"/v1/ops/jobs/{job['id']}"
        await ops.post(f"{path}/assignment", json={"courier_id": str(ids[0])})
        await talk.hear("offer_made")
    (decision,) = (await courier.get(PATH)).json()["decisions"]
    assert (decision["decided_by"], decision["reasons"]) == ("ops", [])
    assert (await ops.get(f"{path}/decisions")).json()["decisions"] == []


async def test_another_market_reads_nothing_of_it(runtime, address, keys, post, dispatch, decided):
    job = await post()
    await decided(job)
    graz = MarketRequest(
        market_id=MarketId("graz"),
        name="Graz",
        currency="EUR",
        timezone="Europe/Vienna",
        center=Point(47.07, 15.44),
        service_radius_m=10_000.0,
        policy=Policy(),
    )
    assert await create_market(runtime, graz)
    (stranger,) = await enroll(
        runtime, market_id=graz.market_id, entries=[OperatorEntry(name="Uwe")]
    )
    headers = {"Authorization": f"Bearer {stranger.text}"}
    async with PlainClient(base_url=f"http://{address}", headers=headers) as client:
        answer = await client.get(f"/v1/ops/jobs/{job['id']}/decisions")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
