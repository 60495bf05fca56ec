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

_OPEN_CONNECTIONS = load_script("open_connections")


def number_at(now: datetime) -> int:
    """Return the number of a connection that is opened then: microseconds since 1970."""
    return int(now.timestamp() * 1e6)


async def open_connections(
    redis: Redis, market_id: MarketId, courier_ids: Sequence[CourierId], *, now: datetime
) -> list[int]:
    """Return a number for a new connection of each courier, and tell those who hold older ones.

    It is that of the instant, or the next one after the courier's last: so it is higher than those
    before as long as Redis knows them, and after a flush by the clocks of processes alone.

    Args:
        redis: the server.
        market_id: where the couriers are.
        courier_ids: whose connections they are.
        now: market time, which is Postgres' for all processes.

    Raises:
        LiveUnavailableError: it may not have been done for all.
    """
    channel = keys.channel(market_id, Channel.CONTROL)
    numbers: list[int] = []
    for batch in in_batches(courier_ids):
        reply = await redis.run(
            _OPEN_CONNECTIONS,
            keys=[keys.connections(market_id)],
            args=(channel, number_at(now), *(courier_id.bytes for courier_id in batch)),
        )
        numbers += cast("list[int]", reply)
    return numbers


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
