"""Who takes part in a demo: couriers, merchants and errands of the synthetic city."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

import numpy as np

from service.actions.enroll import CourierEntry, MerchantEntry
from service.domain.lifecycle import StopKind
from service.domain.vocabulary import ProofKind, ReasonCode
from service.simulation.behaviour import Reply, reply
from service.simulation.city.city import City
from service.simulation.city.places import Place
from service.simulation.city.routes import Routes
from service.simulation.clients.courier_app import Traits
from service.simulation.clients.trip import Visit
from service.simulation.demand import DemandSettings, Order, orders
from service.simulation.motion import with_noise
from service.simulation.people import Courier, stop_duration_s
from service.simulation.run.posting import Errand
from service.wire.courier_stream import OfferMade, OpenOffer
from service.wire.rest import ContactBody, ItemBody, PlaceBody, PostJobBody
from service.wire.route import RouteStop

MERCHANTS_COUNT_MAX = 24  # accounts: each keeps the shops of a chain
STARTS_AT_HOUR = 11.0
PREPARATION_S_MAX = 240.0  # a short run has no time for slow kitchens
CANCELED_SHARE = 0.02
_CANCELS_AFTER_S = (20.0, 240.0)
_FAILED_PICKUP_SHARE, _FAILED_DROPOFF_SHARE = 0.004, 0.015
_WINDOW_S = 3_600.0  # of an endless run's demand


class Wanted(NamedTuple):
    """The proofs that a merchant asks for."""

    at_pickup: tuple[ProofKind, ...] = ()
    at_dropoff: tuple[ProofKind, ...] = ()


# One job after the other, from the beginning: most ask for nothing.
PROOFS = (
    Wanted(at_dropoff=(ProofKind.CODE, ProofKind.PHOTO)),
    *(Wanted() for _ in range(5)),
    Wanted(at_pickup=(ProofKind.CODE,), at_dropoff=(ProofKind.SIGNATURE,)),
    *(Wanted() for _ in range(5)),
)


def courier_entry(courier: Courier) -> CourierEntry:
    """Return what is enrolled of a simulated courier."""
    return CourierEntry(name=courier.name, vehicle=courier.vehicle, abilities=courier.abilities)


def merchant_entries(city: City) -> list[MerchantEntry]:
    """Return the accounts that share the city's shops between them."""
    names = [place.name for place in city.merchants[:MERCHANTS_COUNT_MAX]]
    return [MerchantEntry(name=name) for name in names]


def courier_traits(
    courier: Courier, routes: Routes, *, time_scale: float, position_real_s: float
) -> Traits:
    """Return the courier as its app needs it; what is random comes from the courier's seed."""
    rng = courier.own_rng()

    def judge(offer: OfferMade | OpenOffer) -> Reply:
        return reply(
            courier.temper,
            deadhead_m=offer.legs[0].distance_m,
            pay_cents=offer.pay.total_cents,
            rng=rng,
        )

    return Traits(
        name=courier.name,
        vehicle=courier.vehicle,
        capacity=courier.capacity,
        abilities=courier.abilities,
        start=courier.home.point,
        speed_mps=courier.speed_mps,
        path=routes.line,
        judge=judge,
        visiting=partial(_visit, rng=rng),
        blur=partial(with_noise, noise_m=courier.gps_noise_m, rng=rng),
        moving_interval_s=position_real_s * time_scale,
        standing_interval_s=4.0 * position_real_s * time_scale,
        patience_s=2.0 * time_scale,
    )


def errands(
    city: City, *, jobs_per_minute: float, duration_s: float | None, starts_at: datetime, seed: int
) -> Iterator[Errand]:
    """Yield the jobs of a run by time; without end, an hour at a time, if it has no duration.

    Args:
        city: where they are ordered.
        jobs_per_minute: the mean, market time.
        duration_s: of the run, market time.
        starts_at: market time.
        seed: decides.
    """
    rng = np.random.default_rng((seed, 1))
    window = 0
    while window == 0 or duration_s is None:
        window_s = _WINDOW_S if duration_s is None else duration_s
        settings = DemandSettings(
            jobs_per_minute=jobs_per_minute,
            duration_s=window_s,
            starts_at_hour=STARTS_AT_HOUR,
            preparation_s_max=PREPARATION_S_MAX,
        )
        begins_at = starts_at + timedelta(seconds=window * window_s)
        for number, order in enumerate(orders(city, settings, seed=seed + window)):
            wanted = PROOFS[number % len(PROOFS)]
            yield _errand(order, begins_at, wanted, reference=f"{window}-{number}", rng=rng)
        window += 1


def _errand(
    order: Order,
    begins_at: datetime,
    wanted: Wanted,
    *,
    reference: str,
    rng: np.random.Generator,
) -> Errand:
    is_ready = order.ready_s <= order.placed_s
    parcel = order.parcel
    body = PostJobBody(
        pickup=_place(
            order.pickup, contact=order.pickup.name, instructions="", proofs=wanted.at_pickup
        ),
        dropoff=_place(
            order.dropoff,
            contact=order.recipient_name,
            instructions=parcel.instructions,
            proofs=wanted.at_dropoff,
        ),
        item=ItemBody(
            size_class=parcel.size_class,
            weight_g=parcel.weight_g,
            items_count=parcel.items_count,
        ),
        ready_at=None if is_ready else begins_at + timedelta(seconds=order.ready_s),
        due_at=begins_at + timedelta(seconds=order.due_s),
        requirements=list(parcel.requirements),
        reference=reference,
    )
    is_canceled, after_s = rng.random() < CANCELED_SHARE, float(rng.uniform(*_CANCELS_AFTER_S))
    return Errand(
        at=begins_at + timedelta(seconds=order.placed_s),
        merchant_index=order.merchant_index % MERCHANTS_COUNT_MAX,
        body=body,
        cancels_after_s=after_s if is_canceled else None,
    )


def _place(
    place: Place, *, contact: str, instructions: str, proofs: Sequence[ProofKind]
) -> PlaceBody:
    return PlaceBody(
        lat_deg=place.point.lat_deg,
        lng_deg=place.point.lng_deg,
        address=place.address,
        contact=ContactBody(name=contact),
        instructions=instructions or None,
        required_proofs=list(proofs),
    )


def _visit(stop: RouteStop, *, rng: np.random.Generator) -> Visit:
    service_s, luck = stop_duration_s(rng), rng.random()
    failure = None
    if stop.kind is StopKind.PICKUP and luck < _FAILED_PICKUP_SHARE:
        failure = ReasonCode.PICKUP_CLOSED
    elif stop.kind is StopKind.DROPOFF and luck < _FAILED_DROPOFF_SHARE:
        failure = ReasonCode.RECIPIENT_UNREACHABLE
    return Visit(service_s=service_s, failure=failure)
