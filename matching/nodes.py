"""The points from which couriers could turn to a new pickup: where they are, and their stops.

Each node knows when its courier leaves it on the committed route, and what a delay behind it costs
at least, so that one look at a node bounds the cost of every insertion after it.
"""

import math
from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I8, I64
from matching.ground import (
    ACCESS_S,
    CAPACITY,
    FREE_S,
    IS_DROPOFF,
    LATEST_S,
    LOAD_CHANGE,
    LOAD_ON_BOARD,
    LOAD_UNMIXED,
    LOADS_COUNT,
    READY_S,
    SERVICE_S,
    SINCE_S,
    START_RATE,
    Ground,
)
from matching.kernel import kernel
from matching.snapshot import LOAD_JOBS_COUNT
from matching.travel import distance_m
from matching.walk import SLACK_LOAD, is_shared, way_to

# Columns of the table of nodes, which begins with the point.
ARRIVAL_S = 3
LEAVE_S = 4
WAY_S = 5  # from the node before
NODE_ACCESS_S = 6
NODE_READY_S = 7
NODE_SERVICE_S = 8
NODE_LATEST_S = 9
NODE_SINCE_S = 10
RATE = 11  # what a second of later service costs
LOAD_AFTER = 12  # and the next ones, by load dimension
TAIL_RATE = LOAD_AFTER + LOADS_COUNT  # what a second's delay of the next stop costs at least
KIND = TAIL_RATE + 1
PLACE = TAIL_RATE + 2
COURIER = TAIL_RATE + 3
WAIT_S = TAIL_RATE + 4  # by which the next stop may be served later, if none is shared
NODE_COLUMNS_COUNT = TAIL_RATE + 5

START, PICKUP, DROPOFF = 0.0, 1.0, 2.0  # kinds: where the courier is, and committed stops

IDLE, BUSY, SHARING, BROKEN = 0, 1, 2, 3
"""Routes without stops, with stops, with stops served together, and with too much on board."""


class Nodes(NamedTuple):
    """N nodes of C couriers, in the order of the couriers and of their routes."""

    table: F64  # (N, NODE_COLUMNS_COUNT)
    start: I64  # (C + 1,) nodes of courier c are start[c] : start[c + 1]
    kind: I8  # (C,) IDLE, BUSY, SHARING or BROKEN
    span_m: F64  # (C,) the straight line between the two farthest nodes
    shared_cost: F64  # (C,) what sharing a committed stop may save at most, besides the job's own


@kernel
def nodes_of(ground: Ground) -> Nodes:
    """Return the nodes of a settled ground."""
    couriers_count = ground.fleet.shape[0]
    nodes = Nodes(
        np.zeros((couriers_count + ground.stops_count, NODE_COLUMNS_COUNT)),
        ground.route_start + np.arange(couriers_count + 1),
        np.zeros(couriers_count, np.int8),
        np.zeros(couriers_count),
        np.zeros(couriers_count),
    )
    for c in range(couriers_count):
        begin, end = nodes.start[c], nodes.start[c + 1]
        _begin_route(ground.fleet[c], nodes.table[begin])
        nodes.table[begin:end, COURIER] = c
        if end - begin == 1:
            continue
        nodes.kind[c] = _follow_route(ground, nodes.table[begin:end], c)
        _rate_delays(nodes.table[begin:end])
        nodes.span_m[c] = _span_m_of(nodes.table[begin:end])
        nodes.shared_cost[c] = _shared_cost_of(ground, nodes.table[begin:end])
    return nodes


@kernel
def _begin_route(courier: F64, node: F64) -> None:
    node[:3] = courier[:3]
    node[LEAVE_S] = courier[FREE_S]
    node[NODE_LATEST_S] = np.inf
    node[PLACE] = -1.0
    for d in range(LOADS_COUNT):
        node[LOAD_AFTER + d] = courier[LOAD_ON_BOARD + d]


@kernel
def _follow_route(ground: Ground, table: F64, courier: int) -> int:
    """Fill in the stops of a route; return its kind."""
    kind, previous = BUSY, -1
    for i in range(1, table.shape[0]):
        place = ground.route_start[courier] + i - 1
        row, node, before = ground.places[place], table[i], table[i - 1]
        node[:3] = row[:3]
        node[NODE_ACCESS_S], node[NODE_READY_S] = row[ACCESS_S], row[READY_S]
        node[NODE_SERVICE_S], node[NODE_LATEST_S] = row[SERVICE_S], row[LATEST_S]
        node[NODE_SINCE_S], node[RATE] = row[SINCE_S], row[START_RATE]
        node[KIND], node[PLACE] = (DROPOFF if row[IS_DROPOFF] > 0.0 else PICKUP), place
        node[WAY_S] = way_to(ground, courier, previous, place)
        is_joined = is_shared(ground.places, previous, place)
        if is_joined:
            kind = max(kind, SHARING)
            node[ARRIVAL_S] = before[ARRIVAL_S]
            node[LEAVE_S] = max(before[LEAVE_S], row[SINCE_S] + row[SERVICE_S])
        else:
            node[ARRIVAL_S] = before[LEAVE_S] + node[WAY_S] + row[ACCESS_S]
            node[LEAVE_S] = row[SINCE_S] + row[SERVICE_S]
        if not _load_node(row, before, node, ground.fleet[courier], is_joined):
            kind = BROKEN
        previous = place
    return kind


@kernel
def _load_node(row: F64, before: F64, node: F64, courier: F64, is_joined: bool) -> bool:  # noqa: FBT001 # kernels take no keywords
    """Fill in the load after a stop; return whether it may be carried, as `walk.load_up` has it."""
    is_light = True
    for d in range(LOADS_COUNT):
        node[LOAD_AFTER + d] = before[LOAD_AFTER + d] + row[LOAD_CHANGE + d]
        if node[LOAD_AFTER + d] > courier[CAPACITY + d] + SLACK_LOAD:
            is_light = False
    if row[IS_DROPOFF] > 0.0 or node[LOAD_AFTER + LOAD_UNMIXED] < SLACK_LOAD:
        return is_light
    return is_light and (before[LOAD_AFTER + LOAD_JOBS_COUNT] < SLACK_LOAD or is_joined)


@kernel
def _rate_delays(table: F64) -> None:
    """Fill in what a delay costs at least, and how long it may be.

    It costs something at the stops before the courier next has to wait; waiting makes it shorter.
    """
    table[table.shape[0] - 1, WAIT_S] = np.inf
    for i in range(table.shape[0] - 2, -1, -1):
        after = table[i + 1]
        spare_s = max(after[NODE_SINCE_S] - after[ARRIVAL_S], 0.0)
        late_s_max = after[NODE_LATEST_S] - after[ARRIVAL_S]
        table[i, WAIT_S] = min(late_s_max, after[WAIT_S] + spare_s)
        if after[NODE_SINCE_S] <= after[ARRIVAL_S]:
            table[i, TAIL_RATE] = after[RATE] + after[TAIL_RATE]


@kernel
def _span_m_of(table: F64) -> float:
    span_m = 0.0
    for a in range(table.shape[0]):
        for b in range(a):
            span_m = max(span_m, distance_m(table, a, table, b))
    return math.ceil(span_m)


@kernel
def _shared_cost_of(ground: Ground, table: F64) -> float:
    """Return what a new stop at a committed one saves: its access and service, and time behind."""
    spent_s, access_s = np.zeros(3), np.zeros(3)
    rate = 0.0
    for i in range(1, table.shape[0]):
        kind = int(table[i, KIND])
        stay_s = table[i, NODE_ACCESS_S] + table[i, NODE_SERVICE_S]
        spent_s[kind] = max(spent_s[kind], stay_s)
        access_s[kind] = max(access_s[kind], table[i, NODE_ACCESS_S])
        rate += table[i, RATE]
    rate += ground.rates.pickup_wait + ground.rates.lateness
    return ground.rates.courier_time * spent_s.sum() + rate * access_s.sum()
