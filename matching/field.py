"""Everything that a search for couriers looks at, laid out once per tick."""

from typing import NamedTuple

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
    asks_of,
)
from matching.floors import Columns, lanes_of
from matching.grid import Cells, Plane, plane_of, sort_into
from matching.ground import (
    ABILITY_BITS,
    FREE_S,
    OFFER_COST,
    REQUIREMENT_BITS,
    STRAIGHT_S_PER_M,
    VEHICLE_BIT,
    VEHICLE_BITS,
    Ground,
)
from matching.kernel import lean_kernel
from matching.node_floors import floors_of
from matching.nodes import COURIER, Nodes, nodes_of


class Least(NamedTuple):
    """What no courier is below, or above: what bounds the cost of those who are far away."""

    pace_s_per_m: float
    free_s: float
    offer_cost: float
    shared_cost_max: float
    span_m_max: float
    has_roads: bool


class Field(NamedTuple):
    """N nodes in cells, and what J jobs ask."""

    plane: Plane
    cells: Cells
    nodes: Nodes
    courier: I64  # (N,) in the order of the cells
    floors: F64  # (N, FLOOR_COLUMNS_COUNT) in the order of the couriers, as the nodes
    lanes: Columns  # of N nodes in the order of the cells
    asks: F64  # (J, ASK_COLUMNS_COUNT)
    ask_lanes: Columns  # of J jobs
    least: Least
    has_roads: bool


def field_of(ground: Ground) -> Field:
    """Return the field of a settled ground."""
    nodes = nodes_of(ground)
    plane = plane_of(nodes.table)
    cells = sort_into(plane, nodes.table)
    courier = nodes.table[cells.row, COURIER].astype(np.int64)
    floors, asks, fleet = floors_of(ground, nodes, plane), asks_of(ground, plane), ground.fleet
    node_lanes, ask_lanes = lanes_of(floors, asks)
    vehicle, lacks = (
        fleet[:, VEHICLE_BIT].astype(np.uint32),
        ~fleet[:, ABILITY_BITS].astype(np.uint32),
    )
    pickups = ground.places[ground.stops_count : ground.stops_count + ground.jobs_count]
    has_roads = ground.road_m.shape[1] > 0
    return Field(
        plane=plane,
        cells=cells,
        nodes=nodes,
        courier=courier,
        floors=floors,
        lanes=Columns(np.take(node_lanes, cells.row, axis=1), vehicle[courier], lacks[courier]),
        asks=asks,
        ask_lanes=Columns(
            ask_lanes,
            pickups[:, VEHICLE_BITS].astype(np.uint32),
            pickups[:, REQUIREMENT_BITS].astype(np.uint32),
        ),
        least=Least(
            pace_s_per_m=float(fleet[:, STRAIGHT_S_PER_M].min(initial=np.inf)),
            free_s=float(fleet[:, FREE_S].min(initial=np.inf)),
            offer_cost=float(fleet[:, OFFER_COST].min(initial=np.inf)),
            shared_cost_max=float(nodes.shared_cost.max(initial=0.0)),
            span_m_max=float(nodes.span_m.max(initial=0.0)),
            has_roads=has_roads,
        ),
        has_roads=has_roads,
    )


@lean_kernel
def least_cost_from(least: Least, ask: F64, apart_m: float) -> float:
    """Return what nobody undercuts behind a node at least so far from the pickup, seconds."""
    if apart_m > ask[ASK_RADIUS_M] + least.span_m_max:
        return np.inf
    if least.has_roads:
        return -np.inf  # a road may be shorter than the straight line says
    way_s = apart_m * least.pace_s_per_m
    start_s = max(least.free_s + way_s + ask[PICK_ACCESS_S], ask[PICK_READY_S])
    drop_s = start_s + ask[PICK_SERVICE_S] + ask[RIDE_M] * least.pace_s_per_m
    drop_s += ask[DROP_ACCESS_S]
    shared = 1.0 - ask[IS_ALONE]
    if drop_s > ask[DROP_LATEST_S] + _SLACK_S and shared == 0.0:
        return np.inf
    cost = ask[FIXED_COST] + least.offer_cost + ask[PICK_INBOUND_RATE] * way_s
    cost += ask[PICK_START_RATE] * start_s + ask[DROP_START_RATE] * drop_s
    cost += ask[DROP_LATE_RATE] * max(drop_s - ask[DROP_DUE_S], 0.0)
    return cost - shared * (ask[OWN_SHARED_COST] + least.shared_cost_max) - _SLACK_S


_SLACK_S = 1e-5  # more than rounding and the slack of `walk` can add up to
