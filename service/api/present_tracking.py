"""A job as its recipient sees it: first names, the own door, and a courier only on this errand."""

from service.actions.find_tracked import Seen
from service.domain.geo import coarse
from service.domain.lifecycle import StopKind
from service.domain.rating import Rating, can_be_rated
from service.domain.recipient_wish import can_be_wished
from service.domain.stop import Stop
from service.domain.tracking import (
    SEEN_WITHIN_M,
    STAGE_OF,
    Eta,
    eta,
    first_name,
    is_late,
    poll_after_s,
    promised_at,
    words_of,
)
from service.wire.tracking import (
    TrackingBody,
    TrackingCourier,
    TrackingEta,
    TrackingPosition,
    TrackingRating,
    TrackingStop,
)


def tracking_body(seen: Seen) -> TrackingBody:
    """Return what is shown."""
    job = seen.job
    stage = STAGE_OF[job.status]
    door = job.latest(StopKind.DROPOFF)
    expected = _eta(seen)
    return TrackingBody(
        stage=stage,
        text=words_of(job),
        merchant_name=seen.company.merchant_name,
        merchant_color=seen.company.merchant_color,
        eta=None if expected is None else _eta_body(expected),
        courier=_courier(seen),
        stops=tuple(_stop(job.latest(kind)) for kind in (StopKind.PICKUP, StopKind.DROPOFF)),
        instructions=door.recipient_instructions,
        safe_place=door.safe_place,
        can_be_instructed=can_be_wished(job),
        code=seen.code,
        has_photo=seen.has_photo,
        rating=None if seen.rating is None else _rating(seen.rating),
        can_be_rated=can_be_rated(job) and seen.rating is None,
        poll_after_s=poll_after_s(job),
        promised_at=promised_at(job),
        is_late=is_late(job, expected, seen.now),
    )


def _eta(seen: Seen) -> Eta | None:
    if seen.company.vehicle is None:
        return None
    return eta(
        seen.job,
        route=seen.route,
        planned_at=seen.company.planned_at,
        here=seen.here,
        vehicle=seen.company.vehicle,
        detour_factor=seen.policy.detour_factor,
        now=seen.now,
    )


def _eta_body(expected: Eta) -> TrackingEta:
    return TrackingEta(at=expected.at, from_at=expected.from_at, to_at=expected.to_at)


def _courier(seen: Seen) -> TrackingCourier | None:
    name, vehicle = seen.company.courier_name, seen.company.vehicle
    if name is None or vehicle is None:
        return None
    position = None
    if seen.sighted is not None:
        place = coarse(seen.sighted, step_m=SEEN_WITHIN_M)
        position = TrackingPosition(lat_deg=place.lat_deg, lng_deg=place.lng_deg)
    return TrackingCourier(first_name=first_name(name), vehicle=vehicle, position=position)


def _stop(stop: Stop) -> TrackingStop:
    is_own = stop.kind is StopKind.DROPOFF
    is_named = is_own and stop.contact_name is not None
    return TrackingStop(
        kind=stop.kind,
        status=stop.status,
        first_name=first_name(stop.contact_name or "") if is_named else None,
        address=stop.address if is_own else None,
        lat_deg=stop.lat_deg if is_own else None,
        lng_deg=stop.lng_deg if is_own else None,
        arrived_at=stop.arrived_at,
        completed_at=stop.completed_at,
        given_proofs=stop.given_proofs if is_own else (),
    )


def _rating(rating: Rating) -> TrackingRating:
    return TrackingRating(score=rating.score, tags=rating.tags, comment=rating.comment)
