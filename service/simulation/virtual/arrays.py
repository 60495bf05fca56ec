"""The virtual world at one instant as the engine's snapshot, and what its rows stand for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64, Bools
from matching.snapshot import Roads, Snapshot, Travel
from service.simulation.virtual.day import Day, StopTimes
from service.simulation.virtual.demand import Expected
from service.simulation.virtual.trip import Stop, Trip, live_orders_count, next_place

_EVERYWHERE_M = 1e6  # a search radius that leaves nobody out


class Instant(NamedTuple):
    """What is decided on at an instant; rows of orders are those of the day."""

    now_s: float
    trips: Sequence[Trip]  # the couriers at work
    orders: Sequence[int]  # open ones
    room_max: int  # live orders a courier may have
    acceptance_share: Sequence[float]  # by trip
    declined_by: Mapping[int, Sequence[int]]  # by order: couriers of the day
    last_plan: Mapping[int, tuple[int, int]]  # by order: courier of the day, rank
    expected: Expected  # demand


class Grid(NamedTuple):
    """What does not change during a day."""

    day: Day
    table_m: F64 | None  # (1, K, K)


def grid_of(day: Day) -> Grid:
    """Return the fixed part of every snapshot of the day; with ways, all couriers are as fast."""
    if day.way_s is None:
        return Grid(day, None)
    speeds_mps = {courier.speed_mps for courier in day.couriers}
    assert len(speeds_mps) == 1, "one table of ways is for one speed"
    return Grid(day, (day.way_s * speeds_mps.pop())[np.newaxis])


class _Ahead(NamedTuple):
    """A committed stop as the snapshot has it."""

    stop: Stop
    ready_s: float
    due_s: float
    access_s: float


def arrange(grid: Grid, instant: Instant) -> tuple[Snapshot, tuple[Stop, ...]]:
    """Return the snapshot, and its committed stops in the order of its rows."""
    day, now_s, trips, orders = grid.day, instant.now_s, instant.trips, instant.orders
    row_of = {trip.courier: row for row, trip in enumerate(trips)}
    couriers = [day.couriers[trip.courier] for trip in trips]
    routes = [_ahead(trip, day, now_s) for trip in trips]
    ahead = [stop for route in routes for stop in route]
    open_orders, times = [day.orders[row] for row in orders], day.stop_times
    places = [next_place(trip) for trip in trips]
    declines = [
        [row_of[c] for c in instant.declined_by.get(row, ()) if c in row_of] for row in orders
    ]
    last = [instant.last_plan.get(row, (-1, 0)) for row in orders]
    count = len(orders)
    snapshot = Snapshot(
        courier_deg=_degrees(day, places),
        courier_speed_mps=_floats(c.speed_mps for c in couriers),
        courier_free_s=_floats(_free_s(trip, now_s) for trip in trips),
        courier_capacity=_loads([c.capacity for c in couriers]),
        courier_load=_loads([_aboard(trip, day) for trip in trips]),
        courier_shift_end_s=np.full(len(trips), np.inf),
        courier_pickup_end_s=_floats(c.off_s - now_s for c in couriers),
        courier_vehicle_bit=np.ones(len(trips), np.uint32),
        courier_ability_bits=np.zeros(len(trips), np.uint32),
        courier_position_age_s=np.zeros(len(trips)),
        courier_jobs_room=_rows(max(0, instant.room_max - live_orders_count(t)) for t in trips),
        courier_acceptance_share=_floats(instant.acceptance_share),
        courier_earnings_share=np.ones(len(trips)),
        route_start=_starts(len(route) for route in routes),
        stop_deg=_degrees(day, [a.stop.place for a in ahead]),
        stop_is_pickup=_bools(a.stop.is_pickup for a in ahead),
        stop_job=_rows(a.stop.order for a in ahead),
        stop_ready_s=_floats(a.ready_s for a in ahead),
        stop_due_s=_floats(a.due_s for a in ahead),
        stop_access_s=_floats(a.access_s for a in ahead),
        stop_service_s=_floats(_service_s(a.stop, times) for a in ahead),
        stop_is_unmixed=np.full(len(ahead), day.is_unmixed),
        stop_load=_loads([_change(a.stop, day) for a in ahead]),
        pickup_deg=_degrees(day, [order.pickup for order in open_orders]),
        dropoff_deg=_degrees(day, [order.dropoff for order in open_orders]),
        ready_s=_floats(order.ready_s - now_s for order in open_orders),
        due_s=_floats(order.due_s - now_s for order in open_orders),
        pickup_access_s=np.full(count, times.pickup_access_s),
        pickup_service_s=np.full(count, times.pickup_service_s),
        dropoff_access_s=np.full(count, times.dropoff_access_s),
        dropoff_service_s=np.full(count, times.dropoff_service_s),
        job_load=_loads([order.load for order in open_orders]),
        job_age_s=_floats(now_s - order.placed_s for order in open_orders),
        job_vehicle_bits=np.ones(count, np.uint32),
        job_requirement_bits=np.zeros(count, np.uint32),
        job_is_unmixed=np.full(count, day.is_unmixed),
        job_radius_m=np.full(count, _EVERYWHERE_M),
        decline_start=_starts(len(rows) for rows in declines),
        decline_courier=_rows(row for rows in declines for row in rows),
        job_last_courier=_rows(row_of.get(courier, -1) for courier, _ in last),
        job_last_rank=_rows(rank for _, rank in last),
        demand_deg=_degrees(day, np.array(day.stores, np.int64)[instant.expected.store]),
        demand_per_h=instant.expected.per_h,
        travel=Travel(
            detour_factor=day.detour_factor,
            roads=None
            if grid.table_m is None
            else _roads(grid.table_m, places, ahead, instant, day),
        ),
    )
    return snapshot, tuple(a.stop for a in ahead)


def _roads(
    table_m: F64, places: Sequence[int], ahead: Sequence[_Ahead], instant: Instant, day: Day
) -> Roads:
    return Roads(
        table_m=table_m,
        courier_table=np.zeros(len(places), np.int64),
        courier_node=_rows(places),
        stop_node=_rows(a.stop.place for a in ahead),
        pickup_node=_rows(day.orders[row].pickup for row in instant.orders),
        dropoff_node=_rows(day.orders[row].dropoff for row in instant.orders),
    )


def _free_s(trip: Trip, now_s: float) -> float:
    """Return when the courier can leave its place, or begin the access to its first stop there."""
    if trip.leg is None:
        return max(0.0, trip.free_s - now_s)
    if trip.is_bound:
        return max(0.0, trip.leg.arrives_s - now_s)
    return max(0.0, trip.leg.arrives_s - now_s, trip.free_s - now_s)


def _ahead(trip: Trip, day: Day, now_s: float) -> list[_Ahead]:
    """Return the courier's committed stops.

    Where it is on the way to the first one, or stands there, that one must not come later than it
    does now: nothing comes before it but what is picked up together with it. Who has stood there
    for a while has done a part of the access.
    """
    off_s = day.couriers[trip.courier].off_s - now_s
    ahead = list[_Ahead]()
    for position, stop in enumerate(trip.stops):
        access_s = _access_s(stop, day.stop_times)
        due_s = off_s if stop.is_pickup else np.inf
        if position == 0 and trip.is_bound and trip.leg is not None:
            due_s = max(0.0, trip.leg.arrives_s + access_s - now_s)
            access_s = due_s - _free_s(trip, now_s)
        ready_s = day.orders[stop.order].ready_s - now_s if stop.is_pickup else -np.inf
        ahead.append(_Ahead(stop, ready_s, due_s, access_s))
    return ahead


def _aboard(trip: Trip, day: Day) -> F64:
    load = np.zeros(3)
    for stop in trip.stops:
        load -= _change(stop, day)
    return load


def _change(stop: Stop, day: Day) -> F64:
    load = np.array(day.orders[stop.order].load)
    return load if stop.is_pickup else -load


def _access_s(stop: Stop, times: StopTimes) -> float:
    return times.pickup_access_s if stop.is_pickup else times.dropoff_access_s


def _service_s(stop: Stop, times: StopTimes) -> float:
    return times.pickup_service_s if stop.is_pickup else times.dropoff_service_s


def _degrees(day: Day, places: Sequence[int] | I64) -> F64:
    return np.ascontiguousarray(day.place_deg[np.array(places, np.int64)])


def _floats(values: Iterable[float]) -> F64:
    return np.array(list(values), np.float64)


def _rows(values: Iterable[int]) -> I64:
    return np.array(list(values), np.int64)


def _bools(values: Iterable[bool]) -> Bools:
    return np.array(list(values), np.bool_)


def _loads(loads: Sequence[Sequence[float] | F64]) -> F64:
    return np.array(loads, np.float64).reshape(-1, 3)


def _starts(sizes: Iterable[int]) -> I64:
    return np.concatenate(([0], np.cumsum(list(sizes), dtype=np.int64))).astype(np.int64)
