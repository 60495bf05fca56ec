"""Who takes part in a replay: the couriers, stores and orders of a public day."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

import numpy as np

from service.actions.enroll import CourierEntry, MerchantEntry
from service.domain.geo import Point
from service.domain.load import VEHICLE_CAPACITY
from service.domain.policy import SPEED_MPS, Policy
from service.simulation.behaviour import Answer, Reply
from service.simulation.clients.courier_app import Traits
from service.simulation.clients.trip import Visit
from service.simulation.motion import straight_line, with_noise
from service.simulation.public_day import PublicCourier, PublicDay, PublicOrder
from service.simulation.run.posting import Errand
from service.wire.courier_stream import OfferMade, OpenOffer
from service.wire.rest import PlaceBody, PostJobBody
from service.wire.route import RouteStop

POSITIONS_PER_S_MAX = 300.0  # of the whole fleet, real time: two cores also do the rest
POSITION_REAL_S_MIN = 0.4
GPS_NOISE_M = 5.0
THINKING_S = (1.0, 4.0)
DUE_SLACK_S = 7_200.0  # after what was promised: lateness is measured, not forbidden


def courier_entry(courier: PublicCourier) -> CourierEntry:
    """Return what is enrolled of a recorded courier."""
    return CourierEntry(name=f"courier {courier.id}", vehicle=courier.vehicle)


def stores_of(day: PublicDay) -> dict[int, int]:
    """Return the merchant's row of each store that sells something, by the store's row."""
    rows = sorted({order.store_index for order in day.orders})
    return {store_index: row for row, store_index in enumerate(rows)}


def merchant_entries(stores: Mapping[int, int]) -> list[MerchantEntry]:
    """Return the stores as merchants, by their rows."""
    return [MerchantEntry(name=f"store {store_index}") for store_index in stores]


def position_real_s(couriers_count: int) -> float:
    """Return how often a courier of a fleet of this size reports its position, real seconds."""
    return max(POSITION_REAL_S_MIN, couriers_count / POSITIONS_PER_S_MAX)


def courier_traits(
    courier: PublicCourier, policy: Policy, *, time_scale: float, interval_s: float, seed: int
) -> Traits:
    """Return the recorded courier as its app needs it: rides as planned, and accepts everything.

    So do the couriers of the rule that the run is compared with.

    Args:
        courier: as recorded; everything else is the vehicle's.
        policy: whose detour factor stands in for roads.
        time_scale: market seconds per real second.
        interval_s: between positions, real time.
        seed: of the courier's thinking and of its receiver.
    """
    rng = np.random.default_rng(seed)

    def judge(_offer: OfferMade | OpenOffer) -> Reply:
        return Reply(Answer.ACCEPT, float(rng.uniform(*THINKING_S)))

    return Traits(
        name=f"courier {courier.id}",
        vehicle=courier.vehicle,
        capacity=VEHICLE_CAPACITY[courier.vehicle],
        abilities=(),
        start=courier.start,
        speed_mps=SPEED_MPS[courier.vehicle],
        path=partial(straight_line, detour_factor=policy.detour_factor),
        judge=judge,
        visiting=_visit,
        blur=partial(with_noise, noise_m=GPS_NOISE_M, rng=rng),
        moving_interval_s=interval_s * time_scale,
        standing_interval_s=4.0 * interval_s * time_scale,
        patience_s=2.0 * time_scale,
    )


def errands(day: PublicDay, stores: Mapping[int, int], *, midnight: datetime) -> Iterator[Errand]:
    """Yield the day's orders as jobs, by time of placement."""
    for order in day.orders:
        ready_at = midnight + timedelta(seconds=order.ready_s)
        due_s = max(order.expected_s, order.ready_s) + DUE_SLACK_S
        yield Errand(
            at=midnight + timedelta(seconds=order.placed_s),
            merchant_index=stores[order.store_index],
            body=PostJobBody(
                pickup=_place(day.stores[order.store_index], f"store {order.store_index}"),
                dropoff=_place(order.dropoff, f"door of order {order.id}"),
                ready_at=ready_at,
                due_at=midnight + timedelta(seconds=due_s),
                reference=reference_of(order),
            ),
        )


def reference_of(order: PublicOrder) -> str:
    """Return the reference under which the order is posted."""
    return f"order {order.id}"


def _place(point: Point, address: str) -> PlaceBody:
    return PlaceBody(lat_deg=point.lat_deg, lng_deg=point.lng_deg, address=address)


def _visit(stop: RouteStop) -> Visit:
    return Visit(service_s=float(stop.service_s))
