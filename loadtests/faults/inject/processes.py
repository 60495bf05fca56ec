"""Our own processes: killed, stopped for a while, or all of them ended in turn."""

import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from loadtests.faults.kinds import LEADER, PROCESSES
from loadtests.faults.lab import Lab, is_leader
from loadtests.faults.plan import Trial
from loadtests.faults.proof import Effect
from loadtests.faults.rows import epoch_of
from loadtests.faults.signals import freeze, kill, thaw
from loadtests.faults.world import MARKET_ID, World
from loadtests.live.waiting import until
from service.store.connection import Connection

_TABLES = ("job", "stop", "offer", "assignment", "courier", "fact")
_WIDEN = "ALTER TABLE {table} ADD COLUMN IF NOT EXISTS of_version_{number} text DEFAULT ''"
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
    effect.saw("processes back", await _is_back(lab, name, restarts_count))


@asynccontextmanager
async def frozen(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Stop a process, and let it go on."""
    pids = [world.lab.processes.pids()[await victim_of(world, trial.victim)]]
    effect.saw("processes frozen", await freeze(pids))
    try:
        yield
    finally:
        thaw(pids)


@asynccontextmanager
async def rolled(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Ask every process in turn to end, as a deploy does, and wait until it was replaced.

    Before, a migration is applied while all are at work: those of the version before go on with
    tables that have a column more.
    """
    lab = world.lab
    for table in _TABLES:
        await world.runtime.attempt(partial(_widen, table, trial.number))
    effect.saw("tables widened", len(_TABLES))
    for name in PROCESSES:
        restarts_count = lab.processes.restarts()[name]
        os.kill(lab.processes.pids()[name], signal.SIGTERM)
        effect.saw("processes replaced", await _is_back(lab, name, restarts_count))
    yield


async def _widen(table: str, number: int, conn: Connection) -> None:
    await conn.execute(_WIDEN.format(table=table, number=number))


async def _is_back(lab: Lab, name: str, restarts_count: int) -> bool:
    async def is_back() -> bool:
        has_begun = lab.processes.restarts()[name] > restarts_count
        leg = lab.legs[name, "postgres"]
        return has_begun and name in lab.processes.pids() and leg.connections_count > 0

    return await until(is_back, s_max=BACK_S_MAX)
