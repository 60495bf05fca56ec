"""Why some jobs waited longer for their first offer than the tick explains."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from service.domain.ids import CourierId
from service.simulation.run.latency import Wait, waits_of
from service.simulation.run.witness import OfferHeard, Witness

ALLOWANCE_S = 0.15  # real time beyond one tick: the way of the offer to the phone


class Cause(StrEnum):
    """The first that applies."""

    COURIER_LOST = "courier_lost"  # all who could have been sent were offered other jobs
    BUNDLED = "bundled"  # first offered together with others
    OTHER_COURIER = "other_courier"  # first offered to somebody who was not idle and near then
    UNEXPLAINED = "unexplained"


class LateJobs(Struct, frozen=True, kw_only=True):
    """Of the jobs that post to offer is about."""

    longer_than_ms: float
    count: int
    count_by_cause: dict[Cause, int]
    never_offered_count: int  # canceled before, or open at the end: no percentile has them


def late_jobs(witness: Witness, *, tick_real_s: float) -> LateJobs:
    """Return how many jobs waited longer than a tick and its allowance, and why."""
    longer_than_s = tick_real_s + ALLOWANCE_S
    heard_by: defaultdict[CourierId, list[OfferHeard]] = defaultdict(list)
    for offer in witness.heard:
        heard_by[offer.courier_id].append(offer)
    waits = waits_of(witness)
    causes = Counter(
        cause_of(wait, wait.first, heard_by)
        for wait in waits
        if wait.first is not None and wait.wait_s is not None and wait.wait_s > longer_than_s
    )
    return LateJobs(
        longer_than_ms=longer_than_s * 1_000.0,
        count=causes.total(),
        count_by_cause=dict(causes),
        never_offered_count=sum(wait.first is None for wait in waits),
    )


def cause_of(
    wait: Wait, first: OfferHeard, heard_by: Mapping[CourierId, Sequence[OfferHeard]]
) -> Cause:
    """Return what became of the couriers who could have been sent when the job was posted."""
    answered_at = wait.job.answered_at
    is_lost = all(
        any(
            answered_at <= offer.heard_at < first.heard_at for offer in heard_by.get(courier_id, ())
        )
        for courier_id in wait.job.idle_courier_ids
    )
    if is_lost:
        return Cause.COURIER_LOST
    if len(first.job_ids) > 1:
        return Cause.BUNDLED
    if first.courier_id not in wait.job.idle_courier_ids:
        return Cause.OTHER_COURIER
    return Cause.UNEXPLAINED
