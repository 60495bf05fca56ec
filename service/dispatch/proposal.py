"""A plan's rows as proposals: jobs for a courier by their ids, with the whole route and why."""

from datetime import datetime, timedelta

from msgspec import Struct

from matching.plan import COMMITTED_STOP, NEW_PICKUP, Plan
from service.dispatch.arrays import Arranged
from service.dispatch.reasons import Reasons, reasons_of
from service.domain.geo import Point
from service.domain.ids import CourierId, JobId, StopId
from service.domain.lifecycle import StopKind
from service.domain.market import Market
from service.live.records import RosterStop

OFFERS_COUNT_MAX = 500  # of one tick: the rows are locked together, and others wait for them


class SeenJob(Struct, frozen=True, kw_only=True):
    """A job as it was when the tick looked."""

    job_id: JobId
    version: int


class PlannedStop(Struct, frozen=True, kw_only=True):
    """A stop of a planned route."""

    stop_id: StopId | None  # None for a new one, which its job and kind name
    job_id: JobId
    kind: StopKind
    point: Point
    arrival_at: datetime


class Proposal(Struct, frozen=True, kw_only=True):
    """Jobs to be offered to one courier, if all is still as it was seen."""

    courier_id: CourierId
    courier_version: int
    jobs: tuple[SeenJob, ...]  # in the order of their pickups
    start: Point
    route: tuple[PlannedStop, ...]  # the whole of it: what is in hand, and the new stops
    reasons: Reasons


def proposals_of(arranged: Arranged, plan: Plan, market: Market) -> tuple[Proposal, ...]:
    """Return what is to be offered now: the first bundles that are not held."""
    offered = [bundle for bundle, is_held in enumerate(plan.is_held.tolist()) if not is_held]
    return tuple(
        _proposal_of(arranged, plan, bundle, market) for bundle in offered[:OFFERS_COUNT_MAX]
    )


def _proposal_of(arranged: Arranged, plan: Plan, bundle: int, market: Market) -> Proposal:
    courier = arranged.gathered.couriers[int(plan.bundle_courier[bundle])]
    begin, end = plan.bundle_start[bundle : bundle + 2]
    jobs = [arranged.gathered.jobs[int(row)] for row in plan.bundle_job[begin:end]]
    return Proposal(
        courier_id=courier.entry.courier_id,
        courier_version=courier.entry.version,
        jobs=tuple(SeenJob(job_id=job.job_id, version=job.version) for job in jobs),
        start=courier.place,
        route=_route_of(arranged, plan, bundle),
        reasons=reasons_of(arranged, plan, bundle, market),
    )


def _route_of(arranged: Arranged, plan: Plan, bundle: int) -> tuple[PlannedStop, ...]:
    """Return the whole route, beginning with the stop that the courier stands at."""
    now = arranged.gathered.now
    reached = arranged.gathered.couriers[int(plan.bundle_courier[bundle])].reached
    standing = () if reached is None else (_committed(reached, now),)
    begin, end = plan.route_start[bundle : bundle + 2]
    planned = (
        _planned_stop(
            arranged,
            kind=int(plan.route_kind[entry]),
            row=int(plan.route_row[entry]),
            arrival_at=now + timedelta(seconds=float(plan.route_arrival_s[entry])),
        )
        for entry in range(begin, end)
    )
    return (*standing, *planned)


def _planned_stop(arranged: Arranged, *, kind: int, row: int, arrival_at: datetime) -> PlannedStop:
    if kind == COMMITTED_STOP:
        return _committed(arranged.stops[row], arrival_at)
    job = arranged.gathered.jobs[row]
    pickup = Point(job.pickup_lat_deg, job.pickup_lng_deg)
    dropoff = Point(job.dropoff_lat_deg, job.dropoff_lng_deg)
    is_pickup = kind == NEW_PICKUP
    return PlannedStop(
        stop_id=None,
        job_id=job.job_id,
        kind=StopKind.PICKUP if is_pickup else StopKind.DROPOFF,
        point=pickup if is_pickup else dropoff,
        arrival_at=arrival_at,
    )


def _committed(stop: RosterStop, arrival_at: datetime) -> PlannedStop:
    return PlannedStop(
        stop_id=stop.stop_id,
        job_id=stop.job_id,
        kind=stop.kind,
        point=Point(stop.lat_deg, stop.lng_deg),
        arrival_at=arrival_at,
    )
