"""What readiness tells of those who work beside the api: from their leases, and what waits."""

import asyncio

import pytest

from service.api.readiness import Readiness, degraded_by
from service.live import index as live_index
from service.store.leadership import Leadership
from tests.integration.relay.conftest import eventually

OLDER = "UPDATE fact SET recorded_at = recorded_at - interval '1 minute'"
TICKED_LONG_AGO = "UPDATE lease SET worked_at = worked_at - interval '1 minute'"


@pytest.fixture
def look(runtime):
    """Look anew."""

    async def look():
        return await Readiness(runtime).look()

    return look


@pytest.fixture
async def dispatching(runtime, market):
    """The lease of the market's dispatch, kept as long as the test runs."""
    leadership = Leadership(
        runtime.pool, name=f"dispatch:{market}", holder="one", ttl_s=4.0, renew_s=0.05
    )
    keeping = asyncio.create_task(leadership.keep())
    yield leadership
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def test_a_leader_that_has_not_ticked_is_late_until_it_does(look, dispatching, conn):
    async def state():
        return (await look()).components.dispatch

    async def is_late():
        return await state() == "late"

    async def is_up():
        return await state() == "up"

    await eventually(is_late)
    dispatching.note_work()
    await eventually(is_up)
    await conn.execute(TICKED_LONG_AGO)
    found = await look()
    assert found.components.dispatch == "late"
    assert found.ages.last_tick_s >= 60.0


async def test_what_was_not_told_yet_makes_the_relay_late(runtime, look, market, post, conn):
    found = await look()
    assert (found.components.dispatch, found.components.relay) == ("down", "down")
    leadership = Leadership(
        runtime.pool, name=f"relay:{market}", holder="one", ttl_s=4.0, renew_s=1.0
    )
    keeping = asyncio.create_task(leadership.keep())

    async def is_up():
        return (await look()).components.relay == "up"

    await eventually(is_up)
    await post()
    assert 0.0 <= (await look()).ages.untold_fact_s < 60.0
    await conn.execute(OLDER)
    found = await look()
    assert found.components.relay == "late"
    assert found.ages.untold_fact_s >= 60.0
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def test_an_index_that_its_relay_does_not_keep_is_late(runtime, look, market, conn):
    await live_index.begin_build(runtime.redis, market, "1")
    await live_index.mark_built(runtime.redis, market, "1")
    leadership = Leadership(
        runtime.pool, name=f"relay:{market}", holder="one", ttl_s=4.0, renew_s=0.05
    )
    keeping = asyncio.create_task(leadership.keep())
    await leadership.until_leading()
    leadership.note_work()

    async def is_noted():
        return await conn.fetchval("SELECT worked_at FROM lease")

    await eventually(is_noted)
    assert (await look()).components.index == "up"
    await conn.execute(TICKED_LONG_AGO)
    assert (await look()).components.index == "late"
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def test_those_who_ask_at_the_same_time_are_told_the_same(runtime, market, conn):
    readiness = Readiness(runtime)
    first, second = await asyncio.gather(readiness.look(), readiness.look())
    assert first is second


WAYS_TO_REFUSE = {
    "demoted": (("REPLICAOF", "127.0.0.1", "1"), ("REPLICAOF", "NO", "ONE")),
    "full": (("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0")),
}


@pytest.mark.parametrize(("way", "back"), WAYS_TO_REFUSE.values(), ids=WAYS_TO_REFUSE)
async def test_redis_that_refuses_writes_is_told_although_it_answers(
    runtime, market, look, way, back
):
    assert (await look()).components.redis == "up"
    await runtime.redis.execute(*way)
    try:
        components = (await look()).components
        assert components.redis == "late"
        assert "redis_refuses_writes" in degraded_by(components)
    finally:
        await runtime.redis.execute(*back)
    assert (await look()).components.redis == "up"
