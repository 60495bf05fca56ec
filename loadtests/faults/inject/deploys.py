"""Deploys under load: all processes end in turn, and what comes after them may be another version.

A migration is applied before, while all are at work: those of the version before go on with tables
that they do not know.
"""

import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from loadtests.faults.inject.processes import is_back_after
from loadtests.faults.kinds import PROCESSES
from loadtests.faults.plan import Trial
from loadtests.faults.proof import Effect
from loadtests.faults.versions import HERE
from loadtests.faults.world import World
from service.store.connection import Connection
from service.store.history import prepare_database

_TABLES = ("job", "stop", "offer", "assignment", "courier", "fact")
_WIDEN = "ALTER TABLE {table} ADD COLUMN IF NOT EXISTS of_version_{number} text DEFAULT ''"


@asynccontextmanager
async def rolled(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Deploy the same version again, after a migration that gives many tables a column more."""
    for table in _TABLES:
        await world.runtime.attempt(partial(_widen, table, trial.number))
    effect.saw("tables widened", len(_TABLES))
    await _replace_all(world, effect)
    yield


@asynccontextmanager
async def deployed(world: World, trial: Trial, effect: Effect) -> AsyncGenerator[None]:
    """Migrate the database of the former version and deploy this one; perhaps go back to it.

    Whoever goes back keeps the tables: there are no migrations back.
    """
    former = world.lab.version.root
    effect.saw("migrations applied", len(await prepare_database(world.lab.settings)))
    await _deploy(world, effect, HERE)
    if trial.victim == "forth and back":
        await _deploy(world, effect, former)
    yield


async def _deploy(world: World, effect: Effect, root: Path) -> None:
    world.lab.version.deploy(root)
    await _replace_all(world, effect)
    pids = world.lab.processes.pids()
    for name in PROCESSES:
        if not world.lab.version.is_run_by(pids[name]):
            effect.surprises.append(f"{name} is not of the version that was deployed")


async def _replace_all(world: World, effect: Effect) -> None:
    """Ask every process in turn to end, and wait until it was replaced."""
    lab = world.lab
    for name in PROCESSES:
        restarts_count = lab.processes.restarts()[name]
        os.kill(lab.processes.pids()[name], signal.SIGTERM)
        effect.saw("processes replaced", await is_back_after(lab, name, restarts_count))


async def _widen(table: str, number: int, conn: Connection) -> None:
    await conn.execute(_WIDEN.format(table=table, number=number))
