"""Makes small virtual days: places on a line, 60 s apart, so that times are seen at a glance."""

import numpy as np

from service.simulation.virtual.day import Courier, Day, Order, StopTimes

MINUTE_S = 60.0
PLACES_COUNT = 12
TIMES = StopTimes(
    pickup_access_s=120.0, pickup_service_s=120.0, dropoff_access_s=120.0, dropoff_service_s=120.0
)


def make_order(
    id_: str, *, pickup: int, dropoff: int, placed: float = 0.0, ready: float = 0.0
) -> Order:
    """Return an order; times are minutes."""
    return Order(
        id=id_,
        pickup=pickup,
        dropoff=dropoff,
        placed_s=placed * MINUTE_S,
        ready_s=ready * MINUTE_S,
    )


def make_courier(id_: str, *, start: int = 0, on: float = 0.0, off: float = 90.0) -> Courier:
    """Return a courier; times are minutes."""
    return Courier(
        id=id_,
        start=start,
        on_s=on * MINUTE_S,
        off_s=off * MINUTE_S,
        speed_mps=5.0,
        capacity=(1e6, 1e6, 1e6),
    )


def make_day(*orders: Order, couriers: tuple[Courier, ...] = ()) -> Day:
    """Return a day on the line; from place i to place j it takes |i - j| minutes."""
    places = np.arange(PLACES_COUNT, dtype=np.float64)
    metres_per_degree = 111_195.0
    return Day(
        place_deg=np.stack((np.zeros(PLACES_COUNT), places * 300.0 / metres_per_degree), axis=1),
        stores=tuple(sorted({order.pickup for order in orders})),
        orders=tuple(sorted(orders, key=lambda order: order.placed_s)),
        couriers=couriers or (make_courier("c"),),
        stop_times=TIMES,
        is_unmixed=True,
        way_s=np.abs(places[:, np.newaxis] - places) * MINUTE_S,
    )
