"""A recorded day of a real city: its orders and couriers, its market, a part of it."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from service.domain.geo import Point, distance_m
from service.domain.vocabulary import Vehicle

DAY_S = 86_400.0
_MARKET_MARGIN_M = 100.0
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


class PublicDayError(Exception):
    """A public day cannot be read or cut as asked; the message says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicOrder:
    """An order as recorded; times are seconds from the day's midnight and may pass the next."""

    id: str
    store_index: int  # row of the day's stores
    dropoff: Point
    placed_s: float
    ready_s: float  # never before it was placed
    expected_s: float  # the drop-off that was promised


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCourier:
    """A courier as recorded, with a shift that is not empty."""

    id: str
    vehicle: Vehicle
    start: Point
    on_s: float
    off_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicDay:
    """Orders by time of placement, couriers as in the record."""

    stores: tuple[Point, ...]  # equal pickup coordinates are one store
    orders: tuple[PublicOrder, ...]
    couriers: tuple[PublicCourier, ...]

    @property
    def courier_hours(self) -> float:
        """Return the sum of the shifts, hours."""
        return sum(courier.off_s - courier.on_s for courier in self.couriers) / 3_600.0


@dataclass(frozen=True, slots=True)
class Circle:
    """A market's service area."""

    center: Point
    radius_m: float


def seconds_of_clock(text: str) -> float:
    """Return seconds after midnight of `HH:MM` or `HH:MM:SS`, up to 24:00.

    Raises:
        PublicDayError: it is not a time of a day.
    """
    match = _CLOCK.fullmatch(text.strip())
    if match is not None:
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        time_s = float(hours * 3_600 + minutes * 60 + seconds)
        if minutes < 60 and seconds < 60 and time_s <= DAY_S:
            return time_s
    raise PublicDayError(f"{text!r} is not a time of a day: write HH:MM, from 00:00 to 24:00")


def market_of(day: PublicDay) -> Circle:
    """Return a circle around every store, drop-off and courier of a day that has any.

    Its centre is the middle of their bounding box; a recorded city touches neither pole nor the
    180th meridian.
    """
    points = {*day.stores, *(o.dropoff for o in day.orders), *(c.start for c in day.couriers)}
    lats_deg, lngs_deg = [p.lat_deg for p in points], [p.lng_deg for p in points]
    center = Point((min(lats_deg) + max(lats_deg)) / 2.0, (min(lngs_deg) + max(lngs_deg)) / 2.0)
    radius_m = max(distance_m(center, point) for point in points) + _MARKET_MARGIN_M
    return Circle(center, radius_m)


def cut_to_window(day: PublicDay, *, from_s: float, to_s: float) -> PublicDay:
    """Return the day with the orders placed from `from_s` up to, and without, `to_s`.

    Couriers whose shift meets the window stay; those already on start where they were recorded,
    at its beginning, and all of them end when they ended, so that late orders are delivered.

    Raises:
        PublicDayError: the window is empty.
    """
    if from_s >= to_s:
        raise PublicDayError("the window ends before it begins: its end must be the later time")
    return PublicDay(
        stores=day.stores,
        orders=tuple(order for order in day.orders if from_s <= order.placed_s < to_s),
        couriers=tuple(
            replace(courier, on_s=max(courier.on_s, from_s))
            for courier in day.couriers
            if courier.on_s < to_s and courier.off_s > from_s
        ),
    )


def thin_couriers(day: PublicDay, *, share: float, seed: int) -> PublicDay:
    """Return the day with a share (above 0, up to 1) of its couriers, in their old order.

    Systematic sampling over the couriers by vehicle and shift keeps the mix of both: every
    stretch of the fleet loses the same share, give or take one courier.

    Raises:
        PublicDayError: the share is out of range.
    """
    if not 0.0 < share <= 1.0:
        raise PublicDayError(f"the couriers' share is {share}, and must be above 0 and at most 1")
    first = float(np.random.default_rng(seed).random())
    rows = sorted(range(len(day.couriers)), key=lambda row: _by_mix(day.couriers, row))
    # A courier is kept where the running sum of shares passes a whole number.
    kept = {
        row
        for rank, row in enumerate(rows)
        if math.floor(first + (rank + 1) * share) > math.floor(first + rank * share)
    }
    return replace(day, couriers=tuple(c for row, c in enumerate(day.couriers) if row in kept))


def _by_mix(couriers: Sequence[PublicCourier], row: int) -> tuple[str, float, float, int]:
    courier = couriers[row]
    return courier.vehicle.value, courier.on_s, courier.off_s, row
