"""Who leads: a leader that stands still until another has taken over, and two that both believe."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from loadtests.faults.inject.processes import victim_of
from loadtests.faults.kinds import LEADER
from loadtests.faults.plan import Trial
from loadtests.faults.proof import Effect
from loadtests.faults.rows import epoch_of
from loadtests.faults.signals import freeze, thaw
from loadtests.faults.world import MARKET_ID, World

TRIES_COUNT_MAX = 40  # until another asks sooner than the holder, who then decides
TRY_S = 0.3
_RUN_OUT = """
UPDATE lease SET expires_at = clock_timestamp() - interval '1 ms' WHERE name = $1
"""


@asynccontextmanager
async def frozen(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Stop the leader for longer than its lease; it wakes, and believes that it leads."""
    lease = f"{trial.victim.removeprefix(LEADER)}:{MARKET_ID}"
    name = await victim_of(world, trial.victim)
    pids = [world.lab.processes.pids()[name]]
    before = await _epoch(world, lease)
    effect.saw("leaders frozen", await freeze(pids))
    try:
        yield
    finally:
        effect.saw("leases taken over", await _epoch(world, lease) - before)
        thaw(pids)


@asynccontextmanager
async def doubled(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Let the lease run out under its holder, who does not know: two lead until it asks again.

    Again and again, until one of the two was kept from writing what it had decided.
    """
    lease = f"{trial.victim}:{MARKET_ID}"
    before, refusals_before_count = await _epoch(world, lease), world.lab.count_refusals()
    for _ in range(TRIES_COUNT_MAX):
        async with world.runtime.pool.connection() as conn:
            await conn.execute(_RUN_OUT, lease)
        await asyncio.sleep(TRY_S)
        is_taken_over = await _epoch(world, lease) > before
        if is_taken_over and world.lab.count_refusals() > refusals_before_count:
            break
    yield
    effect.saw("leases taken over", await _epoch(world, lease) - before)
    refusals_count = world.lab.count_refusals() - refusals_before_count
    effect.saw("writes of a former leader refused", refusals_count)


async def _epoch(world: World, lease: str) -> int:
    async with world.runtime.pool.connection() as conn:
        return await epoch_of(conn, lease)
