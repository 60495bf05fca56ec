"""PURE. A recorded tick decided again, under the policy of then or another one."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from matching.replan import HasTime
from matching.snapshot import check
from matching.solve import solve
from service.dispatch.arrays import arrange
from service.dispatch.params import params_of
from service.dispatch.proposal import Proposal, proposals_of
from service.dispatch.recording import RecordedTick, measured
from service.domain.ids import CourierId, JobId
from service.domain.lifecycle import StopKind
from service.domain.market import Market
from service.domain.policy import Policy
from service.domain.pricing import pay_cents
from service.live.records import OpenJob


class Search(Struct, frozen=True, order=True):
    """One search for a courier: a job that was refused, or opened again, is looked for anew."""

    job_id: JobId
    opened_at: datetime
    refusals_count: int


class PlannedJob(Struct, frozen=True, kw_only=True):
    """A job as it is proposed: what may be expected of it if the offer is accepted."""

    search: Search
    tick_number: int
    courier_id: CourierId
    partners_count: int  # in the same bundle
    pickup_wait_s: float  # of the parcel, since it was ready and the job open
    lateness_s: float
    pay_cents: int
    deadhead_m: float  # its share of the bundle's
    saved_m: float  # likewise


def redecide(
    recorded: RecordedTick, market: Market, *, policy_then: Policy
) -> tuple[Proposal, ...]:
    """Return what is proposed under the market's policy, on what the tick saw.

    Ways are as they were measured then; where they were straight lines, the detour factor of
    `policy_then` gives way to that of the market's policy.
    """
    ratio = market.policy.detour_factor / policy_then.detour_factor
    arranged = arrange(recorded.gathered, market.policy, left_out=recorded.left_out)
    snapshot = measured(arranged.snapshot, recorded.ways, detour_ratio=ratio)
    arranged = arranged._replace(snapshot=snapshot)
    params = params_of(market.policy, tick_s=recorded.tick_s)
    found = solve(check(arranged.snapshot), params, up_to(recorded.rounds_count))
    return proposals_of(arranged, found, market)


def up_to(rounds_count_max: int | None) -> HasTime:
    """Return that there is time for as many rounds as there was then; None for no limit."""

    def has_time(rounds_count: int) -> bool:
        return rounds_count_max is None or rounds_count < rounds_count_max

    return has_time


def market_under(market: Market, policy: Policy, *, version: int) -> Market:
    """Return the market with another policy."""
    return replace(market, policy=policy, policy_version=version)


def planned_jobs(
    recorded: RecordedTick, proposals: Sequence[Proposal], policy: Policy, *, tick_number: int
) -> list[PlannedJob]:
    """Return every job that is proposed, with what may be expected."""
    job_of = {job.job_id: job for job in recorded.gathered.jobs}
    return [
        _planned(job_of[seen.job_id], proposal, policy, tick_number)
        for proposal in proposals
        for seen in proposal.jobs
    ]


def _planned(job: OpenJob, proposal: Proposal, policy: Policy, tick_number: int) -> PlannedJob:
    jobs_count = len(proposal.jobs)
    waits_from = max(job.ready_at, job.opened_at)
    return PlannedJob(
        search=Search(job.job_id, job.opened_at, len(job.refused_by)),
        tick_number=tick_number,
        courier_id=proposal.courier_id,
        partners_count=jobs_count - 1,
        pickup_wait_s=_late_s(_arrival_at(proposal, job.job_id, StopKind.PICKUP), waits_from),
        lateness_s=_late_s(_arrival_at(proposal, job.job_id, StopKind.DROPOFF), job.due_at),
        pay_cents=pay_cents(policy, fee_cents=job.fee_cents),
        deadhead_m=proposal.reasons.deadhead_m / jobs_count,
        saved_m=proposal.reasons.saved_m / jobs_count,
    )


def _arrival_at(proposal: Proposal, job_id: JobId, kind: StopKind) -> datetime:
    return next(
        stop.arrival_at for stop in proposal.route if stop.job_id == job_id and stop.kind is kind
    )


def _late_s(at: datetime, due_at: datetime) -> float:
    return max(0.0, (at - due_at).total_seconds())
