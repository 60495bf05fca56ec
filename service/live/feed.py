"""One connection that listens to channels, and ends with its first fault.

It never mends itself: a repaired connection would hide that messages were missed.
"""

from collections.abc import Sequence
from typing import Protocol, TypedDict, cast

from redis.asyncio import Redis as Client

from service.live.connect import open_client
from service.live.errors import LiveUnavailableError, in_time, translated
from service.settings import Settings

IDLE_S_MAX = 2.0  # of silence, before the server is asked whether it is there; then once more


class Feed:
    """Messages of some channels, as they come.

    They wait in the server and in the socket: a reader who falls too far behind is cut off there.
    """

    def __init__(self, client: Client, *, timeout_s: float) -> None:
        self._client = client
        self._timeout_s = timeout_s
        # redis-py gives its **kwargs no type
        pubsub = client.pubsub()  # pyright: ignore[reportUnknownMemberType]
        self._pubsub = cast("_PubSub", pubsub)
        self._is_asked = False  # whether the server is there

    async def subscribe(self, channels: Sequence[str]) -> None:
        """Listen to the channels; all that is published after the return will be read.

        Raises:
            LiveUnavailableError: not in time.
        """
        async with in_time(self._timeout_s):
            await self._pubsub.subscribe(*channels)
        with translated():
            for _ in channels:  # each is confirmed before the first message of any
                if await self._pubsub.get_message(timeout=self._timeout_s) is None:
                    raise LiveUnavailableError("Redis: no confirmation of a subscription")

    async def read(self) -> tuple[str, bytes]:
        """Return the next message with its channel, however long that takes.

        Raises:
            LiveUnavailableError: the connection is lost; close the feed.
        """
        while True:
            with translated():
                received = await self._pubsub.get_message(timeout=IDLE_S_MAX)
                if received is None:
                    await self._ask()
                    continue
            self._is_asked = False
            if received["type"] == "message":
                return received["channel"].decode(), received["data"]

    async def aclose(self) -> None:
        """Close the connection."""
        await self._pubsub.aclose()
        await self._client.aclose()

    async def _ask(self) -> None:
        if self._is_asked:
            raise LiveUnavailableError("Redis: a silent connection")
        async with in_time(self._timeout_s):
            await self._pubsub.ping()
        self._is_asked = True


async def open_feed(settings: Settings, channels: Sequence[str]) -> Feed:
    """Return a feed of the channels. The caller closes it.

    Raises:
        LiveUnavailableError: there is none to be had now.
    """
    feed = Feed(open_client(settings, connections_count_max=1), timeout_s=settings.redis_timeout_s)
    try:
        await feed.subscribe(channels)
    except BaseException:
        await feed.aclose()
        raise
    return feed


class _Received(TypedDict):
    type: str
    channel: bytes
    data: bytes


class _PubSub(Protocol):
    """What is used of redis-py, whose own methods have no types."""

    async def subscribe(self, *channels: str) -> None: ...
    async def get_message(self, *, timeout: float) -> _Received | None: ...
    async def ping(self) -> None: ...
    async def aclose(self) -> None: ...
