"""The rule to beat: the nearest idle courier takes the first order come, in virtual time."""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.domain.geo import distance_m
from service.domain.policy import SPEED_MPS, Policy
from service.simulation.geometry import degrees_of, distances_m
from service.simulation.metrics import FinishedJob
from service.simulation.public_day import PublicDay, PublicOrder

_PLACED, _FREED = 0, 1  # kinds of events


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trip:
    """An order in the hands of a courier."""

    courier: int
    offered_s: float
    picked_up_s: float
    delivered_s: float
    distance_m: float


def run_baseline(day: PublicDay, policy: Policy) -> list[FinishedJob]:
    """Return what becomes of each order, in the day's order, when nobody plans.

    An order goes to the nearest (straight line; ties to the lower row) courier who is idle and
    can pick it up before the end of the shift. Where there is none it waits in a first-in
    first-out queue, and a courier who becomes idle takes the first order there that can still be
    picked up. Couriers accept everything, carry one order at a time, wait at the merchant until
    it is ready, stay where they delivered last, and may deliver after their shift. Speeds, detour
    factor and service times are those the service plans with.
    """
    trips = _Run(day, policy).trips()
    return [_finished(order, day, trips.get(row)) for row, order in enumerate(day.orders)]


class _Run:
    """The events of one day, and what they lead to."""

    def __init__(self, day: PublicDay, policy: Policy) -> None:
        self._orders, self._fleet = day.orders, _Fleet(day, policy)
        self._queue: dict[int, None] = {}  # rows of orders, the first come first
        self._trips: dict[int, _Trip] = {}  # by row of the order
        self._events = [(order.placed_s, _PLACED, row) for row, order in enumerate(day.orders)]
        self._events += [(courier.on_s, _FREED, row) for row, courier in enumerate(day.couriers)]
        heapq.heapify(self._events)

    def trips(self) -> dict[int, _Trip]:
        """Run the day to its end and return the trips by row of their order."""
        while self._events:
            now_s, placed, freed = self._next_instant()
            self._fleet.free(freed, now_s)
            # Who was idle before could not take what waits, and time only makes that worse.
            for row in tuple(self._queue):
                couriers = self._fleet.idle_of(freed)
                if len(couriers) == 0:
                    break
                self._offer(row, now_s, couriers)
            for row in placed:
                self._offer(row, now_s, self._fleet.idle())
        return self._trips

    def _next_instant(self) -> tuple[float, list[int], list[int]]:
        """Take the events of the earliest instant: the orders placed, and the couriers freed."""
        now_s = self._events[0][0]
        rows: tuple[list[int], list[int]] = ([], [])
        while self._events and self._events[0][0] == now_s:
            _time_s, kind, row = heapq.heappop(self._events)
            rows[kind].append(row)
        return now_s, *rows

    def _offer(self, row: int, now_s: float, couriers: NDArray[np.intp]) -> None:
        trip = self._fleet.take(self._orders[row], now_s, couriers)
        if trip is None:
            self._queue.setdefault(row)
            return
        self._queue.pop(row, None)
        self._trips[row] = trip
        heapq.heappush(self._events, (trip.delivered_s, _FREED, trip.courier))


class _Fleet:
    """Where the couriers are, and who is idle."""

    def __init__(self, day: PublicDay, policy: Policy) -> None:
        self._stores, self._policy = day.stores, policy
        self._at_deg = degrees_of([courier.start for courier in day.couriers])
        self._speed_mps = np.array([SPEED_MPS[courier.vehicle] for courier in day.couriers])
        self._off_s = np.array([courier.off_s for courier in day.couriers])
        self._is_idle = np.zeros(len(day.couriers), dtype=np.bool_)

    def free(self, couriers: list[int], now_s: float) -> None:
        """Make couriers idle whose shift still lasts."""
        self._is_idle[couriers] = self._off_s[couriers] > now_s

    def idle(self) -> NDArray[np.intp]:
        """Return the rows of the idle couriers."""
        return np.flatnonzero(self._is_idle)

    def idle_of(self, couriers: list[int]) -> NDArray[np.intp]:
        """Return the rows of those of the couriers, given by row, who are idle."""
        return np.array([row for row in couriers if self._is_idle[row]], dtype=np.intp)

    def take(self, order: PublicOrder, now_s: float, rows: NDArray[np.intp]) -> _Trip | None:
        """Send the nearest fit one of the idle couriers and return its trip; None without one."""
        store, policy = self._stores[order.store_index], self._policy
        deadhead_m = distances_m(self._at_deg[rows], store) * policy.detour_factor
        arrival_s = now_s + deadhead_m / self._speed_mps[rows]
        picked_up_s = np.maximum(arrival_s, order.ready_s) + policy.pickup_service_s
        is_fit = picked_up_s <= self._off_s[rows]
        if not is_fit.any():
            return None
        nearest = int(np.argmin(np.where(is_fit, deadhead_m, np.inf)))
        courier = int(rows[nearest])
        carried_m = distance_m(store, order.dropoff) * policy.detour_factor
        self._is_idle[courier] = False
        self._at_deg[courier] = (order.dropoff.lat_deg, order.dropoff.lng_deg)
        riding_s = carried_m / float(self._speed_mps[courier])
        return _Trip(
            courier=courier,
            offered_s=now_s,
            picked_up_s=float(picked_up_s[nearest]),
            delivered_s=float(picked_up_s[nearest]) + riding_s + policy.dropoff_service_s,
            distance_m=float(deadhead_m[nearest]) + carried_m,
        )


def _finished(order: PublicOrder, day: PublicDay, trip: _Trip | None) -> FinishedJob:
    if trip is None:
        return FinishedJob(placed_s=order.placed_s, ready_s=order.ready_s)
    return FinishedJob(
        placed_s=order.placed_s,
        ready_s=order.ready_s,
        offered_s=trip.offered_s,
        picked_up_s=trip.picked_up_s,
        delivered_s=trip.delivered_s,
        courier=day.couriers[trip.courier].id,
        offers_count=1,
        distance_m=trip.distance_m,
    )
