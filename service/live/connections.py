"""Which connection of a courier is the newest: numbers that grow, whatever hosts' clocks say.

A device holds one connection. Whoever holds one with a lower number than the newest closes it, and
a position that came by the newer connection is newer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from service.domain.ids import CourierId, MarketId
from service.live import keys
from service.live.batches import in_batches
from service.live.connect import Redis
from service.live.errors import legible
from service.live.keys import Channel
from service.live.scripts import load_script

_DRAW_NUMBERS = load_script("draw_numbers")
_REPLACE_OLDER = load_script("replace_older")


def number_at(now: datetime) -> int:
    """Return the number of a connection that is opened then: microseconds since 1970."""
    return int(now.timestamp() * 1e6)


async def draw_numbers(
    redis: Redis, market_id: MarketId, courier_ids: Sequence[CourierId], *, now: datetime
) -> list[int]:
    """Return a number for a new connection of each courier; nobody hears of it yet.

    It is that of the instant, or the next one after the market's last: so it is higher than those
    before as long as Redis knows them, and after a flush by the clocks of processes alone.

    Args:
        redis: the server.
        market_id: where the couriers are.
        courier_ids: whose connections they are.
        now: market time, which is Postgres' for all processes.

    Raises:
        LiveUnavailableError: it may not have been done for all.
    """
    numbers: list[int] = []
    for batch in in_batches(courier_ids):
        reply = await redis.run(
            _DRAW_NUMBERS,
            keys=[keys.connections(market_id)],
            args=(number_at(now), *(courier_id.bytes for courier_id in batch)),
        )
        numbers += cast("list[int]", reply)
    return numbers


async def replace_older(
    redis: Redis, market_id: MarketId, numbers: Sequence[tuple[CourierId, int]]
) -> list[int]:
    """Tell those who hold older connections than these; return the number of each one's newest.

    A connection whose courier has a newer one replaces none: it is told that by the number.

    Raises:
        LiveUnavailableError: it may not have been done for all.
    """
    channel = keys.channel(market_id, Channel.CONTROL)
    newest: list[int] = []
    for batch in in_batches(numbers):
        words = (word for courier_id, number in batch for word in (courier_id.bytes, number))
        reply = await redis.run(
            _REPLACE_OLDER, keys=[keys.connections(market_id)], args=(channel, *words)
        )
        newest += cast("list[int]", reply)
    return newest


async def newest_connections(
    redis: Redis, market_id: MarketId, courier_ids: Sequence[CourierId]
) -> dict[CourierId, int]:
    """Return the number of the newest connection of those of the couriers who are known here.

    Raises:
        LiveUnavailableError: they could not be read.
    """
    newest: dict[CourierId, int] = {}
    for batch in in_batches(courier_ids):
        ids = [courier_id.bytes for courier_id in batch]
        reply = await redis.execute("HMGET", keys.connections(market_id), *ids)
        numbers = cast("list[bytes | None]", reply)
        with legible():
            newest |= {id_: int(n) for id_, n in zip(batch, numbers, strict=True) if n is not None}
    return newest
