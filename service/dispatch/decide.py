"""Decide: rows in, proposals out. The engine runs in a thread, where it needs no event loop."""

import asyncio
import math
from collections import Counter
from collections.abc import Collection, Mapping

from msgspec import Struct

from matching.params import Params
from matching.replan import HasTime
from matching.snapshot import check
from matching.solve import always, solve
from service.clock import monotonic_s
from service.dispatch.arrays import Arranged, arrange
from service.dispatch.held import held_of
from service.dispatch.hints import Hinted, hints_of
from service.dispatch.left_open import Noted, due
from service.dispatch.params import params_of
from service.dispatch.proposal import Proposal, proposals_of
from service.dispatch.reasons import (
    OpenReasons,
    left_open_of,
    open_reasons_of,
    removed_count_by_filter,
)
from service.dispatch.recording import Ways, ways_of
from service.dispatch.rows import Gathered, HeldJob, Pair
from service.dispatch.search import SearchNews, news_of
from service.dispatch.travel import TravelTimes
from service.domain.facts import JobLeftOpen
from service.domain.ids import JobId
from service.domain.market import Market


class Decided(Struct, frozen=True, kw_only=True):
    """What is to be committed, and the figures of the decision."""

    proposals: tuple[Proposal, ...] = ()
    news: tuple[SearchNews, ...] = ()
    pairs_count: int = 0
    removed_count_by_filter: dict[str, int] = {}
    held_count: int = 0  # bundles that need not be offered before the next tick
    held: tuple[HeldJob, ...] = ()  # the jobs of those bundles
    hints: tuple[Hinted, ...] = ()
    left_open: tuple[JobLeftOpen, ...] = ()  # every job that is offered to nobody
    for_record: tuple[JobLeftOpen, ...] = ()  # those of them to be put on record
    open_reasons: tuple[OpenReasons, ...] = ()  # in full, of these
    ways: Ways = Ways()  # as they were measured
    gap_share: float = 0.0  # no matching of single jobs costs less than ours times (1 - gap)
    rounds_count: int = 0  # of ruin and recreate

    @property
    def open_count_by_outcome(self) -> dict[str, int]:
        """How many jobs stay open, by why."""
        return dict(Counter(job.outcome.value for job in self.left_open))


async def decide(
    gathered: Gathered,
    market: Market,
    *,
    travel: TravelTimes,
    tick_s: float,
    left_out: Collection[Pair],
    noted: Mapping[JobId, Noted] | None = None,
    improve_s_max: float = math.inf,
) -> Decided:
    """Return the decisions on what was gathered; `tick_s` of market time until the next ones.

    The plan is made better until `improve_s_max` of real time are over, from when it is begun.
    """
    arranged = await asyncio.to_thread(arrange, gathered, market.policy, left_out=left_out)
    arranged = arranged._replace(snapshot=await travel.measure(arranged.snapshot))
    params = params_of(market.policy, tick_s=tick_s)
    return await asyncio.to_thread(
        plan,
        arranged,
        market,
        params=params,
        travel=travel,
        left_out=left_out,
        noted=noted,
        has_time=until(monotonic_s() + improve_s_max),
    )


def until(deadline_s: float) -> HasTime:
    """Return whether there is time for more rounds, until the deadline."""

    def has_time(rounds_count: int) -> bool:  # noqa: ARG001  # however many there were
        return monotonic_s() < deadline_s

    return has_time


def plan(
    arranged: Arranged,
    market: Market,
    *,
    params: Params,
    travel: TravelTimes,
    left_out: Collection[Pair] = (),
    noted: Mapping[JobId, Noted] | None = None,
    has_time: HasTime = always,
) -> Decided:
    """Return the decisions on a snapshot; the same ones for the same snapshot."""
    found = solve(check(arranged.snapshot), params, has_time)
    proposals = proposals_of(arranged, found, market)
    offered = {job.job_id for proposal in proposals for job in proposal.jobs}
    left_open = left_open_of(arranged, found, market)
    for_record = due(left_open, noted or {}, policy=market.policy, now=arranged.gathered.now)
    return Decided(
        proposals=proposals,
        news=news_of(
            arranged,
            found,
            policy=market.policy,
            travel=travel,
            offered=offered,
            left_out=left_out,
        ),
        pairs_count=int(found.reasons.considered_count.sum()),
        removed_count_by_filter=removed_count_by_filter(found.reasons.removed_count.sum(axis=0)),
        held_count=int(found.is_held.sum()),
        held=held_of(arranged, found),
        hints=hints_of(arranged, found),
        left_open=left_open,
        for_record=for_record,
        open_reasons=open_reasons_of(arranged, found, market, for_record),
        ways=ways_of(arranged.snapshot),
        gap_share=found.gap_share,
        rounds_count=found.rounds_count,
    )
