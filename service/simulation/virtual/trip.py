"""One courier on the way: where it is, what it is to do, and how time takes it from stop to stop.

A courier leaves for its next stop as soon as it is free, and is not diverted before it is there.
At a merchant it waits until everything that it takes there is ready; until that moment the list
may change. Events of the instant up to which time has passed are still to come: who decides at
that instant decides before them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from service.simulation.virtual.day import Day, travel_s
from service.simulation.virtual.journal import Journal, Move, Visit


class DiversionError(Exception):
    """A route sends a courier elsewhere before it has done what it is on its way to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A stop to come; `decided_s` is when its order was given to the courier."""

    order: int
    is_pickup: bool
    place: int
    decided_s: float


@dataclass(frozen=True, slots=True)
class Leg:
    """A way that has begun; it lasts until the stops at its end are done."""

    to_place: int
    arrives_s: float


@dataclass(slots=True)
class Trip:
    """One courier: without a leg it is at its place, and may leave from `free_s` on."""

    courier: int
    place: int
    free_s: float
    leg: Leg | None = None
    stops: list[Stop] = field(default_factory=list[Stop])

    @property
    def is_bound(self) -> bool:
        """Return whether the first stop is what it is on its way to, or stands at."""
        if self.leg is None or not self.stops:
            return False
        return self.stops[0].place == self.leg.to_place


def live_orders_count(trip: Trip) -> int:
    """Return how many orders the courier still has to drop off."""
    return sum(not stop.is_pickup for stop in trip.stops)


def pass_time(trip: Trip, day: Day, journal: Journal, *, until_s: float) -> None:
    """Let everything happen to the courier that happens before `until_s`."""
    while trip.stops:
        if trip.leg is None:
            if trip.free_s >= until_s:
                return
            _depart(trip, trip.stops[0].place, day, journal)
        elif not trip.is_bound:
            # It was sent there without orders, and has got some elsewhere.
            trip.place, trip.free_s = trip.leg.to_place, max(trip.free_s, trip.leg.arrives_s)
            trip.leg = None
        else:
            visit = _visit(trip, trip.leg, day)
            if visit.start_s >= until_s:
                return
            journal.visits.append(visit)
            trip.place, trip.free_s, trip.leg = trip.leg.to_place, visit.leave_s, None
            del trip.stops[: len(visit.orders)]


def give(trip: Trip, stops: Sequence[Stop], *, now_s: float) -> None:
    """Give the courier a new route, which holds what it already had to do.

    Raises:
        DiversionError: it is on its way to a stop, or at it, and the route begins elsewhere.
    """
    was_bound = trip.is_bound
    trip.stops = list(stops)
    if was_bound and not trip.is_bound:
        raise DiversionError(f"courier {trip.courier} at {now_s} s")
    trip.free_s = max(trip.free_s, now_s)


def next_place(trip: Trip) -> int:
    """Return where the courier is, or where it is on its way to."""
    return trip.place if trip.leg is None else trip.leg.to_place


def send(trip: Trip, place: int, day: Day, journal: Journal, *, now_s: float) -> None:
    """Send an idle courier to a place where it will be wanted; it is not diverted before it."""
    assert not trip.stops, "an idle courier has no stops"
    if trip.leg is not None:
        trip.place, trip.free_s = next_place(trip), max(trip.free_s, trip.leg.arrives_s)
    trip.free_s = max(trip.free_s, now_s)
    _depart(trip, place, day, journal)


def _depart(trip: Trip, place: int, day: Day, journal: Journal) -> None:
    journal.moves.append(
        Move(courier=trip.courier, departed_s=trip.free_s, from_place=trip.place, to_place=place)
    )
    trip.leg = Leg(place, trip.free_s + travel_s(day, trip.courier, trip.place, place))


def _visit(trip: Trip, leg: Leg, day: Day) -> Visit:
    """Return what the courier does at the end of its leg: all stops there of the first one's kind.

    Before the instant of the last decision on one of them nothing happens.
    """
    first, times = trip.stops[0], day.stop_times
    access_s = times.pickup_access_s if first.is_pickup else times.dropoff_access_s
    service_s = times.pickup_service_s if first.is_pickup else times.dropoff_service_s
    start_s, decided_s, orders = leg.arrives_s + access_s, first.decided_s, list[int]()
    for stop in trip.stops:
        if stop.place != first.place or stop.is_pickup != first.is_pickup:
            break
        orders.append(stop.order)
        decided_s = max(decided_s, stop.decided_s)
        if stop.is_pickup:
            start_s = max(start_s, day.orders[stop.order].ready_s)
    start_s = max(start_s, decided_s)
    return Visit(
        courier=trip.courier,
        is_pickup=first.is_pickup,
        orders=tuple(orders),
        decided_s=decided_s,
        start_s=start_s,
        leave_s=start_s + service_s,
    )
