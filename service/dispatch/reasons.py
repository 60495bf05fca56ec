"""Why an offer was made, in words that ops can read years later: the record of a decision."""

import math
from collections.abc import Mapping

import numpy as np
from msgspec import Struct

from matching.arrays import I64
from matching.costs import COST_TERMS
from matching.permits import FILTERS, PASSED
from matching.plan import Plan
from service.dispatch.arrays import Arranged
from service.dispatch.scope import round_of
from service.domain.ids import CourierId, JobId
from service.domain.market import Market


class Considered(Struct, frozen=True, kw_only=True):
    """A courier who was looked at for a job."""

    courier_id: CourierId
    removed_by: str | None  # the first hard filter that applied
    cost: float | None  # of this job alone, seconds of one parcel's waiting; None where removed


class JobReasons(Struct, frozen=True, kw_only=True):
    """The field of couriers for one job; `nearest` is bounded, the counts are of all."""

    job_id: JobId
    search_round: int
    radius_m: float
    considered_count: int
    removed_count_by_filter: dict[str, int]
    nearest: tuple[Considered, ...]  # soonest at the pickup first


class RunnerUp(Struct, frozen=True, kw_only=True):
    """Who would have been next, and at what cost."""

    courier_id: CourierId
    cost: float


class Reasons(Struct, frozen=True, kw_only=True):
    """Why these jobs went to this courier."""

    policy_version: int
    cost: float
    cost_terms: dict[str, float]
    deadhead_m: float
    route_m: float  # travelled more than on the committed route alone
    saved_m: float  # travelled less than if each job went alone
    runner_up: RunnerUp | None
    jobs: tuple[JobReasons, ...]


def reasons_of(arranged: Arranged, plan: Plan, bundle: int, market: Market) -> Reasons:
    """Return the reasons of one bundle of the plan."""
    begin, end = plan.bundle_start[bundle : bundle + 2]
    return Reasons(
        policy_version=market.policy_version,
        cost=float(plan.cost[bundle]),
        cost_terms=dict(zip(COST_TERMS, plan.cost_terms[bundle].tolist(), strict=True)),
        deadhead_m=float(plan.deadhead_m[bundle]),
        route_m=float(plan.route_m[bundle]),
        saved_m=float(plan.saved_m[bundle]),
        runner_up=_runner_up(arranged, plan, bundle),
        jobs=tuple(
            _job_reasons(arranged, plan, int(row), market) for row in plan.bundle_job[begin:end]
        ),
    )


def removed_count_by_filter(removed_count: I64) -> dict[str, int]:
    """Return the filters that removed anybody, of (FILTERS,) counts."""
    counts: Mapping[str, int] = dict(zip(FILTERS, removed_count.tolist(), strict=True))
    return {name: count for name, count in counts.items() if count > 0}


def _runner_up(arranged: Arranged, plan: Plan, bundle: int) -> RunnerUp | None:
    row = int(plan.runner_up_courier[bundle])
    if row < 0:
        return None
    return RunnerUp(
        courier_id=arranged.gathered.couriers[row].entry.courier_id,
        cost=float(plan.runner_up_cost[bundle]),
    )


def _job_reasons(arranged: Arranged, plan: Plan, row: int, market: Market) -> JobReasons:
    gathered, reasons = arranged.gathered, plan.reasons
    job = gathered.jobs[row]
    begin, end = np.searchsorted(reasons.pair_job, (row, row + 1))
    return JobReasons(
        job_id=job.job_id,
        search_round=round_of(job, market.policy, now=gathered.now),
        radius_m=float(arranged.snapshot.job_radius_m[row]),
        considered_count=int(reasons.considered_count[row]),
        removed_count_by_filter=removed_count_by_filter(reasons.removed_count[row]),
        nearest=tuple(_considered(arranged, plan, pair) for pair in range(begin, end)),
    )


def _considered(arranged: Arranged, plan: Plan, pair: int) -> Considered:
    reasons = plan.reasons
    removed_by, cost = int(reasons.pair_removed_by[pair]), float(reasons.pair_cost[pair])
    return Considered(
        courier_id=arranged.gathered.couriers[int(reasons.pair_courier[pair])].entry.courier_id,
        removed_by=None if removed_by == PASSED else FILTERS[removed_by],
        cost=None if math.isnan(cost) else cost,
    )
