"""What a market's processes tell each other through Redis: the messages and how to publish them.

Nothing is kept for who does not listen. Readers take every message as a hint, or find the gaps by
the numbers of events and read those from Postgres.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

import msgspec

from service.domain.ids import CourierId, MarketId
from service.live import keys
from service.live.batches import in_batches
from service.live.connect import Redis
from service.live.keys import Channel

EVENTS_COUNT_MAX = 100  # of one publication: at a few kB each, well below what a reader may lag


class StreamMessage(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One event of an owner's stream, as it goes to the owner's socket."""

    owner: str  # courier:<id>, merchant:<id>, market:<id>
    seq: int  # of the owner, without gap
    type: str
    message: bytes


class ConnectionOpened(msgspec.Struct, frozen=True):
    """The courier has a new connection: whoever holds one with a lower number closes it."""

    courier_id: CourierId
    number: int  # as `connections` gives them


class HintMessage(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A hint to an idle courier; no part of any stream."""

    courier_id: CourierId
    message: bytes  # the JSON text as it is sent


class EventsPublished(msgspec.Struct, frozen=True, kw_only=True):
    market_id: MarketId
    messages: tuple[StreamMessage, ...]


class TickPublished(msgspec.Struct, frozen=True, kw_only=True):
    market_id: MarketId
    tick: bytes  # the text that the consoles are sent


class HintsPublished(msgspec.Struct, frozen=True, kw_only=True):
    market_id: MarketId
    hints: tuple[HintMessage, ...]


class DispatchWoken(msgspec.Struct, frozen=True, kw_only=True):
    market_id: MarketId


class RelayWoken(msgspec.Struct, frozen=True, kw_only=True):
    market_id: MarketId


class ControlPublished(msgspec.Struct, frozen=True, kw_only=True):
    """Published by the script that gives the numbers."""

    market_id: MarketId
    opened: tuple[ConnectionOpened, ...]


Publication = (
    EventsPublished | TickPublished | HintsPublished | DispatchWoken | RelayWoken | ControlPublished
)


class UnreadableMessageError(Exception):
    """A publication of another version of this service, or of somebody else."""


async def publish_events(
    redis: Redis, market_id: MarketId, messages: Sequence[StreamMessage]
) -> None:
    """Tell the processes that hold the owners' sockets.

    Raises:
        LiveUnavailableError: not all were published.
    """
    for batch in in_batches(messages, count_max=EVENTS_COUNT_MAX):
        await _publish(redis, market_id, Channel.EVENTS, _encode(batch))


async def publish_tick(redis: Redis, market_id: MarketId, tick: bytes) -> None:
    """Tell the consoles of ops about a tick, in the words that they are sent.

    Raises:
        LiveUnavailableError: it was not published.
    """
    await _publish(redis, market_id, Channel.TICKS, tick)


async def publish_hints(redis: Redis, market_id: MarketId, hints: Sequence[HintMessage]) -> None:
    """Tell the processes that hold the couriers' sockets.

    Raises:
        LiveUnavailableError: not all were published.
    """
    for batch in in_batches(hints):
        await _publish(redis, market_id, Channel.HINTS, _encode(batch))


async def publish_wake_dispatch(redis: Redis, market_id: MarketId) -> None:
    """Wake the market's dispatcher before its time.

    Raises:
        LiveUnavailableError: it was not woken; it wakes by itself a little later.
    """
    await _publish(redis, market_id, Channel.WAKE_DISPATCH, b"")


async def publish_wake_relay(redis: Redis, market_id: MarketId) -> None:
    """Wake the market's relay before its time.

    Raises:
        LiveUnavailableError: it was not woken; it wakes by itself a little later.
    """
    await _publish(redis, market_id, Channel.WAKE_RELAY, b"")


def decode_publication(market_id: MarketId, channel: Channel, payload: bytes) -> Publication:
    """Return what was published.

    Raises:
        UnreadableMessageError: this is not what the channel carries.
    """
    try:
        return _READERS[channel](market_id, payload)
    except (msgspec.MsgspecError, UnicodeDecodeError, struct.error) as error:
        raise UnreadableMessageError(f"on {channel}") from error


async def _publish(redis: Redis, market_id: MarketId, channel: Channel, payload: bytes) -> None:
    await redis.execute("PUBLISH", keys.channel(market_id, channel), payload)


_encode = msgspec.msgpack.Encoder(uuid_format="bytes").encode
_decode_events = msgspec.msgpack.Decoder(tuple[StreamMessage, ...]).decode
_decode_hints = msgspec.msgpack.Decoder(tuple[HintMessage, ...]).decode
_OPENED = struct.Struct(">16sQ")

_READERS: Mapping[Channel, Callable[[MarketId, bytes], Publication]] = {
    Channel.EVENTS: lambda market_id, payload: EventsPublished(
        market_id=market_id, messages=_decode_events(payload)
    ),
    Channel.TICKS: lambda market_id, payload: TickPublished(market_id=market_id, tick=payload),
    Channel.HINTS: lambda market_id, payload: HintsPublished(
        market_id=market_id, hints=_decode_hints(payload)
    ),
    Channel.WAKE_DISPATCH: lambda market_id, _: DispatchWoken(market_id=market_id),
    Channel.WAKE_RELAY: lambda market_id, _: RelayWoken(market_id=market_id),
    Channel.CONTROL: lambda market_id, payload: ControlPublished(
        market_id=market_id,
        opened=tuple(
            ConnectionOpened(CourierId(UUID(bytes=courier_id)), number)
            for courier_id, number in _OPENED.iter_unpack(payload)
        ),
    ),
}
