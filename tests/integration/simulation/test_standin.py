"""The simulator's stand-in for Postgres does what Postgres does: one script, the same notes."""

import asyncio
from contextlib import asynccontextmanager

import asyncpg
import pytest
from msgspec.structs import replace

from service.clock import real_now
from service.store.pool import open_pool
from tests.simulation.standin import locks, pool
from tests.simulation.standin.beginning import prepare
from tests.simulation.standin.database import START, Database
from tests.simulation.standin.pool import StandInPool, Ways
from tests.simulation.standin.scripts import play
from tests.simulation.standin.statements import STATEMENTS

SEEDS = (*range(6), 17)  # 17: a row is changed whose key another wants
PATIENCE_S = 60.0
LOCK_MS = 40_000


class NoWays(Ways):
    """Nothing on the way but a turn of the event loop."""

    def __init__(self):
        super().__init__(None)

    def way_s(self):
        return 0.0

    def commit_fate(self):
        return None


async def notes_of_standin(seed):
    database = Database(lambda: (real_now() - START).total_seconds())
    standin = StandInPool(database, NoWays())
    await prepare(standin)

    async def is_waiting(session):
        await asyncio.sleep(0)
        return session.conn is not None and database.locks.is_waiting(session.conn.transaction)

    return await play(seed, standin, is_waiting)


async def notes_of_postgres(seed, database):
    observer = await asyncpg.connect(database.database_url)
    real = await open_pool(database)
    pids = {}

    async def is_waiting(session):
        """Ask for whom the session's connection waits; its own number it said when it began."""
        if session.conn not in pids:
            return False
        return bool(await observer.fetchval("SELECT pg_blocking_pids($1)", pids[session.conn]))

    try:
        await prepare(real)
        return await play(seed, Watched(real, pids), is_waiting)
    finally:
        await observer.close()
        await real.close()


class Watched:
    """The pool, which notes who has which connection.

    A session that is not drawn for long is idle in its transaction; here too that is no fault, or
    a slow machine would have Postgres let go of its locks.
    """

    def __init__(self, pool, pids):
        self._pool, self._pids = pool, pids

    @asynccontextmanager
    async def transaction(self):
        async with self._pool.transaction() as conn:
            await conn.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{PATIENCE_S}s'")
            row = await conn.fetchrow("SELECT pg_backend_pid() AS pid")
            self._pids[conn] = row["pid"]
            yield conn


@pytest.mark.parametrize("seed", SEEDS)
async def test_postgres_and_its_standin_say_the_same(seed, database, monkeypatch):
    """Nobody waits too long on either side, however slow the machine: that is no part of it."""
    patient = replace(database, command_timeout_s=PATIENCE_S, lock_timeout_ms=LOCK_MS)
    for module, name in ((locks, "LOCK_TIMEOUT_S"), (pool, "COMMAND_S_MAX"), (pool, "IDLE_S_MAX")):
        monkeypatch.setattr(module, name, PATIENCE_S)
    expected = await notes_of_postgres(seed, patient)
    found = await notes_of_standin(seed)
    for number, (one, other) in enumerate(zip(expected, found, strict=False)):
        assert other == one, f"note {number} of seed {seed}"
    assert len(found) == len(expected)


def test_the_scripts_have_what_they_are_for(monkeypatch):
    """They use every query of the stand-in; many wait, are refused, and go on."""
    used, statements = set(), dict(STATEMENTS)
    for query, statement in statements.items():
        monkeypatch.setitem(STATEMENTS, query, _noted(used, query, statement))
    noted = [note for seed in SEEDS for note in asyncio.run(notes_of_standin(seed))]
    results = [result for _, _, result in noted]
    for result in ("waits", "UniqueViolationError", "made", "accepted", "revoked", "committed"):
        assert results.count(result) > 3, result
    unused = {statements[query].__name__ for query in statements.keys() - used}
    assert unused == {"list_listeners"}  # which finds nobody


def _noted(used, query, statement):
    async def note_and_do(*args):
        used.add(query)
        return await statement(*args)

    return note_and_do
