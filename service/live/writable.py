"""Does Redis take writes: a server that is full, or was demoted, answers whoever only reads."""

import asyncio
from contextlib import suppress

from service.domain.ids import MarketId
from service.live import keys
from service.live.connect import Redis
from service.live.errors import LiveUnavailableError

FOLLOW_INTERVAL_S = 1.0


async def check_writable(redis: Redis, market_id: MarketId) -> None:
    """Write something that is gone in a second.

    Raises:
        LiveUnavailableError: it is refused, or there was no answer in time.
    """
    await redis.execute("SET", keys.probe(market_id), 1, "PX", keys.PROBE_TTL_MS)


async def follow_primary(redis: Redis, market_id: MarketId) -> None:
    """Write again and again, on behalf of who only reads; never returns.

    Nothing else tells of a server that was demoted in a failover; it is then left: see `connect`.
    """
    while True:
        with suppress(LiveUnavailableError):  # whoever reads meets it too, or needs no more
            await check_writable(redis, market_id)
        await asyncio.sleep(FOLLOW_INTERVAL_S)
