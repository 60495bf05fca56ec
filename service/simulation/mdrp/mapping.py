"""An instance as a day of the virtual world, and the day's rows as the instance's ids.

A service is half access and half service: the pickup or drop-off lies in its middle. Ways are
straight lines rounded up to whole minutes, so every event falls on a whole minute.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from matching.arrays import F64
from matching.travel import EARTH_RADIUS_M
from service.simulation.mdrp.instance import Constants, Instance
from service.simulation.virtual.day import Courier, Day, Order, StopTimes

MINUTE_S = 60.0
_HAIR_DEG = 1e-9  # a tenth of a millimetre: places apart, that the engine would serve as one
_BOUNDLESS = (1e9, 1e9, 1e9)


class Mapped(NamedTuple):
    """A day, and the ids behind its places."""

    day: Day
    place_ids: tuple[str, ...]  # courier at its start, restaurant or order, by row of the places


def day_of(instance: Instance) -> Mapped:
    """Return the instance as a day.

    Places are the couriers' starts, the restaurants, and the orders' doors, in this order.
    """
    shifts = tuple(instance.shifts.values())
    orders = sorted(instance.orders.values(), key=lambda order: order.placed_minute)
    place_ids = (*instance.shifts, *instance.restaurants, *(order.id for order in orders))
    restaurant_place = {name: len(shifts) + row for row, name in enumerate(instance.restaurants)}
    points_m = np.array(
        [
            *((shift.x_m, shift.y_m) for shift in shifts),
            *instance.restaurants.values(),
            *((order.x_m, order.y_m) for order in orders),
        ]
    )
    doors_start = len(shifts) + len(instance.restaurants)
    constants = instance.constants
    day = Day(
        place_deg=_degrees(points_m),
        stores=tuple(restaurant_place.values()),
        orders=tuple(
            Order(
                id=order.id,
                pickup=restaurant_place[order.restaurant],
                dropoff=doors_start + row,
                placed_s=order.placed_minute * MINUTE_S,
                ready_s=order.ready_minute * MINUTE_S,
            )
            for row, order in enumerate(orders)
        ),
        couriers=tuple(
            Courier(
                id=shift.id,
                start=row,
                on_s=shift.on_minute * MINUTE_S,
                off_s=shift.off_minute * MINUTE_S,
                speed_mps=constants.metres_per_minute / MINUTE_S,
                capacity=_BOUNDLESS,
            )
            for row, shift in enumerate(shifts)
        ),
        stop_times=_stop_times(constants),
        is_unmixed=True,
        way_s=way_minutes(points_m, constants.metres_per_minute) * MINUTE_S,
    )
    return Mapped(day, place_ids)


def way_minutes(points_m: F64, metres_per_minute: float) -> F64:
    """Return the (K, K) travel times between (K, 2) points on the plane, whole minutes."""
    apart_m = points_m[:, np.newaxis] - points_m
    return np.ceil(np.sqrt((apart_m**2).sum(axis=2)) / metres_per_minute)


def _stop_times(constants: Constants) -> StopTimes:
    half_pickup_s = constants.pickup_service_minutes / 2.0 * MINUTE_S
    half_dropoff_s = constants.dropoff_service_minutes / 2.0 * MINUTE_S
    return StopTimes(
        pickup_access_s=half_pickup_s,
        pickup_service_s=half_pickup_s,
        dropoff_access_s=half_dropoff_s,
        dropoff_service_s=half_dropoff_s,
    )


def _degrees(points_m: F64) -> F64:
    """Return (K, 2) degrees near the equator, where the plane is true, no two the same."""
    metres_per_degree = EARTH_RADIUS_M * np.pi / 180.0
    degrees = np.ascontiguousarray(points_m[:, ::-1]) / metres_per_degree
    seen = dict[tuple[float, float], int]()
    for row, point in enumerate(_pairs(points_m)):
        degrees[row, 0] += seen.get(point, 0) * _HAIR_DEG
        seen[point] = seen.get(point, 0) + 1
    return degrees


def _pairs(points_m: F64) -> Iterable[tuple[float, float]]:
    return ((float(x_m), float(y_m)) for x_m, y_m in points_m)
