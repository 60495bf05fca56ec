"""The connection pool: bounded waits everywhere, and errors in the words of the domain.

Behind a frozen server, `pool.fetchval` and a cancelled `wait_for` both hang without bound; an
acquire with a timeout and a command timeout do not. So the pool is used through this class only.
An answer or a refusal comes within `acquire_timeout_s`, `command_timeout_s` and `RELEASE_S_MAX`.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false
# (asyncpg ships no types; this is the one module that touches it)

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from copy import copy
from math import ceil
from typing import cast

import asyncpg
import msgspec

from service.clock import monotonic_s
from service.domain.errors import LockContentionError, OverloadedError, UnavailableError
from service.settings import Settings
from service.store.connection import Connection

RELEASE_S_MAX = 0.25  # of a connection whose server no longer answers; then it is cut

_CONTENTION = (
    asyncpg.exceptions.DeadlockDetectedError,
    asyncpg.exceptions.SerializationError,
)
# Whoever asks for whatever is not to blame: nobody is put aside for these.
_UNAVAILABLE = (
    asyncpg.exceptions.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,  # it ends, begins, or took too long
    asyncpg.exceptions.InsufficientResourcesError,  # of disk, memory or connections
    asyncpg.exceptions.PostgresSystemError,  # of what is below it, such as the disk
    asyncpg.exceptions.ReadOnlySQLTransactionError,  # it follows another
    asyncpg.exceptions.IdleInTransactionSessionTimeoutError,
    asyncpg.exceptions.InterfaceError,
    asyncpg.exceptions.InternalClientError,  # the session was ended, and the goodbye is not read
    OSError,
    TimeoutError,
)

Begin = Callable[[Connection], Awaitable[object]]


class _Session(asyncpg.Connection):
    """A connection that knows when somebody was called away in the middle of its use."""

    is_doubtful = False

    def doubt(self) -> None:
        """Let it be put in order before it is lent again."""
        self.is_doubtful = True


UniqueViolationError = asyncpg.exceptions.UniqueViolationError


class Pool:
    """Connections to one database; open it with `open_pool`.

    A share of it (see `share`) is a pool of its own to those who use it.
    """

    def __init__(
        self, pool: asyncpg.Pool, *, settings: Settings, connections_count_max: int | None = None
    ) -> None:
        self._pool = pool
        self._settings = settings
        self._turns = asyncio.Semaphore(
            connections_count_max or settings.pool_connections_count_max
        )
        self._begin: Begin | None = None

    def share(self, *, connections_count_max: int) -> "Pool":
        """Return the same connections for one kind of use, that has no more of them at a time.

        Where shares add up to the whole, none takes another's.
        """
        share = Pool(
            self._pool, settings=self._settings, connections_count_max=connections_count_max
        )
        share._begin = self._begin
        return share

    def beginning_with(self, begin: "Begin") -> "Pool":
        """Return this pool, with something that every transaction begins with."""
        pool = copy(self)
        pool._begin = begin  # noqa: SLF001  # its own kind
        return pool

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Connection]:
        """Lend a connection; each statement is a transaction of its own.

        Where transactions begin with something, all of the block is one: nothing goes round it.

        Raises:
            UnavailableError: Postgres is away, or too slow.
            LockContentionError: a lock was not to be had in time.
        """
        if self._begin is not None:
            async with self.transaction() as conn:
                yield conn
            return
        async with _in_our_words(), self._lend() as conn:
            yield cast("Connection", conn)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Connection]:
        """Lend a connection inside a transaction, committed when the block ends well.

        Raises:
            UnavailableError: Postgres is away, or too slow; whether it committed is not known.
            LockContentionError: a lock was not to be had in time; nothing was done.
        """
        async with _in_our_words(), self._lend() as lent, lent.transaction():
            yield await self._begun(lent)

    @asynccontextmanager
    async def snapshot(self) -> AsyncGenerator[Connection]:
        """Lend a connection to which all is as of one moment, that of its first statement.

        Raises:
            UnavailableError: Postgres is away, or too slow.
        """
        async with (
            _in_our_words(),
            self._lend() as lent,
            lent.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield await self._begun(lent)

    async def _begun(self, lent: asyncpg.pool.PoolConnectionProxy) -> Connection:
        conn = cast("Connection", lent)
        if self._begin is not None:
            await self._begin(conn)
        return conn

    @asynccontextmanager
    async def _lend(self) -> AsyncGenerator[asyncpg.pool.PoolConnectionProxy]:
        """Lend a connection when one of this share is free; one deadline for both waits.

        Raises:
            OverloadedError: none was; nothing was begun.
        """
        until_s = monotonic_s() + self._settings.acquire_timeout_s
        try:
            async with asyncio.timeout(self._settings.acquire_timeout_s):
                await self._turns.acquire()
        except TimeoutError:
            raise OverloadedError("no connection was free in time") from None
        try:
            conn = await self._pool.acquire(timeout=max(0.0, until_s - monotonic_s()))
            try:
                yield conn
            except asyncpg.exceptions.ReadOnlySQLTransactionError:
                await self._pool.expire_connections()  # once it is over they still only read
                raise
            except asyncio.CancelledError:
                conn.doubt()
                raise
            finally:
                await self._pool.release(conn, timeout=RELEASE_S_MAX)
        finally:
            self._turns.release()

    async def answers(self) -> bool:
        """Return whether Postgres lets somebody new in: for when all connections here are in use.

        Either there is too much to do then, or Postgres is away and they wait in vain.
        """
        try:
            conn = await asyncpg.connect(
                self._settings.database_url, timeout=ceil(self._settings.acquire_timeout_s)
            )
        except asyncpg.exceptions.InsufficientResourcesError:
            return True  # it says that it has too many
        except _UNAVAILABLE:
            return False
        conn.terminate()
        return True

    async def close(self) -> None:
        """Close every connection, waiting a moment for those in use."""
        try:
            await self._pool.close()
        except _UNAVAILABLE:
            self._pool.terminate()


@asynccontextmanager
async def _in_our_words() -> AsyncGenerator[None]:
    """Say what went wrong in the words of the domain."""
    try:
        yield
    except asyncpg.exceptions.LockNotAvailableError as error:
        raise LockContentionError("others hold the same rows", has_waited=True) from error
    except _CONTENTION as error:
        raise LockContentionError("others are changing the same rows") from error
    except asyncpg.exceptions.DiskFullError as error:
        raise UnavailableError("the disk of the database is full") from error
    except _UNAVAILABLE as error:
        raise UnavailableError("the database is not available") from error
    except asyncpg.exceptions.PostgresError as error:
        vars(error)["detail"] = None  # has the row in it, with whoever lives there: not for any log
        raise


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
            connection_class=_Session,
            reset=_put_in_order,
            server_settings={
                "application_name": "hexhaul",
                "jit": "off",
                "synchronous_commit": "on",  # whatever the server's default: a 201 is a promise
                "lock_timeout": f"{settings.lock_timeout_ms}ms",
                "statement_timeout": f"{int(settings.command_timeout_s * 1_000)}ms",
                "idle_in_transaction_session_timeout": "5s",
                "timezone": "UTC",
            },
        )
    except _UNAVAILABLE as error:
        raise UnavailableError("the database is not available") from error
    return Pool(pool, settings=settings)


async def _put_in_order(session: _Session) -> None:
    """Spare each release a round trip, but one that somebody was called away from.

    No statement of ours changes a session, and asyncpg has rolled back before it calls this. But it
    lets Postgres parse a statement and go on waiting for more: who is called away just then leaves
    a session in the middle of a statement, which is ended by and by, and with it whoever is next.
    """
    if session.is_doubtful:
        await session.execute("SELECT")
        session.is_doubtful = False


async def _prepare(conn: asyncpg.Connection) -> None:
    encode: Callable[[object], str] = lambda value: msgspec.json.encode(value).decode()  # noqa: E731  # asyncpg asks for two callables side by side
    for type_ in ("json", "jsonb"):
        await conn.set_type_codec(
            type_, schema="pg_catalog", encoder=encode, decoder=msgspec.json.decode
        )
