"""Postgres: killed, stopped at once, frozen with all its backends, or its sessions ended."""

import random
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from msgspec import convert

from loadtests.faults.plan import Trial
from loadtests.faults.proof import Effect
from loadtests.faults.signals import freeze, kill, state_of, thaw
from loadtests.faults.world import World
from loadtests.live.waiting import until

BACK_S_MAX = 60.0  # until it has recovered and takes connections
_SESSIONS = """
SELECT pid FROM pg_stat_activity
 WHERE application_name = 'hexhaul' AND pid <> pg_backend_pid() ORDER BY pid
"""
_TERMINATE = """
SELECT count(pg_terminate_backend(pid)) AS sessions_count FROM pg_stat_activity
 WHERE application_name = 'hexhaul' AND pid <> pg_backend_pid()
"""


@asynccontextmanager
async def killed(world: World, _: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Kill the postmaster; its backends end by themselves, and the supervisor starts another."""
    before = world.lab.server_pids("postgres")[0]
    effect.saw("postmasters killed", await kill([before]))
    yield
    effect.saw("postmasters back", await _is_back(world, before))


@asynccontextmanager
async def stopped_at_once(world: World, _: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Shut down without a checkpoint ("immediate"): the next start has to recover."""
    before = world.lab.server_pids("postgres")[0]
    effect.saw("postmasters stopped", await kill([before], by=signal.SIGQUIT))
    yield
    effect.saw("postmasters back", await _is_back(world, before))


@asynccontextmanager
async def backend_killed(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Kill one backend of ours: Postgres then ends all the others, and recovers."""
    async with world.runtime.pool.connection() as conn:
        pids = [convert(row["pid"], int) for row in await conn.fetch(_SESSIONS)]
    effect.saw("backends killed", await kill([random.Random(trial.seed).choice(pids)]))
    yield


@asynccontextmanager
async def terminated(world: World, _: Trial, effect: Effect) -> AsyncGenerator[None]:
    """End every session of ours but this one, whatever it is doing."""
    async with world.runtime.pool.connection() as conn:
        (row,) = await conn.fetch(_TERMINATE)
    effect.saw("sessions ended", convert(row["sessions_count"], int))
    yield


@asynccontextmanager
async def frozen(world: World, _: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Stop the postmaster and each backend: connections stay open, and nobody answers."""
    pids = world.lab.server_pids("postgres")
    effect.saw("processes frozen", await freeze(pids))
    try:
        yield
    finally:
        thaw(reversed(pids))


async def _is_back(world: World, before: int) -> bool:
    async def is_back() -> bool:
        pids = world.lab.server_pids("postgres")
        return bool(pids) and pids[0] != before and state_of(pids[0]) not in ("", "Z")

    return await until(is_back, s_max=BACK_S_MAX)
