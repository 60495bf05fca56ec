"""Forward-only migrations: numbered files, each applied once, under a lock."""

import hashlib
from importlib.resources import files

import msgspec

from service.settings import LOCK_SHARE_MAX, Settings
from service.store.pool import Pool, open_pool

# Any number will do, as long as no other program on the same database takes it.
_LOCK_KEY = 7_204_118_030
MIGRATION_S_MAX = 600.0


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
    """Apply the migrations that this database lacks, all or none; return their names.

    On a connection of its own: a migration may take as long as no request may, and another host's
    is waited for.

    Raises:
        MigrationChangedError: a file does not read as it did when it was applied.
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
        return await _apply(pool)
    finally:
        await pool.close()


async def _apply(pool: Pool) -> list[str]:
    async with pool.transaction() as conn:
        await conn.fetch("SELECT pg_advisory_xact_lock($1)", _LOCK_KEY)
        await conn.execute(
            "CREATE TABLE IF NOT EXISTS migration ("
            " name text PRIMARY KEY, sha256 text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT clock_timestamp())"
        )
        rows = await conn.fetch("SELECT name, sha256 FROM migration")
        applied = {row["name"]: row["sha256"] for row in rows}
        fresh: list[str] = []
        for name, text in read_migrations():
            digest = hashlib.sha256(text.encode()).hexdigest()
            if name in applied:
                if applied[name] != digest:
                    raise MigrationChangedError(f"{name} was edited after it was applied")
                continue
            await conn.execute(text)
            await conn.execute("INSERT INTO migration (name, sha256) VALUES ($1, $2)", name, digest)
            fresh.append(name)
    return fresh
