"""The clock of a process is set by Postgres, whatever it was before."""

import asyncio
from datetime import timedelta

from msgspec.structs import replace
from structlog.testing import capture_logs

from service.clock import Clock
from service.store import anchoring, deployment
from service.store.anchoring import keep_anchored, read_anchor
from service.store.pool import open_pool

PATIENCE_S = 10.0
APART_MAX = timedelta(seconds=5)  # the machine may be busy between two looks


async def apart(clock, runtime):
    async with runtime.pool.connection() as conn:
        return abs(clock.now() - (await deployment.read_market_time(conn)).now)


async def keep_until_right(clock, runtime, pool):
    """Keep the clock at Postgres' time by this pool until it is right."""
    keeping = asyncio.create_task(keep_anchored(clock, pool))
    async with asyncio.timeout(PATIENCE_S):
        while await apart(clock, runtime) > APART_MAX:  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.01)
    keeping.cancel()


async def test_a_process_begins_at_the_market_time(runtime):
    assert await apart(runtime.clock, runtime) < APART_MAX
    assert runtime.clock.time_scale == 1.0


async def test_a_clock_that_fell_behind_while_the_host_slept_is_set(runtime, monkeypatch):
    monkeypatch.setattr(anchoring, "ANCHOR_INTERVAL_S", 0.01)
    async with runtime.pool.connection() as conn:
        anchor = await read_anchor(conn)
    clock = Clock(replace(anchor, market_at=anchor.market_at - timedelta(hours=1)))
    with capture_logs() as logged:
        await keep_until_right(clock, runtime, runtime.pool)
    (stepped,) = [entry for entry in logged if entry["event"] == "clock_stepped"]
    assert abs(stepped["step_s"] - 3_600.0) < APART_MAX.total_seconds()


async def test_another_pace_of_market_time_is_learnt(runtime, monkeypatch):
    monkeypatch.setattr(anchoring, "ANCHOR_INTERVAL_S", 0.01)
    async with runtime.pool.connection() as conn:
        now = (await deployment.read_market_time(conn)).now
        at = now + timedelta(days=1)
        await deployment.set_time(conn, market_at=at, time_scale=2.0)
    await keep_until_right(runtime.clock, runtime, runtime.pool)
    assert runtime.clock.time_scale == 2.0


async def test_without_postgres_it_counts_on(runtime, monkeypatch):
    monkeypatch.setattr(anchoring, "ANCHOR_INTERVAL_S", 0.0)
    closed = await open_pool(runtime.settings)
    await closed.close()
    keeping = asyncio.create_task(keep_anchored(runtime.clock, closed))
    for _ in range(10):
        await asyncio.sleep(0.0)
    assert not keeping.done()
    assert await apart(runtime.clock, runtime) < APART_MAX
    keeping.cancel()
