"""Counts by cell of one market, read when somebody asks and good for about a second."""

from collections.abc import Mapping

from service.api.cell_loads import CellLoads
from service.domain.ids import MarketId
from service.live import index, positions
from service.runtime import Runtime


class Census:
    def __init__(self, runtime: Runtime, market_id: MarketId) -> None:
        self._runtime = runtime
        self._market_id = market_id
        self._couriers_count_of: Mapping[int, int] = {}
        self._counted_s = float("-inf")
        self._loads: CellLoads | None = None

    async def couriers_count_of(self, *, now_s: float) -> Mapping[int, int]:
        """Return how many couriers are in each cell that has any.

        Raises:
            LiveUnavailableError: they could not be counted.
        """
        if now_s - self._counted_s >= self._runtime.settings.view_census_s:
            redis = self._runtime.redis
            self._couriers_count_of = await positions.read_counts(redis, self._market_id)
            self._counted_s, self._loads = now_s, None
        return self._couriers_count_of

    async def loads(self, *, now_s: float) -> CellLoads:
        """Return supply, demand and wait; jobs are read only if somebody asks for this.

        Raises:
            LiveUnavailableError: they could not be read.
        """
        couriers_count_of = await self.couriers_count_of(now_s=now_s)
        if self._loads is None:
            self._loads = CellLoads(
                couriers_count_of=couriers_count_of,
                opened_at_of=await index.read_opened(self._runtime.redis, self._market_id),
                now=self._runtime.clock.now(),
            )
        return self._loads
