"""The field's metrics of a replay, beside those of the rule to beat on the same day."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from service.domain.policy import Policy
from service.simulation.baseline import run_baseline
from service.simulation.metrics import FinishedJob, Metrics, measure
from service.simulation.public_day import PublicDay, PublicOrder
from service.simulation.run.day_cast import reference_of
from service.store.audit import JobRecord

SERVICE = "hexhaul"
BASELINE = "nearest idle courier, first come first served"


def compare(
    day: PublicDay, jobs: Sequence[JobRecord], *, midnight: datetime, driven_m: float
) -> dict[str, Metrics]:
    """Return the metrics of the service and of the baseline, by name."""
    finished = finished_jobs(day, jobs, midnight=midnight)
    ours = measure(finished, courier_hours=day.courier_hours, distance_m=driven_m)
    theirs = measure(run_baseline(day, Policy()), courier_hours=day.courier_hours)
    return {SERVICE: ours, BASELINE: theirs}


def finished_jobs(
    day: PublicDay, jobs: Sequence[JobRecord], *, midnight: datetime
) -> list[FinishedJob]:
    """Return what became of each order, in the day's order.

    Placement and ready time are the recorded ones, so that whatever the service or the replay
    lost on the way counts against it.
    """
    record_of = {job.reference: job for job in jobs}
    return [_finished(order, record_of, midnight) for order in day.orders]


def _finished(
    order: PublicOrder, record_of: Mapping[str | None, JobRecord], midnight: datetime
) -> FinishedJob:
    job = record_of.get(reference_of(order))
    if job is None:
        return FinishedJob(placed_s=order.placed_s, ready_s=order.ready_s)

    def seconds(at: datetime | None) -> float | None:
        return None if at is None else (at - midnight).total_seconds()

    return FinishedJob(
        placed_s=order.placed_s,
        ready_s=order.ready_s,
        offered_s=seconds(job.first_offered_at),
        picked_up_s=seconds(job.picked_up_at),
        delivered_s=seconds(job.delivered_at),
        courier=None if job.courier_id is None else str(job.courier_id),
        offers_count=job.offers_count,
        bundle=None if job.bundle_id is None else str(job.bundle_id),
    )
