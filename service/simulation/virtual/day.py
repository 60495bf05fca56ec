"""A day as it is given: places, orders, shifts and ways; times are seconds from its midnight."""

from dataclasses import dataclass

import numpy as np

from matching.arrays import F64, I64
from matching.travel import points_of
from service.domain.geo import Point, distance_m

Load = tuple[float, float, float]  # by the snapshot's load dimensions


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One parcel; places are rows of the day's places."""

    id: str
    pickup: int
    dropoff: int
    placed_s: float
    ready_s: float
    due_s: float = np.inf
    load: Load = (0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Who works from `on_s` to `off_s`: no pickup begins after that, drop-offs may."""

    id: str
    start: int  # row of the day's places
    on_s: float
    off_s: float
    speed_mps: float
    capacity: Load = (np.inf, np.inf, np.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class StopTimes:
    """How long every stop takes: to the door, and at the door."""

    pickup_access_s: float
    pickup_service_s: float
    dropoff_access_s: float
    dropoff_service_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """K places, orders by time of placement, couriers; where there are ways, they are used."""

    place_deg: F64  # (K, 2) latitude, longitude; no two places are the same point
    stores: tuple[int, ...]  # places where orders are picked up
    orders: tuple[Order, ...]
    couriers: tuple[Courier, ...]
    stop_times: StopTimes
    is_unmixed: bool  # a courier carries parcels of one pickup at a time
    detour_factor: float = 1.0
    way_s: F64 | None = None  # (K, K) travel times, the same for all couriers

    @property
    def courier_hours(self) -> float:
        """Return the sum of the shifts, hours."""
        return sum(courier.off_s - courier.on_s for courier in self.couriers) / 3_600.0


def travel_s(day: Day, courier: int, from_place: int, to_place: int) -> float:
    """Return how long the courier takes from place to place, seconds."""
    if day.way_s is not None:
        return float(day.way_s[from_place, to_place])
    return travel_m(day, courier, from_place, to_place) / day.couriers[courier].speed_mps


def travel_m(day: Day, courier: int, from_place: int, to_place: int) -> float:
    """Return how far it is from place to place, metres."""
    if day.way_s is not None:
        return float(day.way_s[from_place, to_place]) * day.couriers[courier].speed_mps
    from_deg, to_deg = day.place_deg[from_place], day.place_deg[to_place]
    straight_m = distance_m(
        Point(float(from_deg[0]), float(from_deg[1])), Point(float(to_deg[0]), float(to_deg[1]))
    )
    return straight_m * day.detour_factor


def ways_s(day: Day, courier: int, from_place: int, to_places: I64) -> F64:
    """Return how long the courier takes from a place to each of others, (N,) seconds."""
    if day.way_s is not None:
        return day.way_s[from_place, to_places]
    here, there = points_of(day.place_deg[[from_place]]), points_of(day.place_deg[to_places])
    straight_m = np.linalg.norm(there - here, axis=1)
    return straight_m * day.detour_factor / day.couriers[courier].speed_mps
