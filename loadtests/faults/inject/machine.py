"""The machine: its processors busy, its disk full, its clocks moved."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime

import httpx

from loadtests.faults.plan import Trial
from loadtests.faults.proof import Effect
from loadtests.faults.surroundings import empty, fill, is_full
from loadtests.faults.world import World
from loadtests.live.probe import usage
from service.clock import real_now
from service.domain.errors import UnavailableError
from service.processes import tethered

BURNERS_PER_CORE = 2
WAL_SWITCHES_COUNT = 3  # each needs a new segment, for which there is no room
JUMP_SHARE = 0.5  # of the jump, that an answer's date must be away to show it


@asynccontextmanager
async def pressed(_: World, __: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Keep all processors busy with something else."""
    words = tethered([sys.executable, "-c", "while True: pass"], parent_id=os.getpid())
    burners = [
        await asyncio.create_subprocess_exec(*words)
        for _ in range(BURNERS_PER_CORE * (os.cpu_count() or 1))
    ]
    try:
        yield
        spent_s = usage([burner.pid for burner in burners]).cpu_s
    finally:
        for burner in burners:
            burner.kill()
            await burner.wait()
    effect.saw("processor seconds burnt", round(spent_s, 2))


@asynccontextmanager
async def disk_filled(world: World, _: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Leave no room on the servers' disk, then take the ballast away."""
    folder = world.lab.state_dir
    await asyncio.to_thread(fill, folder)
    effect.saw("disks full", is_full(folder))
    for _number in range(WAL_SWITCHES_COUNT):
        try:
            async with world.runtime.pool.connection() as conn:
                await conn.execute("SELECT pg_switch_wal()")
        except UnavailableError:
            break  # that was too much for it
    try:
        yield
    finally:
        empty(folder)


@asynccontextmanager
async def clock_moved(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Move the wall clock of all our processes, not that of Postgres, and back again."""
    clock, offset_s = world.lab.clock, int(trial.victim)
    assert clock is not None, "the surroundings have a clock"
    clock.jump(offset_s)
    try:
        yield
        away_s = await _date_away_s(world.lab.url)
        effect.saw("clocks moved", abs(away_s) > JUMP_SHARE * abs(offset_s))
    finally:
        clock.jump(0)


async def _date_away_s(url: str) -> float:
    """Return how far the date of an answer is from ours."""
    async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
        answer = await http.get("/health/live")
    return (parsedate_to_datetime(answer.headers["date"]) - real_now()).total_seconds()
