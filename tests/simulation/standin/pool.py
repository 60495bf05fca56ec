"""A process' connections to the stand-in, with the ways and the faults between them.

It has the two methods of `service.store.pool.Pool` and its errors, so actions, relay and dispatch
run on it as they are.
"""

import asyncio
import contextvars
import types
from contextlib import asynccontextmanager
from functools import partial

from service.domain.errors import LockContentionError, UnavailableError
from service.store.pool import UniqueViolationError
from tests.simulation.loop import HOST, nap
from tests.simulation.standin.database import AbortedError, UniqueError
from tests.simulation.standin.locks import DeadlockError, LockTimeoutError
from tests.simulation.standin.statements import STATEMENTS

IDLE_S_MAX = 5.0  # of a transaction: idle_in_transaction_session_timeout
COMMAND_S_MAX = 2.0  # the service's command_timeout_s

_SERVER = contextvars.copy_context()
_SERVER.run(HOST.set, "postgres")


class Ways:
    """What may happen on the way; a world without a fault plan has none."""

    def __init__(self, rng):
        self._rng = rng
        self.is_away = False
        self.lost_commits_share = 0.0
        self.slow_share = 0.0  # of the ways, which take up to half a second then
        self.counts = {"commits_unknown": 0, "commits_lost": 0}

    def way_s(self):
        if self._rng.random() < self.slow_share:
            return self._rng.uniform(0.02, 0.5)
        return self._rng.uniform(0.000_2, 0.002)

    def commit_fate(self):
        """Return None, or whether the commit whose answer is lost was done."""
        if self._rng.random() >= self.lost_commits_share:
            return None
        is_done = self._rng.random() < 0.5
        self.counts["commits_unknown" if is_done else "commits_lost"] += 1
        return is_done


class StandInPool:
    def __init__(self, database, ways):
        self._database, self._ways = database, ways
        self._is_dead = False
        self._open = {}  # {connection: None}, of transactions that run, in order

    def kill(self):
        """End all connections, as the server does when their process is gone."""
        self._is_dead = True
        self.cut()

    def cut(self):
        for conn in list(self._open):
            conn.transaction.abort("the connection was lost")

    @asynccontextmanager
    async def connection(self):
        """Lend a connection; each statement is a transaction of its own."""
        yield Connection(self, None)

    @asynccontextmanager
    async def transaction(self):
        """Lend a connection inside a transaction, committed when the block ends well."""
        await self.travel()
        conn = Connection(self, self._database.begin())
        self._open[conn] = None
        try:
            try:
                yield conn
            except BaseException:
                conn.transaction.abort()
                raise
            await self._commit(conn)
        finally:
            del self._open[conn]

    async def _commit(self, conn):
        await self.travel()
        fate = self._ways.commit_fate()
        if fate is False:
            conn.transaction.abort("the connection was lost")
        conn.commit()
        await self.travel()
        if fate is not None:
            raise UnavailableError("the connection was lost")

    async def travel(self):
        """Go one way between the process and the server.

        Raises:
            UnavailableError: there is none.
        """
        if not self._is_dead:
            await nap(self._ways.way_s())
        if self._is_dead or self._ways.is_away:
            raise UnavailableError("the database is not available")

    @property
    def database(self):
        return self._database


@types.coroutine
def _rest(statement, awaited):
    """Run the rest of a statement that waits for this future."""
    while True:
        try:
            value = yield awaited
        except BaseException as error:  # noqa: BLE001  # whatever it is, it is the statement's
            go_on = partial(statement.throw, error)
        else:
            go_on = partial(statement.send, value)
        try:
            awaited = go_on()
        except StopIteration as end:
            return end.value


def _first(rows):
    return rows[0] if rows else None


def _status(rows):
    return rows if isinstance(rows, str) else "OK"


class Connection:
    """What queries use of asyncpg's connection; a statement outside of a transaction is one."""

    def __init__(self, pool, transaction):
        self._pool, self.transaction = pool, transaction
        self._has_failed = False
        self._idle_timer = None

    def fetch(self, query, *args):
        return self._ask(query, args, list)

    def fetchrow(self, query, *args):
        return self._ask(query, args, _first)

    def execute(self, query, *args):
        return self._ask(query, args, _status)

    def commit(self):
        self._watch_idle(is_idle=False)
        try:
            self.transaction.commit()
        except AbortedError as error:
            raise UnavailableError("the database is not available") from error

    async def _ask(self, query, args, told):
        """Ask the server; return what is told of the rows that it answers."""
        await self._pool.travel()
        if self._has_failed:
            raise AssertionError("a statement after one that failed in its transaction")
        try:
            rows = await self._answer(self._serve(query, args))
        except LockTimeoutError as error:
            raise LockContentionError("others hold the same rows", has_waited=True) from error
        except DeadlockError as error:
            raise LockContentionError("others are changing the same rows") from error
        except UniqueError as error:
            raise UniqueViolationError(str(error)) from error
        except (AbortedError, TimeoutError) as error:
            raise UnavailableError("the database is not available") from error
        await self._pool.travel()
        return told(rows)

    async def _answer(self, statement):
        """Return what the server answers: at once, if it has to wait for nobody."""
        try:
            awaited = _SERVER.run(statement.send, None)
        except StopIteration as end:
            return end.value
        loop = asyncio.get_running_loop()
        work = loop.create_task(_rest(statement, awaited), context=_SERVER.copy())
        try:
            async with asyncio.timeout(COMMAND_S_MAX):
                return await asyncio.shield(work)
        except (AbortedError, TimeoutError, asyncio.CancelledError):
            self._abort(work)
            raise

    async def _serve(self, query, args):
        """Run one statement at the server."""
        statement = STATEMENTS[query]
        if self.transaction is None:
            transaction = self._pool.database.begin()
            try:
                rows = await statement(transaction, *args)
                transaction.commit()
            finally:
                transaction.abort()
            return rows
        self._watch_idle(is_idle=False)
        try:
            self.transaction.check()
            return await statement(self.transaction, *args)
        except BaseException:
            self._has_failed = True
            self.transaction.abort("a statement failed")  # which lets go of all locks at once
            raise
        finally:
            self._watch_idle(is_idle=True)

    def _abort(self, work):
        """Have the server stop the statement, as who waits no longer does."""
        work.cancel()
        self._has_failed = True
        if self.transaction is not None:
            self.transaction.abort("the statement was cancelled")

    def _watch_idle(self, *, is_idle):
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None
        if is_idle and self.transaction.error is None:
            self._idle_timer = asyncio.get_running_loop().call_later(
                IDLE_S_MAX,
                self.transaction.abort,
                "it was idle in its transaction",
                context=_SERVER,
            )
