"""Our own processes: killed, or stopped for a while."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from loadtests.faults.kinds import LEADER
from loadtests.faults.lab import Lab, is_leader
from loadtests.faults.plan import Trial
from loadtests.faults.proof import Effect
from loadtests.faults.rows import epoch_of
from loadtests.faults.signals import freeze, kill, thaw
from loadtests.faults.world import MARKET_ID, World
from loadtests.live.waiting import until

BACK_S_MAX = 30.0  # until a process that ended is started again


async def victim_of(world: World, victim: str) -> str:
    """Return the process that is meant: a leader is whoever has the lease now."""
    if not is_leader(victim):
        return victim
    role = victim.removeprefix(LEADER)
    async with world.runtime.pool.connection() as conn:
        epoch = await epoch_of(conn, f"{role}:{MARKET_ID}")
    return world.lab.led_by(role, epoch=epoch)


@asynccontextmanager
async def killed(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Kill a process; its supervisor starts it again."""
    name, lab = await victim_of(world, trial.victim), world.lab
    restarts_count = lab.processes.restarts()[name]
    effect.saw("processes killed", await kill([lab.processes.pids()[name]]))
    yield
    effect.saw("processes back", await is_back_after(lab, name, restarts_count))


@asynccontextmanager
async def frozen(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Stop a process, and let it go on."""
    pids = [world.lab.processes.pids()[await victim_of(world, trial.victim)]]
    effect.saw("processes frozen", await freeze(pids))
    try:
        yield
    finally:
        thaw(pids)


async def is_back_after(lab: Lab, name: str, restarts_count: int) -> bool:
    """Wait until a process was started again, and has a database; return whether it came to that.

    Args:
        lab: where the process is.
        name: which.
        restarts_count: how often it was started again before it ended.
    """

    async def is_back() -> bool:
        has_begun = lab.processes.restarts()[name] > restarts_count
        leg = lab.legs[name, "postgres"]
        return has_begun and name in lab.processes.pids() and leg.connections_count > 0

    return await until(is_back, s_max=BACK_S_MAX)
