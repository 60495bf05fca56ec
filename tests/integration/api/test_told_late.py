"""A courier arrives and delivers without a network, and is elsewhere when the service hears it."""

import pytest

from tests.integration.api.conftest import JOB
from tests.integration.api.talk import on_duty
from tests.integration.api.test_job_walk import NEXT_DOOR, offered, taken

pytestmark = pytest.mark.usefixtures("relay")

FAR_ON = {"lat_deg": 48.2180, "lng_deg": 16.3697, "accuracy_m": 5}  # a kilometre


def fix_at(stop, *, age_ms):
    place = {"lat_deg": stop["lat_deg"], "lng_deg": stop["lng_deg"]}
    return place | {"accuracy_m": 5, "age_ms": age_ms}


async def test_what_was_done_in_a_dead_zone_is_done(
    runtime, address, keys, ids, post, ops, merchant, conn
):
    async with on_duty(runtime, address, keys[1]) as talk:
        job = await post(dropoff=JOB["dropoff"] | NEXT_DOOR)
        pickup, dropoff = (await taken(talk, await offered(talk, ops, job, ids[0])))["stops"]
        await talk.say("report_position", seq=1, **FAR_ON)
        first = {"stop_id": pickup["stop_id"]}
        await talk.say("arrive_at_stop", ref="here", **first)
        assert (await talk.hear("refused", ref="here"))["code"] == "too_far_from_stop"
        await talk.say("arrive_at_stop", ref="at once", fix=fix_at(pickup, age_ms=500), **first)
        assert (await talk.hear("refused", ref="at once"))["code"] == "stale_position"
        early = fix_at(pickup, age_ms=600_000)
        await talk.say("arrive_at_stop", ref="before it was theirs", fix=early, **first)
        refused = await talk.hear("refused", ref="before it was theirs")
        assert refused["code"] == "stale_position"
        await conn.execute("UPDATE assignment SET started_at = started_at - interval '1 h'")
        for stop, age_ms in ((pickup, 600_000), (dropoff, 300_000)):
            fix = fix_at(stop, age_ms=age_ms)
            await talk.say("arrive_at_stop", stop_id=stop["stop_id"], fix=fix)
            await talk.say("complete_stop", stop_id=stop["stop_id"])
        await talk.hear("job_updated", status="delivered")
    assert (await merchant.get(f"/v1/jobs/{job['id']}")).json()["status"] == "delivered"
    stops = (await ops.get(f"/v1/ops/jobs/{job['id']}")).json()["stops"]
    assert all(stop["reached_at"] < stop["arrived_at"] for stop in stops)


async def test_where_the_courier_was_seen_before_speaks_against_it(
    runtime, conn, market, address, keys, ids, post, ops
):
    async with on_duty(runtime, address, keys[1]) as talk:
        pickup, _ = (await taken(talk, await offered(talk, ops, await post(), ids[0])))["stops"]
        await conn.execute("UPDATE assignment SET started_at = started_at - interval '1 h'")
        await conn.execute(
            "INSERT INTO position_sample (market_id, courier_id, at, lat_deg, lng_deg)"
            " VALUES ($1, $2, market_now() - interval '605 s', 48.25, 16.37)",
            market,
            ids[0],
        )
        fix = fix_at(pickup, age_ms=600_000)
        await talk.say("arrive_at_stop", ref="there", stop_id=pickup["stop_id"], fix=fix)
        assert (await talk.hear("refused", ref="there"))["code"] == "stale_position"
