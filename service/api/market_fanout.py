"""From the bus to a market's local sockets, and a look into Postgres for what the bus lost."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import structlog

from service.api.sightings import Sightings
from service.api.sockets import Socket
from service.api.viewing import Viewing
from service.domain.errors import UnavailableError
from service.domain.facts import courier_of_owner, owner_of_courier, owner_of_market
from service.domain.ids import MarketId
from service.live.batches import in_batches
from service.live.bus import (
    ControlPublished,
    EventsPublished,
    HintsPublished,
    TickPublished,
)
from service.live.connections import newest_connections
from service.live.keys import Channel
from service.live.subscription import BusLost, BusMessage, BusRestored, Subscription
from service.runtime import Runtime
from service.store import streams

log = structlog.get_logger()

_CHANNELS = (Channel.EVENTS, Channel.TICKS, Channel.HINTS, Channel.CONTROL)


class MarketFanout:
    """The local sockets of one market, by the owner of their stream."""

    def __init__(self, runtime: Runtime, market_id: MarketId) -> None:
        self._runtime = runtime
        self._ops = owner_of_market(market_id)
        self._sockets: dict[str, set[Socket]] = {}
        self._sockets_count = 0
        self.opened_count = 0  # ever
        self._check_now = asyncio.Event()
        self._is_missing_news = False  # of newer connections, from before the bus was heard
        self.market_id = market_id
        self.viewing = Viewing(runtime, market_id)
        self.sightings = Sightings(runtime, market_id)

    def __len__(self) -> int:
        return self._sockets_count

    def __iter__(self) -> Iterator[Socket]:
        return (socket for sockets in self._sockets.values() for socket in sockets)

    def add(self, socket: Socket) -> None:
        """Pass on to this socket what its owner is sent, from now on."""
        self._sockets.setdefault(socket.stream.owner, set()).add(socket)
        self._sockets_count += 1
        self.opened_count += 1

    def remove(self, socket: Socket) -> None:
        owned = self._sockets[socket.stream.owner]
        owned.remove(socket)
        self._sockets_count -= 1
        if not owned:
            del self._sockets[socket.stream.owner]
        self.viewing.unwatch(socket)
        self.sightings.leave(socket)

    def replace_older(self, socket: Socket, number: int, newest_number: int) -> None:
        """Give the socket its number among its courier's: those that are not the newest end."""
        socket.set_number(number)
        self._hear_of(socket.stream.owner, newest_number)

    async def listen(self) -> None:
        """Pass on what the bus brings; never returns."""
        sources = [(self.market_id, channel) for channel in _CHANNELS]
        async with Subscription(self._runtime.settings, sources) as messages:
            async for message in messages:
                self.hear(message)

    def hear(self, message: BusMessage) -> None:
        """Take one message of the bus."""
        match message:
            case EventsPublished():
                self._pass_on(message)
            case TickPublished():
                self._tell_tick(message.tick)
            case HintsPublished():
                self._hint(message)
            case ControlPublished():
                self._hear_of_all(message)
            case BusLost():
                log.warning("bus_lost", market=self.market_id)
            case BusRestored():
                self._check_now.set()
                self._is_missing_news = True
            case _:  # wake-ups are for others
                pass

    async def check_streams(self) -> None:
        """Compare the streams of all local owners with Postgres, again and again."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._runtime.settings.stream_check_s):
                    await self._check_now.wait()
            self._check_now.clear()
            for owners in in_batches(list(self._sockets)):
                async with self._runtime.pool.connection() as conn:
                    ends = await streams.list_last_seqs(conn, owners=owners)
                for end in ends:
                    for socket in self._sockets.get(end.owner, ()):
                        socket.stream.note_end(end.last_seq)
            if self._is_missing_news:
                await self._check_connections()

    async def _check_connections(self) -> None:
        """Close what was replaced while the bus was not heard."""
        self._is_missing_news = False
        owners = {socket.stream.owner for socket in self if socket.number > 0}
        courier_ids = [courier_of_owner(owner) for owner in owners]
        try:
            newest = await newest_connections(self._runtime.redis, self.market_id, courier_ids)
        except UnavailableError:
            self._is_missing_news = True
            return
        for courier_id, number in newest.items():
            self._hear_of(owner_of_courier(courier_id), number)

    def _pass_on(self, published: EventsPublished) -> None:
        for event in published.messages:
            for socket in self._sockets.get(event.owner, ()):
                socket.stream.hear(event.seq, event.message)

    def _tell_tick(self, tick: bytes) -> None:
        for socket in self._sockets.get(self._ops, ()):
            socket.replace("tick", tick)

    def _hint(self, published: HintsPublished) -> None:
        for hint in published.hints:
            for socket in self._sockets.get(owner_of_courier(hint.courier_id), ()):
                socket.replace("hint", hint.message)

    def _hear_of(self, owner: str, number: int) -> None:
        for socket in self._sockets.get(owner, ()):
            socket.hear_of(number)

    def _hear_of_all(self, published: ControlPublished) -> None:
        for opened in published.opened:
            self._hear_of(owner_of_courier(opened.courier_id), opened.number)
