"""Keeps the clock of a process at Postgres' time, whatever its own host says."""

import asyncio
from contextlib import suppress

import structlog

from service.clock import Anchor, Clock, anchor_between, monotonic_s
from service.domain.errors import DomainError
from service.metrics import CLOCK_STEPS
from service.store import deployment
from service.store.connection import Connection
from service.store.pool import Pool

ANCHOR_INTERVAL_S = 10.0  # so late a host that has slept knows the time again, at most
STEP_TOLD_S_MIN = 0.1  # less is what answers differ by

log = structlog.get_logger()


async def read_anchor(conn: Connection) -> Anchor:
    """Return what the market time is now, and how surely."""
    asked_s = monotonic_s()
    found = await deployment.read_running_time(conn)
    return anchor_between(asked_s, monotonic_s(), market_at=found.now, time_scale=found.time_scale)


async def keep_anchored(clock: Clock, pool: Pool) -> None:
    """Compare the clock with Postgres again and again, and set it if need be; never returns."""
    while True:
        await asyncio.sleep(ANCHOR_INTERVAL_S)
        with suppress(DomainError):  # Postgres is away: the monotonic clock counts on
            async with pool.connection() as conn:
                found = await read_anchor(conn)
            step_s = clock.learn(found)
            if step_s >= STEP_TOLD_S_MIN:
                CLOCK_STEPS.inc()
                log.warning("clock_stepped", step_s=round(step_s, 3))
