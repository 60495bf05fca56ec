"""What bounds an insertion behind each node of a route: see `floors` for the use."""

import numpy as np

from matching.arrays import F64
from matching.grid import Plane, flat_m
from matching.ground import (
    JOBS_ROOM,
    OFFER_COST,
    PICKUP_END_S,
    POSITION_AGE_S,
    SHIFT_END_S,
    STRAIGHT_S_PER_M,
    Ground,
)
from matching.kernel import lean_kernel
from matching.nodes import (
    BROKEN,
    BUSY,
    COURIER,
    IDLE,
    LEAVE_S,
    NODE_ACCESS_S,
    NODE_SERVICE_S,
    TAIL_RATE,
    WAIT_S,
    WAY_S,
    Nodes,
)
from matching.walk import SLACK_S

EAST_M = 0
NORTH_M = 1
PACE_S_PER_M = 2
FLOOR_LEAVE_S = 3
FLOOR_OFFER_COST = 4  # infinite for couriers who can take nothing
FLOOR_SHIFT_END_S = 5
FLOOR_PICKUP_END_S = 6
WAY_S_MAX = 7
SPAN_M = 8  # how much farther than the nearest point of its route a node may be
END_RATE = 9  # of travel behind the last node, where it is all extra
FLOOR_TAIL_RATE = 10
FLOOR_SHARED_COST = 11
IS_BUSY = 12  # 1 or 0
NEXT_EAST_M = 13  # of the next stop of the route
NEXT_NORTH_M = 14
NEXT_WAY_S = 15  # to it, infinite for none
NEXT_STAY_S = 16
WAIT_S_MAX = 17  # by which it may be served later
THROUGH_RATE = 18  # of travel on the way to it
HAS_NEXT = 19  # 1 or 0
FLOOR_COLUMNS_COUNT = 20

_SLACK_S = 4e-6  # more than what rounding and the slack of `walk` can add up to


def floors_of(ground: Ground, nodes: Nodes, plane: Plane) -> F64:
    """Return the (N, FLOOR_COLUMNS_COUNT) table of the nodes."""
    table = np.empty((len(nodes.table), FLOOR_COLUMNS_COUNT))
    fill_floors(ground, nodes, plane, table)
    return table


@lean_kernel
def fill_floors(ground: Ground, nodes: Nodes, plane: Plane, table: F64) -> None:
    """Fill in the table of the nodes."""
    limits, rates = ground.limits, ground.rates
    for q in range(table.shape[0]):
        node, row = nodes.table[q], table[q]
        c = int(node[COURIER])
        courier, kind = ground.fleet[c], nodes.kind[c]
        pace = courier[STRAIGHT_S_PER_M]
        is_last = q + 1 == nodes.start[c + 1]
        is_able = courier[JOBS_ROOM] >= 1.0 and kind != BROKEN
        is_able = is_able and courier[POSITION_AGE_S] <= limits.position_age_s_max
        row[EAST_M], row[NORTH_M] = flat_m(plane, nodes.table, q)
        row[PACE_S_PER_M] = pace
        row[FLOOR_LEAVE_S] = node[LEAVE_S] - _SLACK_S
        row[FLOOR_OFFER_COST] = courier[OFFER_COST] if is_able else np.inf
        row[FLOOR_SHIFT_END_S] = courier[SHIFT_END_S]
        row[FLOOR_PICKUP_END_S] = courier[PICKUP_END_S]
        row[WAY_S_MAX] = limits.inbound_s_max + _SLACK_S
        if kind != IDLE:
            reach_s_max = min(limits.inbound_s_max, limits.busy_window_m * pace)
            row[WAY_S_MAX] = reach_s_max + nodes.span_m[c] * pace + _SLACK_S
        row[SPAN_M] = nodes.span_m[c]
        row[END_RATE] = rates.courier_time if is_last else 0.0
        row[FLOOR_TAIL_RATE] = node[TAIL_RATE]
        row[FLOOR_SHARED_COST] = nodes.shared_cost[c]
        row[IS_BUSY] = 0.0 if kind == IDLE else 1.0
        row[NEXT_EAST_M], row[NEXT_NORTH_M] = row[EAST_M], row[NORTH_M]
        row[NEXT_WAY_S], row[WAIT_S_MAX] = np.inf, np.inf
        row[NEXT_STAY_S], row[THROUGH_RATE], row[HAS_NEXT] = 0.0, 0.0, 0.0
        if not is_last:
            after = nodes.table[q + 1]
            row[NEXT_EAST_M], row[NEXT_NORTH_M] = flat_m(plane, nodes.table, q + 1)
            row[NEXT_WAY_S] = after[WAY_S] + SLACK_S
            row[NEXT_STAY_S] = after[NODE_ACCESS_S] + after[NODE_SERVICE_S]
            row[WAIT_S_MAX] = node[WAIT_S] + 2.0 * SLACK_S if kind == BUSY else np.inf
            row[THROUGH_RATE] = node[TAIL_RATE] + rates.courier_time
            row[HAS_NEXT] = 1.0
