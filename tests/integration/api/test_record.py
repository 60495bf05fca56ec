"""What a market was like some time ago, as ops read it from the record."""

from datetime import datetime, timedelta

import pytest

from service.dispatch.recording import Ways, pack, record_of
from service.store import position_samples, recorded_ticks, ticks
from service.store.position_samples import PositionSample
from tests.integration.api.talk import on_duty
from tests.integration.api.test_figures import fill
from tests.integration.api.test_job_walk import offered, taken
from tests.integration.api.test_rest import check_problem
from tests.unit.api.test_past_ticks import SUMMARY
from tests.unit.dispatch.makers import make_gathered, make_open_job, make_seen

PATH = "/v1/ops/record"


@pytest.fixture
def now(runtime):
    return runtime.clock.now()


@pytest.fixture
async def recorded(runtime, market, now):
    """Four ticks, 4 s from one another, of which the last is 20 s old."""
    record = record_of(
        make_gathered([make_open_job(1)], [make_seen(1)]),
        tick_s=1.0,
        left_out=(),
        ways=Ways(),
        proposals=(),
    )
    instants = [now - timedelta(seconds=20 + 4 * number) for number in (3, 2, 1, 0)]
    async with runtime.pool.transaction() as conn:
        for at in instants:
            key = await ticks.insert_tick(
                conn, market_id=market, at=at, policy_version=1, dispatch_epoch=1, summary=SUMMARY
            )
            await recorded_ticks.insert_recorded_tick(
                conn,
                tick_id=key.id,
                market_id=market,
                at=at,
                policy_version=1,
                packed=pack(record),
                exact_places=b"",
            )
    return instants


def span(now, *, s=60, **more):
    return {"from": (now - timedelta(seconds=s)).isoformat(), "to": now.isoformat(), **more}


async def read(ops, params):
    answer = await ops.get(PATH, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_ticks_tell_open_jobs_and_couriers(ops, recorded, now):
    found = await read(ops, span(now, every_s=1))
    assert [tick["at"] for tick in found["ticks"]] == [
        at.isoformat().replace("+00:00", "Z") for at in recorded
    ]
    (job,), (courier,) = found["ticks"][0]["jobs"], found["ticks"][0]["couriers"]
    assert (job["pickup_lat_deg"], courier["live_jobs_count"]) == (
        make_open_job(1).pickup_lat_deg,
        0,
    )
    assert found["ticks"][0]["tick"]["jobs_count"] == SUMMARY.jobs_count
    assert found["is_cut"] is False


async def test_of_so_many_seconds_one_tick_is_told(ops, recorded, now):
    instants = [tick["at"] for tick in (await read(ops, span(now, s=40, every_s=8)))["ticks"]]
    assert len(instants) == 2
    assert set(instants) < {at.isoformat().replace("+00:00", "Z") for at in recorded}


@pytest.mark.usefixtures("relay")
async def test_offers_of_the_span_tell_how_they_ended(runtime, address, keys, ids, post, ops, now):
    async with on_duty(runtime, address, keys[1]) as talk:
        await taken(talk, await offered(talk, ops, await post(), ids[0]))
    later = runtime.clock.now() + timedelta(seconds=1)
    (offer,) = (await read(ops, span(later)))["offers"]
    assert (offer["courier_id"], offer["status"]) == (str(ids[0]), "accepted")
    assert offer["created_at"] <= offer["answered_at"]
    assert (await read(ops, span(now - timedelta(minutes=5))))["offers"] == []


async def test_trails_are_thinned(runtime, market, ops, ids, now):
    samples = [
        PositionSample(
            market_id=market,
            courier_id=courier_id,
            at=now - timedelta(seconds=30 - 2 * number),
            lat_deg=48.2 + number / 1_000.0,
            lng_deg=16.3,
        )
        for courier_id in ids
        for number in range(10)
    ]
    async with runtime.pool.connection() as conn:
        await position_samples.copy_samples(conn, samples)
    found = (await read(ops, span(now, s=30, every_s=10)))["positions"]
    assert len(found) == 2 * len(ids)
    assert {position["courier_id"] for position in found} == {str(id_) for id_ in ids}
    assert {position["live_jobs_count"] for position in found} == {None}


async def test_it_is_of_a_quarter_of_an_hour_at_most_and_for_ops_only(ops, merchant, now):
    check_problem(await ops.get(PATH, params=span(now, s=901)), 400, "invalid_params")
    check_problem(await ops.get(PATH, params=span(now, every_s=0.5)), 400, "invalid_params")
    check_problem(await merchant.get(PATH, params=span(now)), 403, "forbidden")


async def test_a_span_with_too_many_bytes_says_that_it_is_cut(ops, recorded, now, monkeypatch):
    monkeypatch.setattr("service.api.ops_record.TICKS_BYTES_MAX", 1)
    found = await read(ops, span(now, every_s=1))
    assert (len(found["ticks"]), found["is_cut"]) == (1, True)


def thirds(instants, *, of, since):
    """Return which thirds of a span of so many seconds the instants are in."""
    return {
        int(3 * (datetime.fromisoformat(at) - since).total_seconds() / of.total_seconds())
        for at in instants
    }


@pytest.mark.parametrize("places_count", [4, 12, 13])
async def test_of_too_many_places_some_are_told_of_all_the_span(
    runtime, market, ops, ids, now, monkeypatch, places_count
):
    monkeypatch.setattr("service.api.ops_record.POSITIONS_COUNT_MAX", places_count)
    since = now - timedelta(seconds=120)
    samples = [
        PositionSample(
            market_id=market,
            courier_id=courier_id,
            at=since + timedelta(seconds=10 * number + 1),
            lat_deg=48.2,
            lng_deg=16.3,
        )
        for courier_id in ids
        for number in range(12)
    ]
    async with runtime.pool.connection() as conn:
        await position_samples.copy_samples(conn, samples)
    found = await read(ops, span(now, s=120, every_s=10))
    assert (len(found["positions"]), found["is_cut"]) == (places_count, True)
    told = [place["at"] for place in found["positions"]]
    expected = {0, 2} if places_count == 4 else {0, 1, 2}
    assert thirds(told, of=timedelta(seconds=120), since=since) == expected


async def test_of_too_many_ticks_some_are_told_of_all_the_span(ops, recorded, now, monkeypatch):
    monkeypatch.setattr("service.api.ops_record.TICKS_COUNT_MAX", 2)
    found = await read(ops, span(now, s=36, every_s=1))
    told = [tick["at"] for tick in found["ticks"]]
    assert (len(told), found["is_cut"]) == (2, True)
    assert told == sorted(told)
    assert told[-1] >= recorded[2].isoformat()


async def test_of_too_many_offers_some_are_told_of_all_the_span(ops, conn, now, monkeypatch):
    monkeypatch.setattr("service.api.ops_record.OFFERS_COUNT_MAX", 6)
    await fill(conn, now, jobs_count=20)
    end = now - timedelta(minutes=45)
    found = await read(ops, span(end, s=900))
    told = [offer["created_at"] for offer in found["offers"]]
    assert (len(told), found["is_cut"]) == (6, True)
    since = end - timedelta(minutes=15)
    assert thirds(told, of=timedelta(minutes=15), since=since) == {0, 1, 2}
    assert told == sorted(told)
