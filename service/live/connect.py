"""The client of the hot path: bounded in time and connections, and it never repeats a command.

redis-py would repeat a command whose answer was lost, ten times and writes too, and wait a minute
for a frozen server. Here a call fails soon and once, and the caller decides.
"""

from collections.abc import Sequence
from typing import Protocol, TypeAlias, cast

from redis.asyncio import BlockingConnectionPool
from redis.asyncio import Redis as Client
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import NoScriptError

from service.live.batches import in_batches
from service.live.errors import in_time
from service.live.scripts import Script
from service.settings import Settings

Word: TypeAlias = str | bytes | int | float
Reply: TypeAlias = "int | bytes | list[Reply] | None"


class Redis:
    """Commands to one server, or to one market's node of a cluster."""

    def __init__(self, client: "_Client", *, timeout_s: float) -> None:
        self._client = client
        self._timeout_s = timeout_s

    async def execute(self, *words: Word) -> Reply:
        """Return the answer to one command.

        Raises:
            LiveUnavailableError: there was none in time.
        """
        async with in_time(self._timeout_s):
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
            async with in_time(self._timeout_s):
                replies += await pipeline.execute()
        return replies

    async def run(self, script: Script, *, keys: Sequence[str], args: Sequence[Word]) -> Reply:
        """Return what the script returns; the server is sent its text only when it has none.

        Raises:
            LiveUnavailableError: there was no answer in time; the script may have run.
        """
        words = (len(keys), *keys, *args)
        async with in_time(self._timeout_s):
            try:
                return await self._client.execute_command("EVALSHA", script.sha1, *words)
            except NoScriptError:
                return await self._client.execute_command("EVAL", script.text, *words)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def open_redis(settings: Settings) -> Redis:
    """Return a client; it connects when first used. The caller closes it."""
    client = open_client(settings, connections_count_max=settings.redis_connections_count_max)
    return Redis(cast("_Client", client), timeout_s=settings.redis_timeout_s)


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
