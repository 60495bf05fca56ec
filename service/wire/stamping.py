"""How long a courier is told to have for an answer; stamped anew whenever an offer is sent."""

from datetime import datetime

from msgspec.structs import replace

from service.domain.lifecycle import OfferStatus
from service.domain.offer import Leg, Offer, shown_s
from service.domain.policy import Policy
from service.wire.courier_stream import OfferLeg, OfferMade


def offer_made(offer: Offer, *, policy: Policy, time_scale: float) -> OfferMade:
    """Return the message for an offer just made, with the whole time to answer, not yet numbered.

    It is kept like this, and `stamp_offer` makes it true at the moment of sending.
    """
    unseen = replace(offer, status=OfferStatus.PENDING)
    return OfferMade(
        seq=0,
        offer_id=offer.id,
        bundle_id=offer.bundle_id,
        mode=offer.mode,
        job_ids=offer.job_ids,
        legs=_legs(offer),
        pay=offer.pay,
        expires_in_ms=_shown_ms(unseen, policy=policy, now=offer.created_at, time_scale=time_scale),
        expires_at=offer.expires_at,
    )


def stamp_offer(
    message: OfferMade,
    *,
    now: datetime,
    time_scale: float,
    acknowledged_at: datetime | None = None,
) -> OfferMade:
    """Return the kept message as it is to be sent now, with the real milliseconds still left.

    The time runs from the acknowledgement. One that is yet to come takes effect until `expires_at`
    at the latest, so from then on the time runs even for an offer that nobody has seen.

    Args:
        message: as `offer_made` returned it: the whole time, and when it expires unseen.
        now: market time.
        time_scale: market seconds in a real second.
        acknowledged_at: when the offer was acknowledged, if it was: a message may be sent again.
    """
    runs_from = min(now, message.expires_at) if acknowledged_at is None else acknowledged_at
    run_ms = (now - runs_from).total_seconds() * 1_000.0 / time_scale
    left_ms = min(message.expires_in_ms, message.expires_in_ms - int(run_ms))
    return replace(message, expires_in_ms=max(0, left_ms))


def _shown_ms(offer: Offer, *, policy: Policy, now: datetime, time_scale: float) -> int:
    """Return how long the courier is told to have, in real milliseconds."""
    return int(shown_s(offer, policy=policy, now=now) * 1_000.0 / time_scale)


def _legs(offer: Offer) -> tuple[OfferLeg, ...]:
    """Return the legs of the offer, in order."""
    return tuple(_leg(leg) for leg in offer.legs)


def _leg(leg: Leg) -> OfferLeg:
    return OfferLeg(
        stop_id=leg.stop_id,
        job_id=leg.job_id,
        kind=leg.kind,
        lat_deg=leg.lat_deg,
        lng_deg=leg.lng_deg,
        address=leg.address,
        distance_m=leg.distance_m,
        arrival_at=leg.arrival_at,
        due_at=leg.due_at,
        pay_cents=leg.pay_cents,
    )
