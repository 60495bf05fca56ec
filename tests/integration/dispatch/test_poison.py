"""A job or a courier with whom a tick fails stops nobody else, and ops are told."""

import pytest
from msgspec.structs import replace

from service.clock import monotonic_s
from service.dispatch.memory import Memory
from service.dispatch.quarantine import FAILURES_COUNT_MAX
from service.dispatch.tick import tick
from service.domain.geo import Point
from service.domain.load import Load
from service.live import index
from service.relay.index import open_job, roster_entry
from service.store import couriers, jobs

FAR = Point(48.2289, 16.3697)


@pytest.fixture
async def two_pairs(courier_ids, arrive_on_duty, post):
    """Two jobs far apart, a courier beside each; return the ids of the jobs."""
    await arrive_on_duty(courier_ids[0])
    await arrive_on_duty(courier_ids[1], north_m=2_223.9)
    return [await post(), await post(pickup=FAR)]


@pytest.fixture
def memory():
    return Memory()


@pytest.fixture
def spoil(runtime, market):
    """Let the index say something of a job or a courier that no row could."""

    async def spoil_one(*, job_id=None, courier_id=None, **strange):
        async with runtime.pool.connection() as conn:
            if job_id is not None:
                (row,) = await jobs.read_unoffered(conn, market_id=market, job_ids=[job_id])
                await index.put_jobs(runtime.redis, market, [replace(open_job(row), **strange)])
            if courier_id is not None:
                (row,) = await couriers.read_available(
                    conn, market_id=market, courier_ids=[courier_id]
                )
                entry = replace(roster_entry(row), **strange)
                await index.put_roster(runtime.redis, market, [entry])

    return spoil_one


@pytest.fixture
def tick_once(runtime, warrant, quarantine, recorder, memory):
    async def run():
        return await tick(
            runtime,
            warrant,
            tick_s=1.0,
            quarantine=quarantine,
            recorder=recorder,
            memory=memory,
        )

    return run


async def test_a_job_that_cannot_be_decided_on_stops_no_other(
    conn, two_pairs, show, spoil, tick_once, memory, open_offers
):
    strange_id, sound_id = two_pairs
    await show()
    await spoil(job_id=strange_id, dropoff_service_s=-1)
    assert (await tick_once()).offers_count == 1
    assert [offer.job_ids for offer in await open_offers()] == [(sound_id,)]
    for _ in range(FAILURES_COUNT_MAX - 1):
        await tick_once()
    assert memory.faults.left_out(at_s=monotonic_s()) == {(None, strange_id)}
    (told,) = await conn.fetch("SELECT kind, severity, job_id, courier_id FROM exception")
    assert tuple(told) == ("matching_fault", "critical", strange_id, None)
    assert await conn.fetchval("SELECT count(*) FROM fact WHERE type = 'exception.opened'") == 1


async def test_a_courier_who_cannot_be_decided_on_stops_no_other(
    conn, two_pairs, show, spoil, tick_once, courier_ids, open_offers
):
    await show()
    await spoil(courier_id=courier_ids[0], capacity=Load(-1, 0, 0))
    assert (await tick_once()).offers_count >= 1
    assert {offer.courier_id for offer in await open_offers()} == {courier_ids[1]}
    for _ in range(FAILURES_COUNT_MAX - 1):
        await tick_once()
    (told,) = await conn.fetch("SELECT kind, job_id, courier_id FROM exception")
    assert tuple(told) == ("matching_fault", None, courier_ids[0])
