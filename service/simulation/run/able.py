"""Who could be sent to a job at once, by what the job asks and the first circle of the search."""

from service.domain.geo import Point, distance_m
from service.domain.lifecycle import StopKind
from service.domain.load import load_of
from service.domain.policy import SPEED_MPS, Policy
from service.simulation.clients.courier_app import Traits
from service.wire.rest import JobBody, StopBody

_POLICY = Policy()  # runs change how long people may take, not how far is near


def could_be_sent(
    traits: Traits, job: JobBody, *, place: Point, now_s: float, shift_ends_s: float
) -> bool:
    """Return whether an idle courier who stands at the place is near and able.

    Near is within the first search radius of the pickup; able is who may carry the job, and can
    deliver it before its deadline and the end of the shift. Times are market seconds since 1970.
    """
    pickup = _point(_stop_of(job, StopKind.PICKUP))
    dropoff = _point(_stop_of(job, StopKind.DROPOFF))
    inbound_m = distance_m(place, pickup)
    way_m = (inbound_m + distance_m(pickup, dropoff)) * _POLICY.detour_factor
    delivers_s = now_s + way_m / SPEED_MPS[traits.vehicle] + _POLICY.pickup_service_s
    return (
        inbound_m <= _POLICY.search_radius_m_min
        and _can_carry(traits, job)
        and delivers_s <= min(job.due_at.timestamp(), shift_ends_s)
    )


def _can_carry(traits: Traits, job: JobBody) -> bool:
    return (
        traits.vehicle in job.vehicles
        and set(job.requirements) <= set(traits.abilities)
        and load_of(job.item.size_class, job.item.weight_g).fits(traits.capacity)
    )


def _stop_of(job: JobBody, kind: StopKind) -> StopBody:
    return next(stop for stop in job.stops if stop.kind is kind)


def _point(stop: StopBody) -> Point:
    return Point(stop.lat_deg, stop.lng_deg)
