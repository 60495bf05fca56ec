"""What a market's processes tell each other through Redis: the messages and how to publish them.

Nothing is kept for who does not listen. Readers take every message as a hint, or find the gaps by
the numbers of events and read those from Postgres.
"""

import struct
from collections.abc import Sequence
from typing import assert_never

import msgspec

from service.domain.ids import CourierId, MarketId
from service.live import keys
from service.live.batches import BATCH_COUNT_MAX, in_batches
from service.live.connect import Redis
from service.live.keys import Channel
from service.live.records import LiveFix, pack_fixes, unpack_fixes

EVENTS_COUNT_MAX = 100  # of one publication: at a few kB each, well below what a reader may lag


class StreamMessage(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One event of an owner's stream, as it goes to the owner's socket."""

    owner: str  # courier:<id>, merchant:<id>, market:<id>
    seq: int  # of the owner, without gap
    type: str
    message: bytes


class ConnectionReplaced(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The courier has a newer connection: whoever holds another one closes it."""

    courier_id: CourierId
    connection_id: str  # the newer one


class EventsPublished(msgspec.Struct, frozen=True, kw_only=True):
    market_id: MarketId
    messages: tuple[StreamMessage, ...]


class PositionsPublished(msgspec.Struct, frozen=True, kw_only=True):
    market_id: MarketId
    fixes: tuple[LiveFix, ...]


class TickPublished(msgspec.Struct, frozen=True, kw_only=True):
    market_id: MarketId
    tick: bytes  # the text that the consoles are sent


class DispatchWoken(msgspec.Struct, frozen=True, kw_only=True):
    market_id: MarketId


class RelayWoken(msgspec.Struct, frozen=True, kw_only=True):
    market_id: MarketId


class ControlPublished(msgspec.Struct, frozen=True, kw_only=True):
    market_id: MarketId
    message: ConnectionReplaced


Publication = (
    EventsPublished
    | PositionsPublished
    | TickPublished
    | DispatchWoken
    | RelayWoken
    | ControlPublished
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


async def publish_positions(redis: Redis, market_id: MarketId, fixes: Sequence[LiveFix]) -> None:
    """Tell watchers where couriers are.

    Raises:
        LiveUnavailableError: not all were published.
    """
    for batch in in_batches(fixes, count_max=BATCH_COUNT_MAX):
        await _publish(redis, market_id, Channel.POSITIONS, pack_fixes(batch))


async def publish_tick(redis: Redis, market_id: MarketId, tick: bytes) -> None:
    """Tell the consoles of ops about a tick, in the words that they are sent.

    Raises:
        LiveUnavailableError: it was not published.
    """
    await _publish(redis, market_id, Channel.TICKS, tick)


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


async def publish_control(redis: Redis, market_id: MarketId, message: ConnectionReplaced) -> None:
    """Tell the processes that hold sockets what to do.

    Raises:
        LiveUnavailableError: it was not published.
    """
    await _publish(redis, market_id, Channel.CONTROL, _encode(message))


def decode_publication(market_id: MarketId, channel: Channel, payload: bytes) -> Publication:
    """Return what was published.

    Raises:
        UnreadableMessageError: this is not what the channel carries.
    """
    try:
        match channel:
            case Channel.EVENTS:
                return EventsPublished(market_id=market_id, messages=_decode_events(payload))
            case Channel.POSITIONS:
                return PositionsPublished(market_id=market_id, fixes=tuple(unpack_fixes(payload)))
            case Channel.TICKS:
                return TickPublished(market_id=market_id, tick=payload)
            case Channel.WAKE_DISPATCH:
                return DispatchWoken(market_id=market_id)
            case Channel.WAKE_RELAY:
                return RelayWoken(market_id=market_id)
            case Channel.CONTROL:
                return ControlPublished(market_id=market_id, message=_decode_control(payload))
            case _:
                assert_never(channel)
    except (msgspec.MsgspecError, UnicodeDecodeError, struct.error) as error:
        raise UnreadableMessageError(f"on {channel}") from error


async def _publish(redis: Redis, market_id: MarketId, channel: Channel, payload: bytes) -> None:
    await redis.execute("PUBLISH", keys.channel(market_id, channel), payload)


_encode = msgspec.msgpack.Encoder(uuid_format="bytes").encode
_decode_events = msgspec.msgpack.Decoder(tuple[StreamMessage, ...]).decode
_decode_control = msgspec.msgpack.Decoder(ConnectionReplaced).decode
