"""The connection pool: bounded waits everywhere, and errors in the words of the domain.

Behind a frozen server, `pool.fetchval` and a cancelled `wait_for` both hang without bound; an
acquire with a timeout and a command timeout do not. So the pool is used through this class only.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
# (asyncpg ships no types; this is the one module that touches it)

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import cast

import asyncpg
import msgspec

from service.domain.errors import LockContentionError, UnavailableError
from service.settings import Settings
from service.store.connection import Connection

_CONTENTION = (
    asyncpg.exceptions.LockNotAvailableError,
    asyncpg.exceptions.DeadlockDetectedError,
    asyncpg.exceptions.SerializationError,
)
_UNAVAILABLE = (
    asyncpg.exceptions.PostgresConnectionError,
    asyncpg.exceptions.CannotConnectNowError,
    asyncpg.exceptions.AdminShutdownError,
    asyncpg.exceptions.CrashShutdownError,
    asyncpg.exceptions.TooManyConnectionsError,
    asyncpg.exceptions.QueryCanceledError,
    asyncpg.exceptions.InterfaceError,
    OSError,
    TimeoutError,
)

UniqueViolationError = asyncpg.exceptions.UniqueViolationError


class Pool:
    """Connections to one database; open it with `open_pool`."""

    def __init__(self, pool: asyncpg.Pool, *, settings: Settings) -> None:
        self._pool = pool
        self._acquire_timeout_s = settings.acquire_timeout_s

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Connection]:
        """Lend a connection; each statement is a transaction of its own.

        Raises:
            UnavailableError: Postgres is away, or too slow.
            LockContentionError: a lock was not to be had in time.
        """
        try:
            async with self._pool.acquire(timeout=self._acquire_timeout_s) as conn:
                yield cast("Connection", conn)
        except _CONTENTION as error:
            raise LockContentionError("others are changing the same rows") from error
        except _UNAVAILABLE as error:
            raise UnavailableError("the database is not available") from error

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Connection]:
        """Lend a connection inside a transaction, committed when the block ends well.

        Raises:
            UnavailableError: Postgres is away, or too slow; whether it committed is not known.
            LockContentionError: a lock was not to be had in time; nothing was done.
        """
        try:
            async with (
                self._pool.acquire(timeout=self._acquire_timeout_s) as conn,
                conn.transaction(),
            ):
                yield cast("Connection", conn)
        except _CONTENTION as error:
            raise LockContentionError("others are changing the same rows") from error
        except _UNAVAILABLE as error:
            raise UnavailableError("the database is not available") from error

    async def close(self) -> None:
        """Close every connection, waiting a moment for those in use."""
        try:
            await self._pool.close()
        except _UNAVAILABLE:
            self._pool.terminate()


async def open_pool(settings: Settings) -> Pool:
    """Open the pool.

    Raises:
        UnavailableError: Postgres does not answer.
    """
    try:
        pool = await asyncpg.create_pool(
            settings.database_url,
            min_size=1,
            max_size=settings.pool_connections_count_max,
            command_timeout=settings.command_timeout_s,
            timeout=settings.acquire_timeout_s,
            max_inactive_connection_lifetime=600.0,  # a new one is made in a burst, of all times
            init=_prepare,
            reset=_leave_as_is,
            server_settings={
                "application_name": "hexhaul",
                "jit": "off",
                "lock_timeout": f"{settings.lock_timeout_ms}ms",
                "statement_timeout": f"{int(settings.command_timeout_s * 1_000)}ms",
                "idle_in_transaction_session_timeout": "5s",
                "timezone": "UTC",
            },
        )
    except _UNAVAILABLE as error:
        raise UnavailableError("the database is not available") from error
    return Pool(pool, settings=settings)


async def _leave_as_is(_: asyncpg.Connection) -> None:
    """Spare each release a round trip.

    No statement of ours changes a session, and asyncpg has rolled back before it calls this.
    """


async def _prepare(conn: asyncpg.Connection) -> None:
    encode: Callable[[object], str] = lambda value: msgspec.json.encode(value).decode()  # noqa: E731  # asyncpg asks for two callables side by side
    for type_ in ("json", "jsonb"):
        await conn.set_type_codec(
            type_, schema="pg_catalog", encoder=encode, decoder=msgspec.json.decode
        )
