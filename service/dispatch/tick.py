"""One tick: fetch, decide, commit, and what is told and kept of it."""

from functools import partial

from msgspec.structs import replace

from service.actions.tell_left_out import TOLD_COUNT_MAX, tell_left_out
from service.clock import monotonic_s
from service.dispatch.commit import Warrant, commit
from service.dispatch.decide import Decided, decide
from service.dispatch.faults import decide_without_faults
from service.dispatch.gather import gather
from service.dispatch.isolate import commit_all
from service.dispatch.memory import Memory
from service.dispatch.outlook import NOTHING_KNOWN, Outlook, completed
from service.dispatch.quarantine import Quarantine
from service.dispatch.record import Recorder, Taken
from service.dispatch.rows import Gathered, Pair
from service.dispatch.travel import TravelOf, straight_line
from service.domain.facts import TickSummary
from service.domain.market import Market
from service.runtime import Runtime


async def tick(
    runtime: Runtime,
    warrant: Warrant,
    *,
    tick_s: float,
    quarantine: Quarantine[Pair],
    recorder: Recorder,
    memory: Memory,
    travel_of: TravelOf = straight_line,
    outlook: Outlook = NOTHING_KNOWN,
) -> TickSummary | None:
    """Decide once for the market; return the figures, or None while the index is being built.

    `tick_s` is how long the next tick is away, in market seconds.

    Raises:
        LostLeaseError: another process decides for this market; nothing was done.
        UnavailableError: Redis or Postgres is away.
    """
    market, began_s = warrant.market, monotonic_s()
    now = runtime.clock.now()
    travel = travel_of(market, now)
    demand = outlook.demand if memory.hinter.looks(market, now) else ()
    gathered = await gather(
        runtime.redis,
        market,
        settings=runtime.settings,
        memory=memory,
        now=now,
        demand=demand,
    )
    if gathered is None:
        return None
    gathered = completed(gathered, outlook=outlook, held=memory.held, demand=demand)
    gathered_s = monotonic_s()
    decided, left_out = Decided(), quarantine.left_out(at_s=gathered_s)
    if gathered.jobs or gathered.demand:
        by = partial(decide, market=market, travel=travel, tick_s=tick_s, left_out=left_out)
        gathered, decided = await decide_without_faults(
            gathered,
            partial(by, noted=recorder.noted, improve_s_max=runtime.settings.tick_improve_s_max),
            trial=partial(by, improve_s_max=0.0),
            faults=memory.faults,
        )
    decided_s, memory.held = monotonic_s(), decided.held
    summary = summary_of(
        gathered,
        decided,
        market,
        gather_ms=(gathered_s - began_s) * 1_000.0,
        solve_ms=(decided_s - gathered_s) * 1_000.0,
        loop_lag_ms_max=recorder.loop_lag_ms_max(runtime.loop_lag),
    )
    report = travel.report()
    summary = replace(
        summary,
        travel_source=report.source,
        travel_road_share=report.road_share,
        travel_is_degraded=report.is_degraded,
    )
    if decided.proposals or decided.news:
        write = partial(commit, runtime, warrant, travel=travel, draft=summary)
        committed = await commit_all(write, decided, quarantine=quarantine)
        summary = replace(
            summary,
            tick_id=committed.tick_id,
            offers_count=committed.offers_count,
            bundled_jobs_count=committed.bundled_jobs_count,
            refused_count=committed.refused_count,
            commit_ms=(monotonic_s() - decided_s) * 1_000.0,
        )
    news = (
        *quarantine.take_news(count_max=TOLD_COUNT_MAX),
        *memory.faults.take_news(count_max=TOLD_COUNT_MAX),
    )
    await tell_left_out(runtime, market.id, news)
    if gathered.demand:
        await memory.hinter.tell(
            runtime, market, decided.hints, couriers=gathered.couriers, now=now
        )
    taken = Taken(gathered=gathered, tick_s=tick_s, left_out=left_out, decided=decided)
    return await recorder.keep(runtime, warrant, taken, summary)


def summary_of(
    gathered: Gathered,
    decided: Decided,
    market: Market,
    *,
    gather_ms: float,
    solve_ms: float,
    loop_lag_ms_max: float | None = None,
) -> TickSummary:
    """Return the figures of a tick that has committed nothing."""
    return TickSummary(
        tick_id=None,
        policy_version=market.policy_version,
        jobs_count=len(gathered.jobs),
        couriers_count=len(gathered.couriers),
        pairs_count=decided.pairs_count,
        removed_count_by_filter=decided.removed_count_by_filter,
        offers_count=0,
        bundled_jobs_count=0,
        held_count=decided.held_count,
        refused_count=0,
        gather_ms=gather_ms,
        solve_ms=solve_ms,
        commit_ms=0.0,
        open_count_by_outcome=decided.open_count_by_outcome,
        gap_share=decided.gap_share,
        rounds_count=decided.rounds_count,
        loop_lag_ms_max=loop_lag_ms_max,
    )
