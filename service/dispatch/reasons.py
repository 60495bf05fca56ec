"""Why an offer was made, or none: the record of a decision, in words that ops can read later."""

import math
from collections.abc import Iterable, Mapping

import numpy as np
from msgspec import Struct

from matching.arrays import I64
from matching.costs import COST_TERMS
from matching.permits import FILTERS, PASSED
from matching.plan import OFFERED, OUTCOMES, Plan
from service.dispatch.arrays import Arranged
from service.dispatch.scope import round_of
from service.domain.facts import JobLeftOpen
from service.domain.ids import CourierId, JobId
from service.domain.market import Market
from service.domain.vocabulary import Outcome


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
    """Who could do it too, and at what cost."""

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


class OpenReasons(Struct, frozen=True, kw_only=True):
    """Why a job is offered to nobody now; the fields bear the names of those of an offer."""

    policy_version: int
    cost: float | None  # of the bundle that is held; None where nothing is planned
    cost_terms: dict[str, float]
    best: RunnerUp | None  # for whom it is held, or who could do it at the least cost
    runner_up: RunnerUp | None
    jobs: tuple[JobReasons, ...]  # the one


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


def left_open_of(arranged: Arranged, plan: Plan, market: Market) -> tuple[JobLeftOpen, ...]:
    """Return what there is to say, in short, of each job that the plan offers to nobody, by id."""
    gathered, reasons = arranged.gathered, plan.reasons
    could_count = reasons.considered_count - reasons.removed_count.sum(axis=1)
    return tuple(
        JobLeftOpen(
            job_id=gathered.jobs[row].job_id,
            outcome=Outcome(OUTCOMES[reasons.job_outcome[row]]),
            search_round=round_of(gathered.jobs[row], market.policy, now=gathered.now),
            candidates_count=int(could_count[row]),
            removed_count_by_filter=removed_count_by_filter(reasons.removed_count[row]),
        )
        for row in np.flatnonzero(reasons.job_outcome != OFFERED).tolist()
    )


def open_reasons_of(
    arranged: Arranged, plan: Plan, market: Market, left_open: Iterable[JobLeftOpen]
) -> tuple[OpenReasons, ...]:
    """Return the reasons in full of these jobs of `left_open_of`, in their order."""
    row_of = {job.job_id: row for row, job in enumerate(arranged.gathered.jobs)}
    bundle_of_entry = np.repeat(np.arange(len(plan.bundle_courier)), np.diff(plan.bundle_start))
    bundle_of = dict(zip(plan.bundle_job.tolist(), bundle_of_entry.tolist(), strict=True))
    return tuple(
        _open_reasons(arranged, plan, market, row=row, bundle=bundle_of.get(row))
        for row in (row_of[job.job_id] for job in left_open)
    )


def _open_reasons(
    arranged: Arranged, plan: Plan, market: Market, *, row: int, bundle: int | None
) -> OpenReasons:
    jobs = (_job_reasons(arranged, plan, row, market),)
    version = market.policy_version
    if bundle is not None:
        planned = reasons_of(arranged, plan, bundle, market)
        return OpenReasons(
            policy_version=version,
            cost=planned.cost,
            cost_terms=planned.cost_terms,
            best=_at_cost(arranged, int(plan.bundle_courier[bundle]), planned.cost),
            runner_up=planned.runner_up,
            jobs=jobs,
        )
    best, second = _cheapest_two(arranged, plan, row)
    return OpenReasons(
        policy_version=version, cost=None, cost_terms={}, best=best, runner_up=second, jobs=jobs
    )


def _cheapest_two(
    arranged: Arranged, plan: Plan, row: int
) -> tuple[RunnerUp | None, RunnerUp | None]:
    """Return the two couriers, of those explained, who could do the job alone at the least cost."""
    reasons = plan.reasons
    begin, end = np.searchsorted(reasons.pair_job, (row, row + 1))
    by_cost = begin + np.argsort(reasons.pair_cost[begin:end], kind="stable")  # NaN goes last
    could = by_cost[np.isfinite(reasons.pair_cost[by_cost])][:2].tolist()
    found = [
        _at_cost(arranged, int(reasons.pair_courier[pair]), float(reasons.pair_cost[pair]))
        for pair in could
    ]
    best, second, *_ = (*found, None, None)
    return best, second


def removed_count_by_filter(removed_count: I64) -> dict[str, int]:
    """Return the filters that removed anybody, of (FILTERS,) counts."""
    counts: Mapping[str, int] = dict(zip(FILTERS, removed_count.tolist(), strict=True))
    return {name: count for name, count in counts.items() if count > 0}


def _runner_up(arranged: Arranged, plan: Plan, bundle: int) -> RunnerUp | None:
    row = int(plan.runner_up_courier[bundle])
    return None if row < 0 else _at_cost(arranged, row, float(plan.runner_up_cost[bundle]))


def _at_cost(arranged: Arranged, row: int, cost: float) -> RunnerUp:
    return RunnerUp(courier_id=arranged.gathered.couriers[row].entry.courier_id, cost=cost)


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
