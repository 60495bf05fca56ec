"""PURE. What one look at a market measures: of searches, of couriers on their way, of endpoints."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from service.domain import webhook
from service.domain.forecast import StopAhead, arrivals, lateness_s, ride_s
from service.domain.geo import Point
from service.domain.lifecycle import StopKind, StopStatus
from service.domain.policy import SPEED_MPS, Policy
from service.domain.progress import Progress
from service.domain.trouble import Reading, Subject
from service.domain.vocabulary import ExceptionKind, Outcome
from service.store.couriers import Working
from service.store.jobs import SearchingJob
from service.store.webhook_endpoints import FailingEndpoint

KINDS_OF_COURIERS = frozenset(  # what is measured of those who have jobs in hand
    {
        ExceptionKind.COURIER_MOVING_AWAY,
        ExceptionKind.COURIER_NOT_MOVING,
        ExceptionKind.LATE_RISK,
        ExceptionKind.PICKUP_WAIT,
    }
)
_NOBODY = frozenset({Outcome.NO_CANDIDATE, Outcome.ALL_REMOVED})


class Moment(Struct, frozen=True, kw_only=True):
    """When it was looked, and by which rules."""

    now: datetime
    time_scale: float
    policy: Policy


def is_fresh(seen_at: datetime, moment: Moment) -> bool:
    """Return whether a position still says where somebody is, as for the matching."""
    return (moment.now - seen_at).total_seconds() <= moment.policy.position_age_s_max


def of_search(job: SearchingJob, moment: Moment) -> Iterable[Reading]:
    """Yield what is measured of a job that looks for a courier."""
    subject = Subject(job_id=job.id)
    is_seen = job.is_offered or (job.outcome is not None and job.outcome not in _NOBODY)
    open_s = (moment.now - job.searching_since).total_seconds()
    yield Reading(
        kind=ExceptionKind.NO_COURIER_NEAR,
        subject=subject,
        measure=0.0 if is_seen else None if job.outcome is None else open_s,
        due_at=job.search_until,
    )
    # If somebody suitable were at the pickup at this very moment.
    fastest = max(job.vehicles, key=lambda vehicle: SPEED_MPS[vehicle])
    way_s = ride_s(
        Point(job.pickup_lat_deg, job.pickup_lng_deg),
        Point(job.dropoff_lat_deg, job.dropoff_lng_deg),
        vehicle=fastest,
        detour_factor=moment.policy.detour_factor,
    )
    begins_at = max(moment.now, job.ready_at) + timedelta(seconds=job.pickup_service_s)
    arrival_at = begins_at + timedelta(seconds=way_s)
    yield Reading(
        kind=ExceptionKind.LATE_RISK,
        subject=subject,
        measure=lateness_s(arrival_at, job.due_at),
        due_at=job.due_at,
    )


def of_courier(
    courier: Working, here: Point | None, progress: Progress | None, moment: Moment
) -> Iterable[Reading]:
    """Yield what is measured of a courier with jobs in hand.

    Args:
        courier: with the stops ahead.
        here: where the courier is; None: not seen for longer than a position says anything.
        progress: towards the first of the stops, if the courier is on the way to it; what is old
            says nothing either.
        moment: of the look.
    """
    if not courier.route:
        return  # what is in hand waits for a decision of ops
    first = courier.route[0]
    if first.status is StopStatus.ENROUTE:
        yield from _of_way(courier, progress, moment)
    elif first.status is StopStatus.ARRIVED and first.kind is StopKind.PICKUP:
        yield _of_wait(first, courier.route, moment)
    expected = arrivals(
        courier.route,
        here=here,
        vehicle=courier.vehicle,
        detour_factor=moment.policy.detour_factor,
        now=moment.now,
    )
    for stop in courier.route:
        if stop.kind is StopKind.DROPOFF and stop.status is not StopStatus.ARRIVED:
            yield _of_delivery(stop, expected.get(stop.stop_id), moment)


def _of_way(courier: Working, progress: Progress | None, moment: Moment) -> Iterable[Reading]:
    if progress is not None and not is_fresh(progress.seen_at, moment):
        progress = None  # silence is another matter, and told as such
    is_there = progress is not None and progress.door_m <= moment.policy.arrival_radius_m
    measures = {
        ExceptionKind.COURIER_NOT_MOVING: None if progress is None else progress.still_s,
        ExceptionKind.COURIER_MOVING_AWAY: None if progress is None else progress.away_m,
    }
    for kind, measure in measures.items():
        yield Reading(
            kind=kind,
            subject=Subject(courier_id=courier.id),
            measure=0.0 if is_there else measure,
            due_at=min(stop.due_at for stop in courier.route),
        )


def _of_wait(pickup: StopAhead, route: Iterable[StopAhead], moment: Moment) -> Reading:
    """Return for how long the courier waits for a parcel that was to be ready."""
    since = max(pickup.arrived_at or moment.now, pickup.ready_at)
    doors = (stop.due_at for stop in route if stop.kind is StopKind.DROPOFF)
    return Reading(
        kind=ExceptionKind.PICKUP_WAIT,
        subject=Subject(job_id=pickup.job_id),
        measure=(moment.now - since).total_seconds(),
        due_at=min(doors, default=pickup.due_at),
    )


def _of_delivery(door: StopAhead, arrival_at: datetime | None, moment: Moment) -> Reading:
    """Return by how much the job will be late; of a courier whom nobody sees, by how much it is."""
    late_s = lateness_s(arrival_at or moment.now, door.due_at)
    is_known = arrival_at is not None or late_s > 0.0
    return Reading(
        kind=ExceptionKind.LATE_RISK,
        subject=Subject(job_id=door.job_id),
        measure=late_s if is_known else None,
        due_at=door.due_at,
    )


def of_endpoint(endpoint: FailingEndpoint, moment: Moment) -> Reading:
    """Return how an endpoint does; it is told no more when it has failed for days of real time."""
    left_s = max(0.0, webhook.FAILING_S_MAX - endpoint.failing_s)
    return Reading(
        kind=ExceptionKind.WEBHOOK_FAILING,
        subject=Subject(merchant_id=endpoint.merchant_id, endpoint_id=endpoint.id),
        measure=float(endpoint.failures_count),
        due_at=moment.now + timedelta(seconds=left_s * moment.time_scale) if left_s > 0.0 else None,
    )


def of_index(differing_count: int) -> Reading:
    """Return how much of the live index had to be repaired since the look before."""
    return Reading(
        kind=ExceptionKind.INDEX_DRIFT,
        subject=Subject(),
        measure=float(differing_count),
        due_at=None,
    )
