"""Forward-only migrations: numbered files, each applied once, under a lock."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from importlib.resources import files

import msgspec
from msgspec import Struct

from service.domain.errors import LockContentionError
from service.settings import LOCK_SHARE_MAX, Settings
from service.store.connection import Connection
from service.store.index_building import build, is_concurrent, read_builds
from service.store.pool import Pool, open_pool

# Any number will do, as long as no other program on the same database takes it.
_LOCK_KEY = 7_204_118_030
MIGRATION_S_MAX = 600.0
LOCK_MS_MAX = 2_000  # for a table; requests that come meanwhile wait behind it
PAUSE_S = 5.0
TRIES_COUNT_MAX = 100


TURN_S = 0.2  # between two looks whether another host is done
TURNS_COUNT_MAX = 3_000
# What locked its tables before it was released, and makes the same schema now without, alone or
# together with the migration behind it.
FORMERLY = {
    "0029_turns_by_time": "1d04f7eb5ab771aa0f688e79aab83d0d95c46aa19e14133d8bf27b5e08d57f2d",
    "0041_looks_end": "c5fd3ac2a1a497b2676e25d265dc6330b2ab7a96c52d69bb266100f1b25d901e",
}


class _NotYetError(Exception):
    """Another host migrates this database now, or has done so meanwhile."""


class MigrationChangedError(Exception):
    """A migration that was applied here has been edited since; write a new one instead."""


class Migration(Struct, frozen=True, kw_only=True):
    name: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def read_migrations() -> list[tuple[str, str]]:
    """Return (name, text) of every migration, in order."""
    paths = (files("sql") / "migrations").iterdir()
    return sorted(
        (path.name.removesuffix(".sql"), path.read_text("utf-8"))
        for path in paths
        if path.name.endswith(".sql")
    )


async def migrate(settings: Settings) -> list[str]:
    """Apply the migrations that this database lacks, one after the other; return their names.

    Each is a transaction of its own, but those that `index_building` knows: what one locks is free
    again before the next begins, and what was applied before one that fails stays. None waits long
    for a lock, for whoever comes later waits behind it; it is tried again. On a connection of its
    own: a migration may take as long as no request may, and another host's is waited for.

    Raises:
        MigrationChangedError: a file does not read as it did when it was applied.
        LockContentionError: others held the same tables all the time.
        UnavailableError: Postgres does not answer.
    """
    patient = msgspec.structs.replace(
        settings,
        command_timeout_s=MIGRATION_S_MAX,
        lock_timeout_ms=int(LOCK_SHARE_MAX * 1_000.0 * MIGRATION_S_MAX),
        pool_connections_count_max=1,
    )
    pool = await open_pool(patient)
    try:
        return [name async for name in _apply_all(pool)]
    finally:
        await pool.close()


async def _apply_all(pool: Pool) -> AsyncGenerator[str]:
    tries_left_count, turns_left_count = TRIES_COUNT_MAX, TURNS_COUNT_MAX
    while True:
        try:
            name = await _apply_next(pool)
        except _NotYetError:
            turns_left_count -= 1
            if turns_left_count == 0:
                raise LockContentionError("another host migrates all the time") from None
            await asyncio.sleep(TURN_S)
            continue
        except LockContentionError:
            tries_left_count -= 1
            if tries_left_count == 0:
                raise
            await asyncio.sleep(PAUSE_S)
            continue
        if name is None:
            return
        yield name


async def _apply_next(pool: Pool) -> str | None:
    """Apply the first that is missing; return its name, or None when there is none."""
    async with pool.transaction() as conn:
        await _take_turn(conn, "pg_try_advisory_xact_lock")
        missing = await _find_missing(conn)
        if missing is None:
            return None
        if not is_concurrent(missing.text):
            await conn.execute(f"SET LOCAL lock_timeout = '{LOCK_MS_MAX}ms'")
            await conn.execute(missing.text)
            await _note(conn, missing)
            return missing.name
    await _build_all(pool, missing)
    return missing.name


async def _build_all(pool: Pool, missing: Migration) -> None:
    """Build the indexes of a migration, with the turn kept but no transaction under way."""
    async with pool.connection() as conn:
        await _take_turn(conn, "pg_try_advisory_lock")
        try:
            if await _find_missing(conn) != missing:
                raise _NotYetError  # another host was faster
            for one in read_builds(missing.text):
                await build(conn, one)
            await _note(conn, missing)
        finally:
            await conn.fetch("SELECT pg_advisory_unlock($1)", _LOCK_KEY)


async def _take_turn(conn: Connection, lock: str) -> None:
    """Keep other hosts out.

    Nobody waits inside of Postgres: an index that is built beside the writing waits for the end of
    every statement that began before.

    Raises:
        _NotYetError: another host is at it.
    """
    (row,) = await conn.fetch(f"SELECT {lock}($1) AS is_mine", _LOCK_KEY)
    if not row["is_mine"]:
        raise _NotYetError


async def _find_missing(conn: Connection) -> Migration | None:
    """Return the first migration that this database lacks, or None when there is none."""
    await conn.execute(
        "CREATE TABLE IF NOT EXISTS migration ("
        " name text PRIMARY KEY, sha256 text NOT NULL,"
        " applied_at timestamptz NOT NULL DEFAULT clock_timestamp())"
    )
    rows = await conn.fetch("SELECT name, sha256 FROM migration")
    applied = {row["name"]: row["sha256"] for row in rows}
    for name, text in read_migrations():
        migration = Migration(name=name, text=text)
        if name not in applied:
            return migration
        if applied[name] not in (migration.sha256, FORMERLY.get(name)):
            raise MigrationChangedError(f"{name} was edited after it was applied")
    return None


async def _note(conn: Connection, applied: Migration) -> None:
    await conn.execute(
        "INSERT INTO migration (name, sha256) VALUES ($1, $2)", applied.name, applied.sha256
    )
