"""The loop of one market: it holds the lease, listens for wake-ups, and ticks."""

import asyncio
from functools import partial

import msgspec
import structlog

from service.clock import monotonic_s
from service.dispatch.commit import Warrant
from service.dispatch.market_outlook import MarketOutlook
from service.dispatch.market_travel import MarketTravel
from service.dispatch.memory import Memory
from service.dispatch.outlook import Outlook, OutlookOf, nothing_known
from service.dispatch.pace import TELL_S_MIN, Pace, pace_of, wait_for_turn
from service.dispatch.quarantine import Quarantine
from service.dispatch.record import Recorder
from service.dispatch.rows import Pair
from service.dispatch.tick import tick
from service.dispatch.travel import TravelOf, straight_line
from service.domain.errors import UnavailableError
from service.domain.facts import TickSummary
from service.domain.ids import MarketId
from service.live import bus
from service.live.keys import Channel
from service.live.soundness import forgetting_corrupt
from service.live.subscription import BusLost, Subscription
from service.live.writable import follow_primary
from service.metrics import OFFERS, QUARANTINED_PAIRS_COUNT, TICK_STAGE_S, TICKS
from service.runtime import Runtime, read_market
from service.store.leadership import Leadership
from service.tasks import keep_running
from service.travel.guard import GuardedSource
from service.wire.watcher_stream import ExpectedJobs, OpsTick

OPEN_JOBS_TOLD_COUNT_MAX = 100  # in one message; the counts beside them are of all
PLACES_TOLD_COUNT_MAX = 50

log = structlog.get_logger()


async def run_market(runtime: Runtime, market_id: MarketId, source: GuardedSource | None) -> None:
    """Dispatch for the market whenever this process has its lease; never returns.

    Without a source of travel times, all ways are straight lines.
    """
    leadership = Leadership(
        runtime.pool,
        name=f"dispatch:{market_id}",
        holder=str(runtime.new_id()),
        ttl_s=runtime.settings.lease_ttl_s,
        renew_s=runtime.settings.lease_renew_s,
        failing_s_max=runtime.settings.lease_failing_s_max,
    )
    woken = asyncio.Event()
    travel, outlook = MarketTravel(runtime, source), MarketOutlook(runtime)
    ticker = Ticker(
        runtime, market_id, leadership, travel_of=travel.of_tick, outlook_of=outlook.of_tick
    )
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(keep_running("dispatch_lease", leadership.keep))
            group.create_task(
                keep_running("dispatch_wake", partial(listen, runtime, market_id, woken))
            )
            group.create_task(
                keep_running("dispatch_redis", partial(follow_primary, runtime.redis, market_id))
            )
            group.create_task(keep_running("dispatch_travel", travel.keep))
            group.create_task(keep_running("dispatch_outlook", outlook.keep))
            group.create_task(keep_running("dispatch_ticks", partial(ticker.run, woken)))
    finally:
        await leadership.release()


async def listen(runtime: Runtime, market_id: MarketId, woken: asyncio.Event) -> None:
    """Pass on each wake-up of the bus; after a loss of the bus there may have been some."""
    channels = [(market_id, Channel.WAKE_DISPATCH)]
    async with Subscription(runtime.settings, channels) as messages:
        async for message in messages:
            if not isinstance(message, BusLost):
                woken.set()


class Ticker:
    """Ticks of one market, one after the other, and what is remembered between them."""

    def __init__(
        self,
        runtime: Runtime,
        market_id: MarketId,
        leadership: Leadership,
        *,
        travel_of: TravelOf = straight_line,
        outlook_of: OutlookOf = nothing_known,
    ) -> None:
        self._runtime = runtime
        self._market_id = market_id
        self._leadership = leadership
        self._travel_of, self._outlook_of = travel_of, outlook_of
        self._quarantine = Quarantine[Pair]()
        self._memory_epoch = leadership.epoch
        self.memory = Memory()
        self._recorder = Recorder()
        early_s = runtime.settings.tick_real_s_min
        self._following = Pace(early_s=early_s, period_s=early_s)  # soon to see that it leads
        self._pace = self._following
        self._told_s = 0.0

    async def run(self, woken: asyncio.Event) -> None:
        """Tick at the market's pace; a tick that fails is logged, and the next one comes."""
        while True:
            began_s = monotonic_s()
            try:
                self._count(await self.attempt())
                self._leadership.note_work()
            except Exception as error:  # noqa: BLE001  # whatever it is, the loop goes on
                self._leadership.note_failure()
                TICKS.labels(market=self._market_id, outcome="failed").inc()
                log.warning("tick_failed", market_id=self._market_id, error=repr(error))
            await wait_for_turn(self._pace, woken, began_s=began_s)

    async def attempt(self) -> TickSummary | None:
        """Tick once, unless another process decides or the market is paused.

        Raises:
            LostLeaseError: another process decides for this market.
            UnavailableError: Redis or Postgres is away.
            NotFoundError: there is no such market any more.
        """
        runtime, epoch = self._runtime, self._leadership.epoch
        if epoch != self._memory_epoch:  # what another process has decided meanwhile is not known
            self.memory, self._memory_epoch = Memory(), epoch
        if epoch is None:
            self._pace = self._following
            return None
        async with runtime.pool.connection() as conn:
            market = await read_market(conn, self._market_id)
        self._pace = pace_of(market.policy, runtime.clock, runtime.settings)
        if market.is_paused:
            return None
        outlook = self._outlook_of(market, runtime.clock.now())
        async with forgetting_corrupt(runtime.redis, self._market_id):
            summary = await tick(
                runtime,
                Warrant(market=market, leadership=self._leadership, epoch=epoch),
                tick_s=self._pace.tick_s(runtime.clock),
                quarantine=self._quarantine,
                travel_of=self._travel_of,
                outlook=outlook,
                recorder=self._recorder,
                memory=self.memory,
            )
        if summary is not None:
            await self._tell(summary, outlook)
        return summary

    def _count(self, summary: TickSummary | None) -> None:
        """Count a tick; one in which there was nothing to decide, or not for this process, too."""
        market_id = self._market_id
        outcome = "none" if summary is None else "decided"
        TICKS.labels(market=market_id, outcome=outcome).inc()
        now_s = monotonic_s()
        pairs, faults = self._quarantine.left_out(at_s=now_s), self.memory.faults
        left_out_count = len(pairs) + len(faults.left_out(at_s=now_s))
        QUARANTINED_PAIRS_COUNT.labels(market=market_id).set(left_out_count)
        if summary is not None:
            OFFERS.labels(market=market_id).inc(summary.offers_count)
            for stage, stage_ms in (
                ("gather", summary.gather_ms),
                ("solve", summary.solve_ms),
                ("commit", summary.commit_ms),
            ):
                TICK_STAGE_S.labels(market=market_id, stage=stage).observe(stage_ms / 1_000.0)

    async def _tell(self, summary: TickSummary, outlook: Outlook) -> None:
        if summary.offers_count > 0:
            log.info(
                "tick_completed",
                market_id=self._market_id,
                tick_id=summary.tick_id,
                jobs_count=summary.jobs_count,
                couriers_count=summary.couriers_count,
                offers_count=summary.offers_count,
            )
        if monotonic_s() - self._told_s < TELL_S_MIN:
            return
        self._told_s = monotonic_s()
        message = OpsTick(
            at=self._runtime.clock.now(),
            tick=summary,
            open_jobs=self._recorder.left_open[:OPEN_JOBS_TOLD_COUNT_MAX],
            demand=tuple(
                ExpectedJobs(
                    lat_deg=place.lat_deg, lng_deg=place.lng_deg, jobs_per_h=place.jobs_per_h
                )
                for place in outlook.demand[:PLACES_TOLD_COUNT_MAX]
            ),
        )
        try:
            await bus.publish_tick(
                self._runtime.redis, self._market_id, msgspec.json.encode(message)
            )
        except UnavailableError:
            log.debug("index_unreachable")
