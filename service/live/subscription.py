"""Listening to the bus for as long as one likes, across lost connections that are never hidden."""

import asyncio
from collections.abc import Iterable
from types import TracebackType
from typing import Self

import msgspec

from service.domain.ids import MarketId
from service.live import keys
from service.live.bus import Publication, UnreadableMessageError, decode_publication
from service.live.errors import LiveUnavailableError
from service.live.feed import Feed, open_feed
from service.live.keys import Channel
from service.settings import Settings

PAUSE_S_MIN = 0.1
PAUSE_S_MAX = 2.0


class BusLost(msgspec.Struct, frozen=True):
    """From here on messages may be missing."""


class BusRestored(msgspec.Struct, frozen=True):
    """From here on none is missing: what came before is to be read from Postgres."""


BusMessage = Publication | BusLost | BusRestored


class Subscription:
    """The publications on some channels of some markets: `async with` it, and iterate without end.

    The first item is `BusRestored`, or `BusLost` when Redis is away; from then on each `BusLost` is
    followed by one `BusRestored`. A publication that cannot be read counts as a lost connection.
    It has no task and no buffer of its own: it reads while somebody iterates, and a fault that is
    not Redis' own is raised there.
    """

    def __init__(self, settings: Settings, channels: Iterable[tuple[MarketId, Channel]]) -> None:
        self._settings = settings
        self._sources = {keys.channel(*source): source for source in channels}
        self._feed: Feed | None = None
        self._is_loss_told = False
        self._pause_s = 0.0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> BusMessage:
        if self._feed is None:
            return await self._connect()
        try:
            name, payload = await self._feed.read()
            return decode_publication(*self._sources[name], payload)
        except (LiveUnavailableError, UnreadableMessageError):
            await self._close()
            self._pause_s, self._is_loss_told = PAUSE_S_MIN, True
            return BusLost()

    async def _connect(self) -> BusLost | BusRestored:
        while True:
            await asyncio.sleep(self._pause_s)
            try:
                self._feed = await open_feed(self._settings, list(self._sources))
            except LiveUnavailableError:
                self._pause_s = next_pause_s(self._pause_s)
                if not self._is_loss_told:
                    self._is_loss_told = True
                    return BusLost()
            else:
                return BusRestored()

    async def _close(self) -> None:
        feed, self._feed = self._feed, None
        if feed is not None:
            await feed.aclose()


def next_pause_s(pause_s: float) -> float:
    """Return the wait before the next attempt to connect, after one that failed."""
    return min(max(2.0 * pause_s, PAUSE_S_MIN), PAUSE_S_MAX)
