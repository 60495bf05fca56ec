"""The travel times of one market between its ticks: the roads that are known, what was learned."""

import asyncio
from datetime import datetime, timedelta

from service.clock import monotonic_s
from service.dispatch.learning import Learned, Learner
from service.dispatch.road_travel import RoadTravel
from service.dispatch.travel import StraightLine, TravelTimes
from service.domain.market import Market
from service.domain.policy import SPEED_MPS
from service.domain.vocabulary import Vehicle
from service.runtime import Runtime
from service.tasks import keep_running
from service.travel.correction import hour_of_week, timezone_of
from service.travel.guard import GuardedSource
from service.travel.ways import Ways

LEARN_EVERY = timedelta(hours=1)  # of market time
LEARN_REAL_S_MIN = 60.0  # in a fast replay


class MarketTravel:
    """Gives each tick its travel times, and keeps what they are made of up to date beside them."""

    def __init__(self, runtime: Runtime, source: GuardedSource | None) -> None:
        self._settings = runtime.settings
        self._ways = None if source is None else Ways(source, runtime.settings)
        self._learner = Learner(runtime, source)
        self._learned = Learned()
        self._due: asyncio.Queue[tuple[Market, datetime]] = asyncio.Queue(maxsize=1)
        self._learned_at: datetime | None = None  # market time
        self._learned_s = 0.0

    def of_tick(self, market: Market, now: datetime) -> TravelTimes:
        """Return the travel times of a tick at this instant of market time."""
        self._learn_when_due(market, now)
        hour = hour_of_week(now, timezone_of(market.timezone))
        straight, roads = self._learned.straight, self._learned.roads
        speeds_mps = {v: SPEED_MPS[v] / straight.of(v, hour) for v in Vehicle}
        if self._ways is None:
            return StraightLine(market.policy, speeds_mps=speeds_mps)
        return RoadTravel(
            self._ways,
            market.policy,
            self._settings,
            speeds_mps=speeds_mps,
            road_ratio={v: roads.of(v, hour) for v in Vehicle},
        )

    async def keep(self) -> None:
        """Ask for roads and learn from what was ridden; never returns."""
        async with asyncio.TaskGroup() as group:
            group.create_task(keep_running("travel_learning", self._keep_learning))
            if self._ways is not None:
                group.create_task(keep_running("travel_ways", self._ways.keep))

    def _learn_when_due(self, market: Market, now: datetime) -> None:
        """Let it be learned at most so often; only who ticks learns."""
        at_s = monotonic_s()
        if is_turn(self._learned_at, self._learned_s, now=now, at_s=at_s) and self._due.empty():
            self._learned_at, self._learned_s = now, at_s
            self._due.put_nowait((market, now))

    async def _keep_learning(self) -> None:
        while True:
            self._learned = await self._learner.learn(*await self._due.get())


def is_turn(learned_at: datetime | None, learned_s: float, *, now: datetime, at_s: float) -> bool:
    """Return whether to learn again: an hour of market time later, and not too often in life."""
    if learned_at is None:
        return True
    return now - learned_at >= LEARN_EVERY and at_s - learned_s >= LEARN_REAL_S_MIN
