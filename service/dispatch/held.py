"""What a plan holds for couriers, by ids: the next plan starts from it."""

from collections.abc import Iterator

from matching.plan import NEW_PICKUP, Plan
from service.dispatch.arrays import Arranged
from service.dispatch.rows import HeldJob


def held_of(arranged: Arranged, plan: Plan) -> tuple[HeldJob, ...]:
    """Return the jobs that are held, bundle by bundle; no more than there are jobs in the tick."""
    return tuple(
        held
        for bundle, is_held in enumerate(plan.is_held.tolist())
        if is_held
        for held in _held(arranged, plan, bundle)
    )


def _held(arranged: Arranged, plan: Plan, bundle: int) -> Iterator[HeldJob]:
    """Yield the bundle's jobs; its route may begin with those that are offered now."""
    gathered = arranged.gathered
    courier_id = gathered.couriers[int(plan.bundle_courier[bundle])].entry.courier_id
    begin, end = plan.route_start[bundle : bundle + 2]
    pickups = plan.route_row[begin:end][plan.route_kind[begin:end] == NEW_PICKUP]
    rank_of = {int(row): rank for rank, row in enumerate(pickups)}
    begin, end = plan.bundle_start[bundle : bundle + 2]
    for row in map(int, plan.bundle_job[begin:end]):
        yield HeldJob(gathered.jobs[row].job_id, courier_id, rank_of[row])
