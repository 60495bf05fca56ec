"""Some bundles of equally many jobs side by side, as the loops over lanes read them.

One table, the desk: a row per stop, way, load or state, and in it LANES_COUNT columns of each kind
of entry, so that neighbours in memory are the same entry of neighbouring bundles. Indices of lanes
are unsigned and each loop writes few rows of one table: else LLVM leaves the loops scalar.
"""

import math
from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.ground import (
    ACCESS_S,
    CAPACITY,
    DUE_S,
    FREE_S,
    INBOUND_RATE,
    IS_DROPOFF,
    LATE_RATE,
    LATEST_S,
    LOAD_CHANGE,
    LOAD_ON_BOARD,
    LOAD_UNMIXED,
    LOADS_COUNT,
    PICKUP_END_S,
    READY_S,
    SERVICE_S,
    SHIFT_END_S,
    SINCE_S,
    START_RATE,
    STRAIGHT_S_PER_M,
    Ground,
    approach_s,
    dropoff_of,
    pickup_of,
    ride_s,
)
from matching.kernel import kernel, lean_kernel
from matching.snapshot import LOAD_JOBS_COUNT
from matching.walk import SLACK_LOAD, SLACK_S

LANES_COUNT = 16
LANES = np.uint64(LANES_COUNT)
_COLUMNS_COUNT = 13
_COLUMN = [np.uint64(LANES_COUNT * i) for i in range(_COLUMNS_COUNT)]

# Of a state: row d + 1 holds after d + 1 stops, row 0 at the start. With n jobs there are 2 n + 1.
ARRIVAL_S, LEAVE_S, SPENT = _COLUMN[:3]

# Of a stop: the n pickups, the n drop-offs, and last the courier. Arrival is allowed until LIMIT_S.
SOONEST_S, SERVED_S, RATE, LIMIT_S, LATE_S, LATE_FEE = _COLUMN[:6]
X, Y, Z, DOOR_S, SETUP_FEE, WAY_RATE, PAID_FEE = _COLUMN[6:]
S_PER_M = SOONEST_S  # of the courier

# Of a way, row a (2 n) + b from stop a to stop b, and a = 2 n for the courier:
GAP_S, FEE, SHARED = _COLUMN[:3]  # travel and access; its price, but for RATE x start; 1 or 0

# Of what is on board, row (jobs as bits) n + k after the k-th is picked up, 0 or infinite:
FULL, MIXED = _COLUMN[:2]  # MIXED only unless both pickups are served together

# Of the best, the last row: its cost, and the row of the tree where its order ends.
COST, ORDER = _COLUMN[:2]


class Rows(NamedTuple):
    """Where the parts of the desk begin; the states begin at 0."""

    stops: int
    ways: int
    tolls: int
    best: int


class Asked(NamedTuple):
    """M bundles of n jobs each, and who would carry them."""

    job: I64  # (M, n)
    courier: I64  # (M,) without stops
    cost_max: F64  # (M,) orders that cost as much or more are of no use
    approach_share: float  # 1: from where the courier is; 0: it is at the first pickup already


@lean_kernel
def rows_for(jobs_count: int) -> Rows:
    """Return the layout of a desk for bundles of so many jobs."""
    nodes_count = 2 * jobs_count
    stops = nodes_count + 1
    ways = stops + nodes_count + 1
    tolls = ways + (nodes_count + 1) * nodes_count
    return Rows(stops, ways, tolls, tolls + (1 << jobs_count) * jobs_count)


@kernel
def desk_for(jobs_count: int) -> F64:
    """Return an empty desk for bundles of so many jobs."""
    return np.zeros((rows_for(jobs_count).best + 1, _COLUMNS_COUNT * LANES_COUNT))


@kernel
def lay_out(ground: Ground, desk: F64, asked: Asked, first: int) -> int:
    """Fill the desk with bundles from the row on; return how many have to look at their loads.

    Lanes beyond the last bundle cannot gain.
    """
    jobs_count = asked.job.shape[1]
    rows, lanes_count = rows_for(jobs_count), min(LANES_COUNT, asked.courier.shape[0] - first)
    place = np.empty((lanes_count, 2 * jobs_count), np.int64)
    for lane in range(lanes_count):
        for k in range(jobs_count):
            place[lane, k] = pickup_of(ground, asked.job[first + lane, k])
            place[lane, jobs_count + k] = dropoff_of(ground, asked.job[first + lane, k])
    desk[rows.best, :LANES_COUNT] = -np.inf
    desk[rows.best, LANES_COUNT:] = -1.0
    desk[rows.best, :lanes_count] = asked.cost_max[first : first + lanes_count]
    courier = asked.courier[first : first + lanes_count]
    _lay_out_couriers(ground.fleet, desk, rows, courier)
    _lay_out_stops(ground, desk, rows, courier, place)
    _lay_out_ways(desk, rows, 2 * jobs_count, asked.approach_share)
    if ground.road_m.shape[1] > 0:
        _follow_roads(ground, desk, courier, place, asked.approach_share)
    _price_ways(desk, rows, 2 * jobs_count)
    return _lay_out_tolls(ground, desk, rows, courier, place)


@lean_kernel
def _lay_out_couriers(fleet: F64, desk: F64, rows: Rows, courier: I64) -> None:
    row = rows.ways - 1
    for lane in range(np.uint64(courier.shape[0])):
        c = courier[lane]
        desk[0, LEAVE_S + lane] = fleet[c, FREE_S]
        desk[row, S_PER_M + lane] = fleet[c, STRAIGHT_S_PER_M]
        desk[row, X + lane] = fleet[c, 0]
        desk[row, Y + lane] = fleet[c, 1]
        desk[row, Z + lane] = fleet[c, 2]


@lean_kernel
def _lay_out_stops(ground: Ground, desk: F64, rows: Rows, courier: I64, place: I64) -> None:
    fleet, places, courier_time = ground.fleet, ground.places, ground.rates.courier_time
    for lane in range(np.uint64(courier.shape[0])):
        c = courier[lane]
        for node in range(place.shape[1]):
            p, row = place[lane, node], rows.stops + node
            limit_s = min(places[p, LATEST_S], fleet[c, SHIFT_END_S])
            if places[p, IS_DROPOFF] == 0.0:
                limit_s = min(limit_s, fleet[c, PICKUP_END_S])
                if places[p, READY_S] > fleet[c, PICKUP_END_S] + SLACK_S:
                    limit_s = -np.inf
            desk[row, SOONEST_S + lane] = places[p, READY_S]
            desk[row, SERVED_S + lane] = places[p, SERVICE_S]
            desk[row, RATE + lane] = places[p, START_RATE]
            desk[row, LIMIT_S + lane] = limit_s + SLACK_S
            desk[row, LATE_S + lane] = places[p, DUE_S]
            desk[row, LATE_FEE + lane] = places[p, LATE_RATE]
            desk[row, X + lane] = places[p, 0]
            desk[row, Y + lane] = places[p, 1]
            desk[row, Z + lane] = places[p, 2]
            door_s = places[p, ACCESS_S]
            desk[row, DOOR_S + lane] = door_s
            desk[row, SETUP_FEE + lane] = courier_time * (door_s + places[p, SERVICE_S])
            desk[row, WAY_RATE + lane] = courier_time + places[p, INBOUND_RATE]
            desk[row, PAID_FEE + lane] = places[p, START_RATE] * places[p, SINCE_S]


@lean_kernel
def _lay_out_ways(desk: F64, rows: Rows, nodes_count: int, approach_share: float) -> None:
    """Fill in straight lines, seconds, and which two stops are at the same point."""
    courier = rows.stops + nodes_count
    for a in range(nodes_count + 1):
        share = approach_share if a == nodes_count else 1.0
        for b in range(nodes_count):
            is_alike = 1.0 if (a < nodes_count // 2) == (b < nodes_count // 2) else 0.0
            is_alike = 0.0 if a == nodes_count else is_alike
            way, here, there = rows.ways + a * nodes_count + b, rows.stops + a, rows.stops + b
            for q in range(LANES):
                x = desk[here, X + q] - desk[there, X + q]
                y = desk[here, Y + q] - desk[there, Y + q]
                z = desk[here, Z + q] - desk[there, Z + q]
                square_m = x * x + y * y + z * z
                desk[way, GAP_S + q] = share * math.sqrt(square_m) * desk[courier, S_PER_M + q]
                desk[way, SHARED + q] = is_alike if square_m == 0.0 else 0.0


@lean_kernel
def _follow_roads(
    ground: Ground, desk: F64, courier: I64, place: I64, approach_share: float
) -> None:
    """Replace the straight lines by what the tables of roads say."""
    nodes_count = place.shape[1]
    ways = rows_for(nodes_count // 2).ways
    for lane in range(np.uint64(courier.shape[0])):
        c = courier[lane]
        for b in range(nodes_count):
            approach = approach_share * approach_s(ground, c, place[lane, b])
            desk[ways + nodes_count * nodes_count + b, GAP_S + lane] = approach
            for a in range(nodes_count):
                ride = ride_s(ground, c, place[lane, a], place[lane, b])
                desk[ways + a * nodes_count + b, GAP_S + lane] = ride


@lean_kernel
def _price_ways(desk: F64, rows: Rows, nodes_count: int) -> None:
    """Add access to the ways, and fill in the price of each with the stop at its end."""
    for a in range(nodes_count + 1):
        for b in range(nodes_count):
            way, there = rows.ways + a * nodes_count + b, rows.stops + b
            for q in range(LANES):
                way_s = desk[way, GAP_S + q]
                fee = desk[there, WAY_RATE + q] * way_s + desk[there, SETUP_FEE + q]
                fee = 0.0 if desk[way, SHARED + q] > 0.0 else fee
                desk[way, FEE + q] = fee - desk[there, PAID_FEE + q]
                desk[way, GAP_S + q] = way_s + desk[there, DOOR_S + q]


@kernel
def _lay_out_tolls(ground: Ground, desk: F64, rows: Rows, courier: I64, place: I64) -> int:
    """Fill in what may not be on board together; return how many lanes mind."""
    sets_count, tolls_count = 1 << (place.shape[1] // 2), 0
    tolls, loads = desk[rows.tolls : rows.best], np.empty((sets_count, LOADS_COUNT))
    tolls[:, : 2 * LANES_COUNT] = 0.0
    for lane in range(np.uint64(courier.shape[0])):
        capacity = ground.fleet[courier[lane], CAPACITY : CAPACITY + LOADS_COUNT]
        _load_sets(ground, courier[lane], place[lane], loads)
        everything = loads[sets_count - 1]
        if everything[LOAD_UNMIXED] >= SLACK_LOAD or is_over(everything, capacity):
            tolls_count += 1
            _lay_out_toll(tolls, lane, loads, capacity)
    return tolls_count


@lean_kernel
def _load_sets(ground: Ground, courier: int, place: I64, loads: F64) -> None:
    """Fill in the load with each set of jobs on board, as bits."""
    for d in range(LOADS_COUNT):
        loads[0, d] = ground.fleet[courier, LOAD_ON_BOARD + d]
        for k in range(place.shape[0] // 2):
            change = ground.places[place[k], LOAD_CHANGE + d]
            for aboard in range(1 << k):
                loads[aboard + (1 << k), d] = loads[aboard, d] + change


@lean_kernel
def _lay_out_toll(tolls: F64, lane: int, loads: F64, capacity: F64) -> None:
    jobs_count = tolls.shape[0] // loads.shape[0]
    for aboard in range(1, loads.shape[0]):
        is_full = is_over(loads[aboard], capacity)
        is_unmixed = loads[aboard, LOAD_UNMIXED] >= SLACK_LOAD
        for k in range(jobs_count):
            others = aboard & ~(1 << k)
            if others != aboard:
                is_mixed = is_unmixed and loads[others, LOAD_JOBS_COUNT] >= SLACK_LOAD
                tolls[aboard * jobs_count + k, FULL + lane] = np.inf if is_full else 0.0
                tolls[aboard * jobs_count + k, MIXED + lane] = np.inf if is_mixed else 0.0


@lean_kernel
def is_over(load: F64, capacity: F64) -> bool:
    """Return whether the load is over the capacity, in any dimension."""
    excess = -np.inf
    for d in range(LOADS_COUNT):
        excess = max(excess, load[d] - capacity[d])
    return excess > SLACK_LOAD
