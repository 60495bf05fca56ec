"""Tells relays of new facts: many transactions with one message, and none waits for it."""

import asyncio

import structlog

from service.domain.ids import MarketId
from service.live import bus
from service.live.connect import Redis
from service.live.errors import LiveUnavailableError

log = structlog.get_logger()

INTERVAL_S_MIN = 0.01  # from one message to the next: the relay's rounds are further apart


class RelayWaker:
    """While a message is on its way, those who come meanwhile share the next one."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._markets: set[MarketId] = set()  # those of one deployment
        self._news = asyncio.Event()

    def wake(self, market_id: MarketId) -> None:
        """Hint that the market has new facts. A lost hint costs a poll interval, no more."""
        self._markets.add(market_id)
        self._news.set()

    async def run(self) -> None:
        """Pass on the hints; never returns."""
        while True:
            await self._news.wait()
            self._news.clear()
            markets, self._markets = self._markets, set()
            for market_id in sorted(markets):
                try:
                    await bus.publish_wake_relay(self._redis, market_id)
                except LiveUnavailableError:
                    log.debug("index_unreachable", market=market_id)
            await asyncio.sleep(INTERVAL_S_MIN)
