"""What a job costs a courier at least: the lanes in which a search looks at many pairs.

The nodes of couriers lie column by column in the order of the grid's cells, and so do the jobs for
couriers who look for jobs. Nothing in the loops branches, so that they compile to vector
instructions. An unsigned index matters: with a signed one numba allows for negative rows, and the
loop stays scalar. So do single numbers, twice as many at a time: what they round is made good by
the slack of the `Scale`. For the few pairs that look well in there, a second look in doubles adds
what the job costs the rest of the route.

Ways are measured in the grid's plane, where they are never longer than the straight line.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.arrays import F64
from matching.arrays import Bits as BitsArray
from matching.asks import (
    ASK_RADIUS_M,
    DROP_ACCESS_S,
    DROP_DUE_S,
    DROP_EAST_M,
    DROP_LATE_RATE,
    DROP_LATEST_S,
    DROP_NORTH_M,
    DROP_SERVICE_S,
    DROP_START_RATE,
    EASE_S,
    IS_ALONE,
    NET_COST,
    OWN_SHARED_COST,
    PICK_ACCESS_S,
    PICK_EAST_M,
    PICK_INBOUND_RATE,
    PICK_NORTH_M,
    PICK_READY_S,
    PICK_SERVICE_S,
    PICK_START_RATE,
    RIDE_M,
)
from matching.kernel import lean_kernel
from matching.node_floors import (
    EAST_M,
    END_RATE,
    FLOOR_LEAVE_S,
    FLOOR_OFFER_COST,
    FLOOR_PICKUP_END_S,
    FLOOR_SHARED_COST,
    FLOOR_SHIFT_END_S,
    FLOOR_TAIL_RATE,
    HAS_NEXT,
    IS_BUSY,
    NEXT_EAST_M,
    NEXT_NORTH_M,
    NEXT_STAY_S,
    NEXT_WAY_S,
    NORTH_M,
    PACE_S_PER_M,
    SPAN_M,
    THROUGH_RATE,
    WAIT_S_MAX,
    WAY_S_MAX,
)

F32 = NDArray[np.float32]
_ZERO, _ONE, _NEVER = np.float32(0.0), np.float32(1.0), np.float32(np.inf)
_ROUNDING = 2.0**-20  # of a dozen operations, each 2**-24 of what they add up


class Node(NamedTuple):
    """Where a courier could turn to a pickup: see `node_floors` for the columns."""

    east_m: float
    north_m: float
    pace_s_per_m: float
    leave_s: float
    offer_cost: float
    shift_end_s: float
    pickup_end_s: float
    way_s_max: float
    span_m: float
    end_rate: float
    tail_rate: float
    shared_cost: float
    is_busy: float
    next_east_m: float
    next_north_m: float
    next_way_s: float
    next_stay_s: float
    wait_s_max: float
    through_rate: float
    has_next: float


class Ask(NamedTuple):
    """What a job asks: see `asks` for the columns. A literal number would make doubles of all."""

    east_m: float
    north_m: float
    access_s: float
    ready_s: float
    service_s: float
    ride_m: float
    drop_access_s: float
    due_s: float
    latest_s: float
    radius_m: float
    net_cost: float
    inbound_rate: float
    start_rate: float
    drop_rate: float
    late_rate: float
    alone: float
    own_shared_cost: float
    ease_s: float
    drop_east_m: float
    drop_north_m: float
    drop_service_s: float


@lean_kernel
def node_at(columns: F32, i: np.uint64) -> Node:
    """Return a node of columns."""
    return Node(
        columns[EAST_M, i],
        columns[NORTH_M, i],
        columns[PACE_S_PER_M, i],
        columns[FLOOR_LEAVE_S, i],
        columns[FLOOR_OFFER_COST, i],
        columns[FLOOR_SHIFT_END_S, i],
        columns[FLOOR_PICKUP_END_S, i],
        columns[WAY_S_MAX, i],
        columns[SPAN_M, i],
        columns[END_RATE, i],
        columns[FLOOR_TAIL_RATE, i],
        columns[FLOOR_SHARED_COST, i],
        columns[IS_BUSY, i],
        columns[NEXT_EAST_M, i],
        columns[NEXT_NORTH_M, i],
        columns[NEXT_WAY_S, i],
        columns[NEXT_STAY_S, i],
        columns[WAIT_S_MAX, i],
        columns[THROUGH_RATE, i],
        columns[HAS_NEXT, i],
    )


@lean_kernel
def ask_at(columns: F32, a: np.uint64) -> Ask:
    """Return a job of columns."""
    return Ask(
        columns[PICK_EAST_M, a],
        columns[PICK_NORTH_M, a],
        columns[PICK_ACCESS_S, a],
        columns[PICK_READY_S, a],
        columns[PICK_SERVICE_S, a],
        columns[RIDE_M, a],
        columns[DROP_ACCESS_S, a],
        columns[DROP_DUE_S, a],
        columns[DROP_LATEST_S, a],
        columns[ASK_RADIUS_M, a],
        columns[NET_COST, a],
        columns[PICK_INBOUND_RATE, a],
        columns[PICK_START_RATE, a],
        columns[DROP_START_RATE, a],
        columns[DROP_LATE_RATE, a],
        columns[IS_ALONE, a],
        columns[OWN_SHARED_COST, a],
        columns[EASE_S, a],
        columns[DROP_EAST_M, a],
        columns[DROP_NORTH_M, a],
        columns[DROP_SERVICE_S, a],
    )


@lean_kernel
def apart_s(node: Node, east_m: float, north_m: float) -> float:
    """Return the courier's way between the stop after the node and a place, seconds at least."""
    east, north = node.next_east_m - east_m, node.next_north_m - north_m
    return math.sqrt(east * east + north * north) * node.pace_s_per_m


@lean_kernel
def more_of(node: Node, ask: Ask) -> float:
    """Return what `floor_of` leaves out of the rest of the route, inf for what cannot be.

    For a job that shares no stop. Either the drop-off comes before the next stop, and delays it,
    or behind, and waits for it.
    """
    east, north = node.east_m - ask.east_m, node.north_m - ask.north_m
    way_s = math.sqrt(east * east + north * north) * node.pace_s_per_m
    start_s = max(node.leave_s + way_s + ask.access_s, ask.ready_s)
    delay_s = start_s + ask.service_s - node.leave_s - way_s
    ride_s, stay_s = ask.ride_m * node.pace_s_per_m, ask.drop_access_s + ask.drop_service_s
    on_s = apart_s(node, ask.east_m, ask.north_m)
    off_s = apart_s(node, ask.drop_east_m, ask.drop_north_m)
    over_both_s = max(way_s + ride_s + off_s - node.next_way_s, _ZERO)
    before = node.through_rate * over_both_s + node.tail_rate * stay_s
    is_before = delay_s + over_both_s + stay_s <= node.wait_s_max
    over_s = max(way_s + on_s - node.next_way_s, _ZERO)
    later_s = max(on_s + node.next_stay_s + off_s - ride_s, _ZERO)
    behind = node.through_rate * over_s + ask.drop_rate * later_s * node.has_next
    is_behind = delay_s + over_s <= node.wait_s_max
    more = min(before if is_before else _NEVER, behind if is_behind else _NEVER)
    return more if ask.alone > _ZERO else _ZERO  # pyright: ignore[reportReturnType] # a lane is single


@lean_kernel
def floor_of(node: Node, ask: Ask) -> float:
    """Return what a job costs at least behind a node less its open cost, inf for what cannot be."""
    east, north = node.east_m - ask.east_m, node.north_m - ask.north_m
    way_m = math.sqrt(east * east + north * north)
    way_s, ride_s = way_m * node.pace_s_per_m, ask.ride_m * node.pace_s_per_m
    start_s = max(node.leave_s + way_s + ask.access_s, ask.ready_s)
    leave_s = start_s + ask.service_s
    drop_s = leave_s + ride_s + ask.drop_access_s
    ease_s = ask.ease_s * node.is_busy
    cost = ask.net_cost + node.offer_cost
    cost -= node.is_busy * (_ONE - ask.alone) * (ask.own_shared_cost + node.shared_cost)
    cost += ask.inbound_rate * way_s + node.end_rate * (way_s + ride_s)
    cost += ask.start_rate * start_s + ask.drop_rate * drop_s
    cost += ask.late_rate * max(drop_s - ask.due_s, _ZERO)
    cost += ask.alone * node.tail_rate * (leave_s - node.leave_s - way_s)
    is_near = (way_m <= ask.radius_m + node.span_m) & (way_s <= node.way_s_max)
    is_early = drop_s <= min(node.shift_end_s, ask.latest_s) + ease_s
    is_early &= start_s <= node.pickup_end_s + ease_s
    return cost if is_near & is_early else _NEVER  # pyright: ignore[reportReturnType] # a lane is single


class Columns(NamedTuple):
    """One side of the pairs, in the order of the cells."""

    numbers: F32  # (.., N)
    vehicles: BitsArray  # (N,) that a courier has, or that may carry a job
    abilities: BitsArray  # (N,) that a courier lacks, or that a job requires


class Needs(NamedTuple):
    """The vehicles and abilities of one of the others."""

    vehicles: np.uint32
    abilities: np.uint32


@lean_kernel
def price_nodes(nodes: Columns, begin: int, ask: Ask, bits: Needs, out: F32) -> None:
    """Fill in what a job costs at least behind nodes from one on, inf for what cannot be."""
    first, vehicles, abilities = np.uint64(begin), bits.vehicles, bits.abilities
    for q in range(np.uint64(out.shape[0])):
        i = first + q
        is_able = (nodes.vehicles[i] & vehicles) != 0
        is_able &= (nodes.abilities[i] & abilities) == 0
        cost = floor_of(node_at(nodes.numbers, i), ask)
        out[q] = cost if is_able else _NEVER
    for q in range(np.uint64(out.shape[0])):  # apart, because a loop takes two dozen columns only
        out[q] += more_of(node_at(nodes.numbers, first + q), ask)


@lean_kernel
def price_asks(asks: Columns, begin: int, node: Node, bits: Needs, out: F32) -> None:
    """Fill in what jobs from one on cost at least behind a node, inf for what cannot be."""
    first, vehicles, abilities = np.uint64(begin), bits.vehicles, bits.abilities
    for q in range(np.uint64(out.shape[0])):
        a = first + q
        is_able = (asks.vehicles[a] & vehicles) != 0
        is_able &= (asks.abilities[a] & abilities) == 0
        cost = floor_of(node, ask_at(asks.numbers, a))
        out[q] = cost if is_able else _NEVER
    if node.has_next > _ZERO:
        for q in range(np.uint64(out.shape[0])):
            out[q] += more_of(node, ask_at(asks.numbers, first + q))


def lanes_of(table: F64, asks: F64) -> tuple[F32, F32]:
    """Return the columns of nodes and of jobs in single numbers, with slack for their rounding."""
    nodes, jobs = table.T.astype(np.float32, order="C"), asks.T.astype(np.float32, order="C")
    way_m = largest(table[:, EAST_M : NORTH_M + 1]) + largest(asks[:, (PICK_EAST_M, RIDE_M)])
    slack_s = largest(table[:, FLOOR_LEAVE_S]) + largest(asks[:, (PICK_READY_S, PICK_SERVICE_S)])
    slack_s += largest(asks[:, (PICK_ACCESS_S, DROP_ACCESS_S, DROP_DUE_S, DROP_LATEST_S)])
    slack_s += largest(table[:, (FLOOR_SHIFT_END_S, FLOOR_PICKUP_END_S, WAY_S_MAX)])
    slack_s += largest(table[:, PACE_S_PER_M]) * way_m
    rate = 2.0 * largest(table[:, (END_RATE, FLOOR_TAIL_RATE, THROUGH_RATE)])
    for column in (PICK_INBOUND_RATE, PICK_START_RATE, DROP_START_RATE, DROP_LATE_RATE):
        rate += largest(asks[:, column])
    cost = largest(table[:, (FLOOR_OFFER_COST, FLOOR_SHARED_COST)])
    cost += largest(asks[:, (NET_COST, OWN_SHARED_COST)])
    for column in (FLOOR_SHIFT_END_S, FLOOR_PICKUP_END_S, WAY_S_MAX, WAIT_S_MAX):
        nodes[column] += _ROUNDING * slack_s
    jobs[DROP_LATEST_S] += _ROUNDING * slack_s
    jobs[ASK_RADIUS_M] += _ROUNDING * (way_m + largest(table[:, SPAN_M]))
    jobs[NET_COST] -= _ROUNDING * (cost + rate * slack_s)
    return nodes, jobs


def largest(numbers: F64) -> float:
    """Return the largest absolute value of all that are finite."""
    return float(np.abs(numbers).max(initial=0.0, where=np.isfinite(numbers)))
