"""The history of a database: begun when it is prepared, and begun anew when a backup is restored.

Its epoch is part of every place in a stream: who was somewhere in another history starts afresh.
"""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct

from service.settings import Settings, UnfitError
from service.store import audit, deployment, leases, refresh_lines, seal_check
from service.store.connection import Connection
from service.store.migrations import migrate
from service.store.pool import Pool, open_pool


class UnpreparedError(UnfitError):
    """The database has no history yet."""


class HasHistoryError(Exception):
    """Somebody wants to set the clock of a database that has a history."""


class InUseError(Exception):
    """Processes are at work on the database."""


class Timing(Struct, frozen=True, kw_only=True):
    """How market time runs, in a database that has no history yet."""

    time_scale: float
    market_at: datetime | None = None  # at the start; None: as it is in life


async def prepare_database(settings: Settings, *, timing: Timing | None = None) -> list[str]:
    """Apply the migrations that are missing, and begin the history; return the migrations' names.

    Safe to run from many hosts at once, and again.

    Args:
        settings: which database.
        timing: how its time runs; None: as in life, or as it has run so far.

    Raises:
        HasHistoryError: there is a history already, and `timing` asks for another.
        MigrationChangedError, UnavailableError: as `migrate` says.
    """
    names = await migrate(settings)
    pool = await open_pool(settings)
    try:
        async with pool.transaction() as conn:
            await _begin(conn, timing)
    finally:
        await pool.close()
    return names


async def _begin(conn: Connection, timing: Timing | None) -> None:
    has_history = (await audit.count_histories(conn)).histories_count > 0
    if timing is not None and has_history:
        raise HasHistoryError("the database has a history already")
    time_scale = 1.0 if timing is None else timing.time_scale
    await deployment.create_deployment(conn, epoch=uuid4(), time_scale=time_scale)
    if timing is not None and timing.market_at is not None:
        await deployment.set_time(conn, market_at=timing.market_at, time_scale=time_scale)


async def read_history(conn: Connection) -> deployment.Deployment:
    """Return the epoch, and whether a market is live.

    Raises:
        UnpreparedError: there is none.
    """
    is_there = (await deployment.find_tables(conn)).is_there
    history = await deployment.find_deployment(conn) if is_there else None
    if history is None:
        raise UnpreparedError("this database is not prepared yet: run `hexhaul migrate`")
    return history


async def begin_anew(settings: Settings) -> UUID:
    """Begin a new history in a database that was restored from a backup; return its epoch.

    Streams then start afresh, for their numbers are given out once more; and leases go on from
    numbers that nobody can have had, for a number is what fences off who wakes late. Devices that
    hold tokens of after the backup have not stolen them.

    Raises:
        InUseError: there are other connections of ours; nothing was done.
        UnpreparedError: there is no history.
        UnavailableError: Postgres is away.
    """
    pool = await open_pool(msgspec.structs.replace(settings, pool_connections_count_max=1))
    try:
        return await _begin_anew(pool)
    finally:
        await pool.close()


async def _begin_anew(pool: Pool) -> UUID:
    epoch = uuid4()
    async with pool.transaction() as conn:
        await read_history(conn)
        others_count = (await deployment.count_others(conn)).others_count
        if others_count > 0:
            raise InUseError(f"{others_count} connections of other processes; stop them first")
        await deployment.set_epoch(conn, epoch=epoch)
        await leases.outdate_leases(conn)
        await refresh_lines.note_restored(conn)
        await seal_check.delete_check(conn)  # it may be older than the keys that are left
    return epoch
