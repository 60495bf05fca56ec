"""From the bus to a market's local sockets, and a look into Postgres for what the bus lost."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import structlog

from service.api.sightings import Sightings
from service.api.sockets import Socket
from service.api.viewing import Viewing
from service.domain.errors import UnavailableError
from service.domain.facts import owner_of_courier, owner_of_market
from service.domain.ids import CourierId, MarketId
from service.live import bus
from service.live.batches import in_batches
from service.live.bus import (
    ConnectionReplaced,
    ControlPublished,
    EventsPublished,
    HintsPublished,
    TickPublished,
)
from service.live.keys import Channel
from service.live.subscription import BusLost, BusMessage, BusRestored, Subscription
from service.runtime import Runtime
from service.store import streams
from service.wire.close_codes import CloseCode

log = structlog.get_logger()

_CHANNELS = (Channel.EVENTS, Channel.TICKS, Channel.HINTS, Channel.CONTROL)


class MarketFanout:
    """The local sockets of one market, by the owner of their stream."""

    def __init__(self, runtime: Runtime, market_id: MarketId) -> None:
        self._runtime = runtime
        self._ops = owner_of_market(market_id)
        self._sockets: dict[str, set[Socket]] = {}
        self._sockets_count = 0
        self._check_now = asyncio.Event()
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

    def remove(self, socket: Socket) -> None:
        owned = self._sockets[socket.stream.owner]
        owned.remove(socket)
        self._sockets_count -= 1
        if not owned:
            del self._sockets[socket.stream.owner]
        self.viewing.unwatch(socket)
        self.sightings.leave(socket)

    async def replace_older(self, courier_id: CourierId, socket: Socket) -> None:
        """Close the courier's older connections, in this process and in the others."""
        message = ConnectionReplaced(courier_id=courier_id, connection_id=socket.id)
        self._close_older(message)
        with suppress(UnavailableError):  # then the older one lives on until it is seen to be dead
            await bus.publish_control(self._runtime.redis, self.market_id, message)

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
                self._close_older(message.message)
            case BusLost():
                log.warning("bus_lost", market=self.market_id)
            case BusRestored():
                self._check_now.set()
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

    def _close_older(self, message: ConnectionReplaced) -> None:
        for socket in self._sockets.get(owner_of_courier(message.courier_id), ()):
            if socket.id < message.connection_id:
                socket.close(CloseCode.REPLACED)
