"""Reported positions on their way to Redis: those of a few milliseconds in one round trip.

The newest of a courier replaces the one waiting, so what waits is bounded by the couriers here.
Without Redis they are dropped and counted: a position is worth nothing a minute later.
"""

import asyncio

import structlog

from service.domain.errors import UnavailableError
from service.domain.ids import CourierId, MarketId
from service.live.batches import in_batches
from service.live.positions import write_fixes
from service.live.records import LiveFix
from service.live.soundness import forgetting_corrupt
from service.metrics import POSITIONS_DROPPED
from service.runtime import Runtime

log = structlog.get_logger()


class PositionWriter:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._waiting: dict[MarketId, dict[CourierId, LiveFix]] = {}
        self._news = asyncio.Event()
        self.dropped_count = 0

    def put(self, market_id: MarketId, fix: LiveFix) -> None:
        """Write the fix soon, unless a newer one of the courier comes before that."""
        self._waiting.setdefault(market_id, {})[fix.courier_id] = fix
        self._news.set()

    async def run(self) -> None:
        """Write what was put, again and again; never returns."""
        while True:
            await self._news.wait()
            await asyncio.sleep(self._runtime.settings.position_flush_s)
            self._news.clear()
            waiting, self._waiting = self._waiting, {}
            for market_id, fixes in waiting.items():
                await self._write(market_id, list(fixes.values()))

    async def _write(self, market_id: MarketId, fixes: list[LiveFix]) -> None:
        count_max = self._runtime.settings.position_batch_count_max
        redis, written_count = self._runtime.redis, 0
        try:
            async with forgetting_corrupt(redis, market_id):  # or all would wait for one bad cell
                for batch in in_batches(fixes, count_max=count_max):
                    await write_fixes(redis, market_id, batch)
                    written_count += len(batch)
        except UnavailableError:
            dropped_count = len(fixes) - written_count
            self.dropped_count += dropped_count
            POSITIONS_DROPPED.labels(market=market_id).inc(dropped_count)
            log.warning("positions_unwritten", market=market_id, count=dropped_count)
