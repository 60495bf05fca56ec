"""The cheapest place for one job in one courier's committed route, exactly.

Every pair of positions is tried. What happens before the pickup is known, and what happens behind
the drop-off is followed only until the route is on time again, so a route of n stops takes about
n^3 / 6 cheap steps, and n is small. Where a stop would be served together with another one, whole
routes are walked instead.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.asks import (
    ASK_RADIUS_M,
    DROP_ACCESS_S,
    DROP_DUE_S,
    DROP_LATE_RATE,
    DROP_LATEST_S,
    DROP_SERVICE_S,
    DROP_START_RATE,
    FIXED_COST,
    JOB,
    LOAD,
    PICK_ACCESS_S,
    PICK_INBOUND_RATE,
    PICK_READY_S,
    PICK_SERVICE_S,
    PICK_START_RATE,
    RIDE_M,
)
from matching.ground import (
    BASE_COST,
    CAPACITY,
    FREE_S,
    LOAD_ON_BOARD,
    LOAD_UNMIXED,
    LOADS_COUNT,
    OFFER_COST,
    PICKUP_END_S,
    SHIFT_END_S,
    STRAIGHT_S_PER_M,
    Ground,
    dropoff_of,
    pickup_of,
    ride_s,
)
from matching.kernel import lean_kernel
from matching.nodes import (
    BROKEN,
    IDLE,
    KIND,
    LEAVE_S,
    LOAD_AFTER,
    NODE_ACCESS_S,
    NODE_LATEST_S,
    NODE_READY_S,
    NODE_SERVICE_S,
    NODE_SINCE_S,
    PICKUP,
    PLACE,
    RATE,
    SHARING,
    WAY_S,
    Nodes,
)
from matching.permits import PASSED, has_declined, is_permitted, too_late, unfit, unwanted
from matching.snapshot import LOAD_JOBS_COUNT
from matching.travel import distance_m
from matching.walk import (
    SLACK_LOAD,
    SLACK_S,
    in_time,
    is_shared,
    load_up,
    start_of_walk,
    step,
    way_to,
)

# Rows of the ways between the nodes of a route and the job, seconds.
TO_PICK, FROM_PICK, TO_DROP, FROM_DROP = 0, 1, 2, 3
WAYS_COUNT = 4


class Carry(NamedTuple):
    """A job picked up, on its way to its drop-off."""

    after: int  # node that it was picked up behind
    leave_s: float
    cost: float  # so far
    ride_s: float  # straight to the drop-off
    time_rate: float  # of the courier's travel


class Bench(NamedTuple):
    """Scratch for routes of at most W stops with the job's."""

    ways_s: F64  # (WAYS_COUNT, W)
    route: I64  # (W,)
    load: F64  # (2, LOADS_COUNT)


def bench_for(nodes: Nodes) -> Bench:
    """Return scratch for the longest route."""
    stops_count_max = int(np.diff(nodes.start).max(initial=1)) + 1
    return Bench(
        ways_s=np.empty((WAYS_COUNT, stops_count_max)),
        route=np.empty(stops_count_max, np.int64),
        load=np.empty((2, LOADS_COUNT)),
    )


@lean_kernel
def insertion_cost(ground: Ground, nodes: Nodes, bench: Bench, ask: F64, courier: int) -> float:
    """Return what a job adds to a courier's costs at least, inf where a filter removes the pair."""
    job = int(ask[JOB])
    if nodes.kind[courier] == IDLE and ground.road_m.shape[1] == 0:
        return idle_cost(ground, ask, courier)
    table = nodes.table[nodes.start[courier] : nodes.start[courier + 1]]
    if unfit(ground, courier, job) != PASSED or has_declined(ground, courier, job):
        return np.inf
    reach_m = measure(ground, table, bench.ways_s, courier, job)
    if reach_m > ask[ASK_RADIUS_M] or unwanted(ground, courier, reach_m) != PASSED:
        return np.inf
    soonest_s = table[0, LEAVE_S] + bench.ways_s[TO_PICK, 0] + ask[PICK_ACCESS_S]
    if too_late(ground, courier, job, soonest_s) != PASSED or nodes.kind[courier] == BROKEN:
        return np.inf
    if nodes.kind[courier] == SHARING or is_met(ground, table, job):
        return walked_insertion(ground, table, bench, courier, job)
    return stepped_insertion(ground, table, bench.ways_s, ask, courier)


@lean_kernel
def fits_behind(ground: Ground, nodes: Nodes, ask: F64, courier: int) -> bool:
    """Return whether a job that no filter removes surely fits behind a courier's route."""
    fleet, last = ground.fleet[courier], nodes.table[nodes.start[courier + 1] - 1]
    job = int(ask[JOB])
    way_s = way_to(ground, courier, int(last[PLACE]), pickup_of(ground, job))
    arrival_s = last[LEAVE_S] + way_s + ask[PICK_ACCESS_S]
    start_s = max(arrival_s, ask[PICK_READY_S])
    dropped_s = start_s + ask[PICK_SERVICE_S] + ask[DROP_ACCESS_S]
    dropped_s += ride_s(ground, courier, pickup_of(ground, job), dropoff_of(ground, job))
    is_early = (start_s <= fleet[PICKUP_END_S]) & (dropped_s <= fleet[SHIFT_END_S])
    if nodes.kind[courier] == BROKEN or not is_early or dropped_s > ask[DROP_LATEST_S]:
        return False
    return fits(fleet, last, LOAD_AFTER, ask) and not mixes(last, LOAD_AFTER, ask)


@lean_kernel
def idle_cost(ground: Ground, ask: F64, courier: int) -> float:
    """Return what a job costs somebody without stops along straight lines, by the same sums."""
    fleet, job, courier_time = ground.fleet[courier], int(ask[JOB]), ground.rates.courier_time
    reach_m = distance_m(ground.fleet, courier, ground.places, pickup_of(ground, job))
    way_s, ride_s = reach_m * fleet[STRAIGHT_S_PER_M], ask[RIDE_M] * fleet[STRAIGHT_S_PER_M]
    start_s = max(fleet[FREE_S] + way_s + ask[PICK_ACCESS_S], ask[PICK_READY_S])
    dropped_s = start_s + ask[PICK_SERVICE_S] + ride_s + ask[DROP_ACCESS_S]
    is_early = dropped_s <= min(ask[DROP_LATEST_S], fleet[SHIFT_END_S])
    is_early &= start_s <= fleet[PICKUP_END_S]
    is_near = (reach_m <= ask[ASK_RADIUS_M]) & (way_s <= ground.limits.inbound_s_max)
    if not (is_early & is_near) or not is_permitted(ground, courier, job):
        return np.inf
    if not fits(fleet, fleet, LOAD_ON_BOARD, ask) or mixes(fleet, LOAD_ON_BOARD, ask):
        return np.inf
    cost = ask[FIXED_COST] + fleet[OFFER_COST] + ask[PICK_START_RATE] * start_s
    cost += (ask[PICK_INBOUND_RATE] + courier_time) * way_s
    cost += courier_time * ride_s + ask[DROP_START_RATE] * dropped_s
    return cost + ask[DROP_LATE_RATE] * max(0.0, dropped_s - ask[DROP_DUE_S])


@lean_kernel
def measure(ground: Ground, table: F64, ways: F64, courier: int, job: int) -> float:
    """Fill in the ways; return the straight line from the nearest node to the pickup, metres."""
    pickup, dropoff = pickup_of(ground, job), dropoff_of(ground, job)
    pace, nearest_m = ground.fleet[courier, STRAIGHT_S_PER_M], np.inf
    for k in range(table.shape[0]):
        pick_m = distance_m(table, k, ground.places, pickup)
        drop_m = distance_m(table, k, ground.places, dropoff)
        nearest_m = min(nearest_m, pick_m)
        ways[TO_PICK, k], ways[TO_DROP, k] = pick_m * pace, drop_m * pace
        ways[FROM_PICK, k], ways[FROM_DROP, k] = ways[TO_PICK, k], ways[TO_DROP, k]
    if ground.road_m.shape[1] > 0:
        for k in range(table.shape[0]):
            place = int(table[k, PLACE])
            ways[TO_PICK, k] = way_to(ground, courier, place, pickup)
            ways[TO_DROP, k] = way_to(ground, courier, place, dropoff)
            if place >= 0:
                ways[FROM_PICK, k] = ride_s(ground, courier, pickup, place)
                ways[FROM_DROP, k] = ride_s(ground, courier, dropoff, place)
    return nearest_m


@lean_kernel
def is_met(ground: Ground, table: F64, job: int) -> bool:
    """Return whether a committed stop is one with the job's pickup, or with its drop-off."""
    for k in range(1, table.shape[0]):
        place = pickup_of(ground, job) if table[k, KIND] == PICKUP else dropoff_of(ground, job)
        if is_shared(ground.places, int(table[k, PLACE]), place):
            return True
    return False


@lean_kernel
def stepped_insertion(ground: Ground, table: F64, ways: F64, ask: F64, courier: int) -> float:
    """Return the cheapest insertion into a route that shares no stop, inf for none."""
    fleet, job = ground.fleet[courier], int(ask[JOB])
    direct_s = ride_s(ground, courier, pickup_of(ground, job), dropoff_of(ground, job))
    best = np.inf
    for k in range(table.shape[0]):
        arrival_s = table[k, LEAVE_S] + ways[TO_PICK, k] + ask[PICK_ACCESS_S]
        start_s = max(arrival_s, ask[PICK_READY_S])
        if arrival_s > fleet[SHIFT_END_S] + SLACK_S or start_s > fleet[PICKUP_END_S] + SLACK_S:
            continue
        if not fits(fleet, table[k], LOAD_AFTER, ask) or mixes(table[k], LOAD_AFTER, ask):
            continue
        cost = ask[FIXED_COST] + fleet[OFFER_COST] + ask[PICK_START_RATE] * start_s
        cost += (ask[PICK_INBOUND_RATE] + ground.rates.courier_time) * ways[TO_PICK, k]
        leave_s = start_s + ask[PICK_SERVICE_S]
        carry = Carry(k, leave_s, cost, direct_s, ground.rates.courier_time)
        best = min(best, cheapest_drop(fleet, table, ways, ask, carry))
    return best


@lean_kernel
def fits(fleet: F64, row: F64, load: int, ask: F64) -> bool:
    """Return whether the courier can carry the job besides a load, a row's columns from one on."""
    for d in range(LOADS_COUNT):
        if row[load + d] + ask[LOAD + d] > fleet[CAPACITY + d] + SLACK_LOAD:
            return False
    return True


@lean_kernel
def mixes(row: F64, load: int, ask: F64) -> bool:
    """Return whether the job would ride with others, and somebody only with those of its pickup."""
    is_choosy = row[load + LOAD_UNMIXED] + ask[LOAD + LOAD_UNMIXED] >= SLACK_LOAD
    return bool(is_choosy and row[load + LOAD_JOBS_COUNT] >= SLACK_LOAD)


@lean_kernel
def is_choosy(node: F64, ask: F64) -> bool:
    """Return whether somebody aboard rides only with parcels of its own pickup."""
    return node[LOAD_AFTER + LOAD_UNMIXED] + ask[LOAD + LOAD_UNMIXED] >= SLACK_LOAD


@lean_kernel
def cheapest_drop(fleet: F64, table: F64, ways: F64, ask: F64, carry: Carry) -> float:
    """Return the cost of the cheapest drop-off for a pickup in hand, inf for none."""
    best, cost, leave_s, way_s = np.inf, carry.cost, carry.leave_s, ways[FROM_PICK, 0]
    for m in range(carry.after, table.shape[0]):
        ride_s = carry.ride_s
        if m > carry.after:
            node, way_s = table[m], table[m, WAY_S]
            if m == carry.after + 1:
                way_s = ways[FROM_PICK, m]
            arrival_s = leave_s + way_s + node[NODE_ACCESS_S]
            if arrival_s > node[NODE_LATEST_S] + SLACK_S or not fits(fleet, node, LOAD_AFTER, ask):
                break
            if node[KIND] == PICKUP and is_choosy(node, ask):
                break  # others are aboard: the job is
            start_s = max(arrival_s, node[NODE_READY_S])
            cost += node[RATE] * (start_s - node[NODE_SINCE_S])
            cost += carry.time_rate * (way_s - node[WAY_S])
            leave_s = start_s + node[NODE_SERVICE_S]
            ride_s = ways[TO_DROP, m]
        dropped_s = leave_s + ride_s + ask[DROP_ACCESS_S]
        if dropped_s > min(ask[DROP_LATEST_S], fleet[SHIFT_END_S]) + SLACK_S:
            continue
        total = cost + carry.time_rate * ride_s + ask[DROP_START_RATE] * dropped_s
        total += ask[DROP_LATE_RATE] * max(0.0, dropped_s - ask[DROP_DUE_S])
        if m + 1 < table.shape[0]:
            total += carry.time_rate * (ways[FROM_DROP, m + 1] - table[m + 1, WAY_S])
            arrival_s = dropped_s + ask[DROP_SERVICE_S] + ways[FROM_DROP, m + 1]
            total += delay_cost(table, m + 1, arrival_s + table[m + 1, NODE_ACCESS_S])
        best = min(best, total)
    return best


@lean_kernel
def delay_cost(table: F64, first: int, arrival_s: float) -> float:
    """Return what arriving then at a stop costs from there on, inf where it is too late."""
    cost = 0.0
    for i in range(first, table.shape[0]):
        node = table[i]
        if arrival_s > node[NODE_LATEST_S] + SLACK_S:
            return np.inf
        start_s = max(arrival_s, node[NODE_READY_S])
        cost += node[RATE] * (start_s - node[NODE_SINCE_S])
        leave_s = start_s + node[NODE_SERVICE_S]
        if leave_s == node[LEAVE_S]:
            break
        if i + 1 < table.shape[0]:
            arrival_s = leave_s + table[i + 1, WAY_S] + table[i + 1, NODE_ACCESS_S]
    return cost


@lean_kernel
def walked_insertion(ground: Ground, table: F64, bench: Bench, courier: int, job: int) -> float:
    """Return the cheapest insertion stop by stop, whatever is shared, inf for none."""
    best, stops_count, route = np.inf, table.shape[0] - 1, bench.route
    for k in range(stops_count + 1):
        for m in range(k, stops_count + 1):
            for i in range(stops_count):
                route[i + (i >= k) + (i >= m)] = int(table[i + 1, PLACE])
            route[k], route[m + 1] = pickup_of(ground, job), dropoff_of(ground, job)
            best = min(best, route_cost(ground, bench, courier, stops_count + 2))
    return best - ground.fleet[courier, BASE_COST] + ground.fleet[courier, OFFER_COST]


@lean_kernel
def route_cost(ground: Ground, bench: Bench, courier: int, stops_count: int) -> float:
    """Return what the route at hand costs, inf where it breaks a promise or overloads."""
    load = bench.load
    for d in range(LOADS_COUNT):
        load[1, d] = ground.fleet[courier, LOAD_ON_BOARD + d]
    previous, moment, total = -1, start_of_walk(ground, courier), 0.0
    for i in range(stops_count):
        place = bench.route[i]
        for d in range(LOADS_COUNT):
            load[0, d] = load[1, d]
        way_s = way_to(ground, courier, previous, place)
        moment, _, cost = step(ground, previous, place, way_s, moment)
        if not in_time(ground, courier, place, moment.arrival_s):
            return np.inf
        if not load_up(ground, courier, previous, place, load):
            return np.inf
        total, previous = total + cost, place
    return total
