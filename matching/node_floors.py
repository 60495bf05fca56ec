"""Many nodes looked at by one job at a time: what the pair costs, or costs at least.

The nodes lie column by column in the order of the grid's cells, and nothing in the loop branches,
so that it compiles to vector instructions. An unsigned index matters: with a signed one numba
allows for negative rows, and the loop stays scalar.
"""

import math

import numpy as np

from matching.arrays import F64, I64
from matching.asks import (
    ASK_RADIUS_M,
    DROP_ACCESS_S,
    DROP_DUE_S,
    DROP_LATE_RATE,
    DROP_LATEST_S,
    DROP_START_RATE,
    FIXED_COST,
    IS_ALONE,
    OWN_SHARED_COST,
    PICK_ACCESS_S,
    PICK_INBOUND_RATE,
    PICK_READY_S,
    PICK_SERVICE_S,
    PICK_START_RATE,
    RIDE_M,
)
from matching.ground import (
    JOBS_ROOM,
    OFFER_COST,
    PICKUP_END_S,
    POSITION_AGE_S,
    SHIFT_END_S,
    STRAIGHT_S_PER_M,
    Ground,
)
from matching.kernel import kernel
from matching.lean import lean_kernel
from matching.nodes import BROKEN, COURIER, IDLE, LEAVE_S, TAIL_RATE, Nodes

# Rows of the table, which begins with the point. An idle courier has one node, and its floor is
# the cost itself; any other node's is the least that an insertion behind it can cost.
PACE_S_PER_M = 3
FLOOR_LEAVE_S = 4
FLOOR_OFFER_COST = 5  # infinite for couriers who can take nothing
FLOOR_SHIFT_END_S = 6
FLOOR_PICKUP_END_S = 7
WAY_S_MAX = 8
SPAN_M = 9  # how much farther than the nearest point of its route a node may be
TIME_RATE = 10  # of travel: from the last node it is all extra, from others it may be on the way
FLOOR_TAIL_RATE = 11
FLOOR_SHARED_COST = 12
IS_BUSY = 13  # 1 or 0
FLOORS_ROWS_COUNT = 14

_SHARED_S = 1e9  # whoever may share a stop is not held to be late by a look from afar
_SLACK_S = 4e-6  # more than what rounding and the slack of `walk` can add up to


@kernel
def floors_of(ground: Ground, nodes: Nodes, order: I64) -> F64:
    """Return the (FLOORS_ROWS_COUNT, N) columns of the nodes in some order."""
    floors = np.empty((FLOORS_ROWS_COUNT, order.shape[0]))
    limits = ground.limits
    for q in range(order.shape[0]):
        node = nodes.table[order[q]]
        c = int(node[COURIER])
        courier, kind = ground.fleet[c], nodes.kind[c]
        pace = courier[STRAIGHT_S_PER_M]
        floors[0, q], floors[1, q], floors[2, q] = node[0], node[1], node[2]
        is_able = courier[JOBS_ROOM] >= 1.0 and kind != BROKEN
        is_able = is_able and courier[POSITION_AGE_S] <= limits.position_age_s_max
        floors[PACE_S_PER_M, q] = pace
        floors[FLOOR_OFFER_COST, q] = courier[OFFER_COST] if is_able else np.inf
        floors[FLOOR_SHIFT_END_S, q] = courier[SHIFT_END_S]
        floors[FLOOR_PICKUP_END_S, q] = courier[PICKUP_END_S]
        floors[FLOOR_TAIL_RATE, q] = node[TAIL_RATE]
        floors[FLOOR_SHARED_COST, q] = nodes.shared_cost[c]
        floors[SPAN_M, q] = nodes.span_m[c]
        floors[IS_BUSY, q] = 0.0 if kind == IDLE else 1.0
        if kind == IDLE:
            floors[FLOOR_LEAVE_S, q] = node[LEAVE_S]
            floors[WAY_S_MAX, q] = limits.inbound_s_max
            floors[TIME_RATE, q] = ground.rates.courier_time
        else:
            reach_s_max = min(limits.inbound_s_max, limits.busy_window_m * pace)
            is_last = order[q] + 1 == nodes.start[c + 1]
            floors[FLOOR_LEAVE_S, q] = node[LEAVE_S] - _SLACK_S
            floors[WAY_S_MAX, q] = reach_s_max + nodes.span_m[c] * pace + _SLACK_S
            floors[TIME_RATE, q] = ground.rates.courier_time if is_last else 0.0
    return floors


@lean_kernel
def price_floors(floors: F64, begin: int, end: int, ask: F64, out: F64) -> None:
    """Fill in what a job costs at least behind each of some nodes, inf for what cannot be."""
    x0, y0, z0, radius_m = ask[0], ask[1], ask[2], ask[ASK_RADIUS_M]
    access_s, ready_s, service_s = ask[PICK_ACCESS_S], ask[PICK_READY_S], ask[PICK_SERVICE_S]
    ride_m, drop_access_s = ask[RIDE_M], ask[DROP_ACCESS_S]
    due_s, latest_s, late_rate = ask[DROP_DUE_S], ask[DROP_LATEST_S], ask[DROP_LATE_RATE]
    inbound_rate, start_rate = ask[PICK_INBOUND_RATE], ask[PICK_START_RATE]
    drop_rate, alone = ask[DROP_START_RATE], ask[IS_ALONE]
    fixed, own_shared = ask[FIXED_COST], ask[OWN_SHARED_COST]
    first = np.uint64(begin)
    for q in range(np.uint64(end - begin)):
        i = first + q
        x, y, z = floors[0, i] - x0, floors[1, i] - y0, floors[2, i] - z0
        way_m = math.sqrt(x * x + y * y + z * z)
        way_s = way_m * floors[PACE_S_PER_M, i]
        ride_s = ride_m * floors[PACE_S_PER_M, i]
        start_s = max(floors[FLOOR_LEAVE_S, i] + way_s + access_s, ready_s)
        leave_s = start_s + service_s
        drop_s = leave_s + ride_s + drop_access_s
        delay_s = leave_s - floors[FLOOR_LEAVE_S, i] - way_s
        shared = (1.0 - alone) * floors[IS_BUSY, i]
        cost = fixed + floors[FLOOR_OFFER_COST, i]
        cost -= shared * (floors[FLOOR_SHARED_COST, i] + own_shared)
        cost += inbound_rate * way_s + floors[TIME_RATE, i] * (way_s + ride_s)
        cost += start_rate * start_s + drop_rate * drop_s + late_rate * max(drop_s - due_s, 0.0)
        cost += alone * floors[FLOOR_TAIL_RATE, i] * delay_s
        is_near = (way_m <= radius_m + floors[SPAN_M, i]) & (way_s <= floors[WAY_S_MAX, i])
        ease_s = shared * _SHARED_S
        is_early = drop_s <= min(floors[FLOOR_SHIFT_END_S, i], latest_s) + ease_s
        is_early &= start_s <= floors[FLOOR_PICKUP_END_S, i] + ease_s
        out[q] = cost if is_near & is_early else np.inf
