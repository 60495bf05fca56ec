"""Forward-only migrations: numbered files, each applied once, under a lock."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from importlib.resources import files

import msgspec

from service.domain.errors import LockContentionError
from service.settings import LOCK_SHARE_MAX, Settings
from service.store.pool import Pool, open_pool

# Any number will do, as long as no other program on the same database takes it.
_LOCK_KEY = 7_204_118_030
MIGRATION_S_MAX = 600.0
LOCK_MS_MAX = 2_000  # for a table; requests that come meanwhile wait behind it
PAUSE_S = 5.0
TRIES_COUNT_MAX = 100


class MigrationChangedError(Exception):
    """A migration that was applied here has been edited since; write a new one instead."""


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

    Each is a transaction of its own: what one locks is free again before the next begins, and what
    was applied before one that fails stays. None waits long for a lock, for whoever comes later
    waits behind it; it is tried again. On a connection of its own: a migration may take as long as
    no request may, and another host's is waited for.

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
    tries_left_count = TRIES_COUNT_MAX
    while True:
        try:
            name = await _apply_next(pool)
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
        await conn.fetch("SELECT pg_advisory_xact_lock($1)", _LOCK_KEY)
        await conn.execute(
            "CREATE TABLE IF NOT EXISTS migration ("
            " name text PRIMARY KEY, sha256 text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT clock_timestamp())"
        )
        rows = await conn.fetch("SELECT name, sha256 FROM migration")
        applied = {row["name"]: row["sha256"] for row in rows}
        for name, text in read_migrations():
            digest = hashlib.sha256(text.encode()).hexdigest()
            if name not in applied:
                await conn.execute(f"SET LOCAL lock_timeout = '{LOCK_MS_MAX}ms'")
                await conn.execute(text)
                await conn.execute(
                    "INSERT INTO migration (name, sha256) VALUES ($1, $2)", name, digest
                )
                return name
            if applied[name] != digest:
                raise MigrationChangedError(f"{name} was edited after it was applied")
    return None
