"""The client of the hot path: bounded in time and connections, and it never repeats a command.

redis-py would repeat a command whose answer was lost, ten times and writes too, and wait a minute
for a frozen server. Here a call fails soon and once, and the caller decides. And redis-py would
keep its connections to a server that was demoted in a failover, and takes no more writes, for ever.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Protocol, TypeAlias, cast

import structlog
from redis.asyncio import BlockingConnectionPool
from redis.asyncio import Redis as Client
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError

from service.clock import monotonic_s
from service.live.batches import in_batches
from service.live.errors import LiveFollowsError, LiveUnavailableError, in_time
from service.live.scripts import Script
from service.settings import Settings

DIAL_ANEW_S_MIN = (
    1.0  # longer than a call; where the name still leads to the follower, not for each write
)

Word: TypeAlias = str | bytes | int | float
Reply: TypeAlias = "int | bytes | list[Reply] | None"

log = structlog.get_logger()


class Redis:
    """Commands to one server, or to one market's node of a cluster."""

    def __init__(self, dial: "Callable[[], _Client]", *, timeout_s: float) -> None:
        self._dial = dial
        self._client = dial()
        self._former: _Client | None = None
        self._timeout_s = timeout_s
        self._dialed_anew_s = float("-inf")

    async def execute(self, *words: Word) -> Reply:
        """Return the answer to one command.

        Raises:
            LiveUnavailableError: there was none in time.
        """
        async with self._in_time():
            return await self._client.execute_command(*words)

    async def execute_all(self, commands: Sequence[Sequence[Word]]) -> list[Reply]:
        """Return the answers to many commands, a batch a round trip; others may come in between.

        Raises:
            LiveUnavailableError: there was none in time; some commands may have been done.
        """
        replies: list[Reply] = []
        for batch in in_batches(commands):
            pipeline = self._client.pipeline(transaction=False)
            for words in batch:
                pipeline.execute_command(*words)
            async with self._in_time():
                replies += await pipeline.execute()
        return replies

    async def run(self, script: Script, *, keys: Sequence[str], args: Sequence[Word]) -> Reply:
        """Return what the script returns; the server is sent its text only when it has none.

        Raises:
            LiveUnavailableError: there was no answer in time; the script may have run.
        """
        words = (len(keys), *keys, *args)
        async with self._in_time():
            try:
                return await self._client.execute_command("EVALSHA", script.sha1, *words)
            except NoScriptError:
                return await self._client.execute_command("EVAL", script.text, *words)

    @asynccontextmanager
    async def _in_time(self) -> AsyncGenerator[None]:
        try:
            async with in_time(self._timeout_s):
                yield
        except LiveFollowsError:
            await self._dial_anew()
            raise

    async def _dial_anew(self) -> None:
        """Leave the server, so that the next calls look again who bears its name.

        Whoever waits for it still gets an answer; it is hung up on when it is left once more, or
        at the end.
        """
        if monotonic_s() - self._dialed_anew_s < DIAL_ANEW_S_MIN:
            return
        self._dialed_anew_s = monotonic_s()
        log.warning("redis_dialed_anew")
        left, self._former, self._client = self._former, self._client, self._dial()
        await self._hang_up(left)

    async def _hang_up(self, left: "_Client | None") -> None:
        with suppress(LiveUnavailableError):  # who does not close in time is not waited for
            async with in_time(self._timeout_s):
                if left is not None:
                    await left.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._hang_up(self._former)
        await self._client.aclose()


def open_redis(settings: Settings) -> Redis:
    """Return a client; it connects when first used. The caller closes it."""

    def dial() -> "_Client":
        count_max = settings.redis_connections_count_max
        return cast("_Client", open_client(settings, connections_count_max=count_max))

    return Redis(dial, timeout_s=settings.redis_timeout_s)


def open_client(settings: Settings, *, connections_count_max: int) -> Client:
    """Return a client of the library that fails soon and tries once."""
    # redis-py gives its **kwargs no type
    pool = BlockingConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType]
        settings.redis_url,
        max_connections=connections_count_max,
        timeout=settings.redis_timeout_s,
        # Its own timeout is an `asyncio.wait_for` per write, which in Python 3.11 may return
        # instead of raising when cancelled (36 of 400 did), and loops would never end: `in_time`.
        socket_timeout=None,
        socket_connect_timeout=settings.redis_timeout_s,
        retry=Retry(NoBackoff(), 0),
        # With protocol 3 (the default) a TCP connection that died in the pool is noticed only when
        # the next command fails on it.
        protocol=2,
    )
    return Client.from_pool(pool)


class _Pipeline(Protocol):
    def execute_command(self, *words: Word) -> object: ...
    async def execute(self) -> list[Reply]: ...


class _Client(Protocol):
    """What is used of redis-py, whose own commands have no types."""

    async def execute_command(self, *words: Word) -> Reply: ...
    def pipeline(self, *, transaction: bool) -> _Pipeline: ...
    async def aclose(self) -> None: ...
