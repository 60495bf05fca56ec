"""When a courier will be at the stops of a route.

By straight lines, the market's detour factor and the vehicle's speed, as on tracking pages.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from service.domain.geo import Point, distance_m
from service.domain.ids import JobId, StopId
from service.domain.job import Job
from service.domain.lifecycle import StopKind, StopStatus
from service.domain.policy import SPEED_MPS
from service.domain.stop import in_order
from service.domain.vocabulary import Vehicle


class StopAhead(Struct, frozen=True, kw_only=True):
    """An unfinished stop of a route."""

    stop_id: StopId
    job_id: JobId
    kind: StopKind
    status: StopStatus
    lat_deg: float
    lng_deg: float
    service_s: int
    arrived_at: datetime | None
    ready_at: datetime  # of the job
    due_at: datetime

    @property
    def point(self) -> Point:
        return Point(self.lat_deg, self.lng_deg)


def ahead(jobs: Iterable[Job]) -> list[StopAhead]:
    """Return the stops ahead of a courier who has these jobs in hand, in the order of the route."""
    job_of = {job.id: job for job in jobs}
    return [
        StopAhead(
            stop_id=stop.id,
            job_id=stop.job_id,
            kind=stop.kind,
            status=stop.status,
            lat_deg=stop.lat_deg,
            lng_deg=stop.lng_deg,
            service_s=stop.service_s,
            arrived_at=stop.arrived_at,
            ready_at=job_of[stop.job_id].ready_at,
            due_at=job_of[stop.job_id].deadline_at,
        )
        for stop in in_order(stop for job in job_of.values() for stop in job.stops)
    ]


def ride_s(start: Point, end: Point, *, vehicle: Vehicle, detour_factor: float) -> float:
    """Return how long the way takes, seconds."""
    return distance_m(start, end) * detour_factor / SPEED_MPS[vehicle]


def arrivals(
    route: Sequence[StopAhead],
    *,
    here: Point | None,
    vehicle: Vehicle,
    detour_factor: float,
    now: datetime,
) -> Mapping[StopId, datetime]:
    """Return when the courier is at each stop; empty when nobody knows where the courier is.

    A parcel is not left behind: at its pickup the courier waits until it is ready.

    Args:
        route: in its order; a stop that was reached is first.
        here: where the courier is; not needed at a stop.
        vehicle: the courier's.
        detour_factor: of the market's streets.
        now: market time.
    """
    if route and route[0].status is StopStatus.ARRIVED:
        here = route[0].point
    if here is None:
        return {}
    found: dict[StopId, datetime] = {}
    place, at = here, now
    for stop in route:
        way_s = ride_s(place, stop.point, vehicle=vehicle, detour_factor=detour_factor)
        place, at = stop.point, at + timedelta(seconds=way_s)
        found[stop.stop_id] = at
        at = max(now, _left_at(stop, at))
    return found


def _left_at(stop: StopAhead, arrival_at: datetime) -> datetime:
    began_at = stop.arrived_at or arrival_at
    if stop.kind is StopKind.PICKUP:
        began_at = max(began_at, stop.ready_at)
    return began_at + timedelta(seconds=stop.service_s)


def lateness_s(arrival_at: datetime, due_at: datetime) -> float:
    """Return by how much it is too late, seconds; negative: to spare."""
    return (arrival_at - due_at).total_seconds()
