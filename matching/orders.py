"""The cheapest order of stops of many small bundles at once, each for a courier without stops.

The tree of all prefixes, each pickup before its drop-off, is walked once for a block of bundles:
a node is one update of all lanes, and a node from which no lane can gain is skipped with all that
follows it. The answer is that of `search`, which takes one bundle after the other.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.ground import Ground
from matching.kernel import kernel, lean_kernel
from matching.lanes import (
    ARRIVAL_S,
    COST,
    FEE,
    FULL,
    GAP_S,
    LANES,
    LANES_COUNT,
    LATE_FEE,
    LATE_S,
    LEAVE_S,
    LIMIT_S,
    MIXED,
    ORDER,
    RATE,
    SERVED_S,
    SHARED,
    SOONEST_S,
    SPENT,
    Asked,
    desk_for,
    lay_out,
    rows_for,
)
from matching.units import Units

ORDERS_JOBS_MAX = 4

# Columns of a tree: one row per prefix, in the order in which they are walked.
BEFORE = 0  # row of the desk with the state before its last stop, the one after it is the next
STOP = 1  # row of the desk with its last stop
WAY = 2  # row of the desk with the way to it
TOLL = 3  # row of the desk with what may not be on board then, -1 at a drop-off
END = 4  # row behind all prefixes that begin with it
TREE_COLUMNS_COUNT = 5


class Orders(NamedTuple):
    """The cheapest orders of B bundles."""

    cost: F64  # (B,) infinite if there is none below the maximum
    place: I64  # (B, 2 n of the largest) rows of `Ground.places` in order, -1 behind the last


def best_orders(
    ground: Ground, bundles: Units, courier: I64, *, cost_max: F64, approach_share: float = 1.0
) -> Orders:
    """Return the cheapest order of each bundle, 1 to ORDERS_JOBS_MAX jobs, at one courier each.

    No filter but those of the route is looked at: not who may carry what, nor JOBS_ROOM.

    Args:
        ground: after `settle`.
        bundles: B bundles.
        courier: (B,) rows of couriers, none of whom has stops.
        cost_max: (B,) an order must cost less; infinite for any.
        approach_share: 1 from where the couriers are, 0 as if each were at its first pickup.
    """
    assert (np.diff(ground.route_start)[courier] == 0).all(), "a courier with stops"
    sizes = np.diff(bundles.start)
    widest = int(sizes.max(initial=1))
    assert widest <= ORDERS_JOBS_MAX, "a bundle too large"
    found = Orders(np.full(len(sizes), np.inf), np.full((len(sizes), 2 * widest), -1, np.int64))
    for jobs_count in range(1, widest + 1):
        rows = np.flatnonzero(sizes == jobs_count)
        job = bundles.job[bundles.start[rows][:, None] + np.arange(jobs_count)]
        asked = Asked(job, courier[rows], cost_max[rows], float(approach_share))
        cost, end = walk_all(ground, tree_of(jobs_count), asked)
        found.cost[rows] = cost
        found.place[rows, : 2 * jobs_count] = places_of(ground, job, end)
    return found


def places_of(ground: Ground, job: I64, end: I64) -> I64:
    """Return the (M, 2 n) places of the orders that end at those rows of the tree, -1 for none."""
    jobs_count = job.shape[1]
    node = np.vstack((np.full((1, 2 * jobs_count), -1), _nodes_of(jobs_count)))[end + 1]
    owner = np.take_along_axis(job, np.maximum(node, 0) % jobs_count, axis=1)
    place = ground.stops_count + owner + ground.jobs_count * (node // jobs_count)
    return np.where(node >= 0, place, -1)


@cache
def tree_of(jobs_count: int) -> I64:
    """Return the (R, TREE_COLUMNS_COUNT) prefixes of all orders, lower stops first."""
    nodes_count, desk, rows = 2 * jobs_count, rows_for(jobs_count), list[list[int]]()

    def grow(path: list[int], aboard: int) -> None:
        for node in range(nodes_count):
            job_bit = 1 << node % jobs_count
            is_pickup = node < jobs_count
            if node in path or (not is_pickup and not aboard & job_bit):
                continue
            after = aboard ^ job_bit
            way = desk.ways + (path[-1] if path else nodes_count) * nodes_count + node
            toll = desk.tolls + after * jobs_count + node if is_pickup else -1
            row = [len(path), desk.stops + node, way, toll, 0]
            rows.append(row)
            grow([*path, node], after)
            row[END] = len(rows)

    grow([], 0)
    return np.array(rows, np.int64)


@cache
def _nodes_of(jobs_count: int) -> I64:
    """Return the (R, 2 n) stops of each prefix, -1 behind its last."""
    tree = tree_of(jobs_count)
    nodes = np.full((len(tree), 2 * jobs_count), -1, np.int64)
    for row, (depth, stop) in enumerate(tree[:, : STOP + 1].tolist()):
        nodes[row, :depth] = nodes[row - 1, :depth]
        nodes[row, depth] = stop - rows_for(jobs_count).stops
    return nodes


@kernel
def walk_all(ground: Ground, tree: I64, asked: Asked) -> tuple[F64, I64]:
    """Return the (M,) least costs, and the rows of the tree where those orders end, or -1."""
    bundles_count, jobs_count = asked.job.shape
    cost, end = np.full(bundles_count, np.inf), np.full(bundles_count, -1, np.int64)
    desk, best = desk_for(jobs_count), rows_for(jobs_count).best
    for first in range(0, bundles_count, LANES_COUNT):
        tolls_count = lay_out(ground, desk, asked, first)
        walk_tree(tree, desk, 2 * jobs_count, tolls_count)
        for lane in range(min(LANES_COUNT, bundles_count - first)):
            row = int(desk[best, LANES_COUNT + lane])
            if row >= 0:
                cost[first + lane], end[first + lane] = desk[best, lane], row
    return cost, end


@lean_kernel
def walk_tree(tree: I64, desk: F64, stops_count: int, tolls_count: int) -> None:
    """Leave the least cost of each lane, and the row where its order ends, in the last row."""
    row = 0
    while row < tree.shape[0]:
        if tree[row, TOLL] >= 0:
            pick_up(desk, tree, row)
            if tolls_count > 0:
                pay_toll(desk, tree, row)
        else:
            drop_off(desk, tree, row)
        after = tree[row, BEFORE] + 1
        if after == stops_count:
            keep_best(desk, after, row)
            row += 1
        elif can_gain(desk, after):
            row += 1
        else:
            row = tree[row, END]


@lean_kernel
def pick_up(desk: F64, tree: I64, row: int) -> None:
    """Note the state of all lanes after a pickup."""
    before, way, stop = tree[row, BEFORE], tree[row, WAY], tree[row, STOP]
    after = before + 1
    for q in range(LANES):
        alone_s = desk[before, LEAVE_S + q] + desk[way, GAP_S + q]
        arrival_s = desk[before, ARRIVAL_S + q] if desk[way, SHARED + q] > 0.0 else alone_s
        start_s = max(arrival_s, desk[stop, SOONEST_S + q])
        spent = desk[before, SPENT + q] + desk[way, FEE + q] + desk[stop, RATE + q] * start_s
        leave_s = max(start_s + desk[stop, SERVED_S + q], desk[before, LEAVE_S + q])
        desk[after, ARRIVAL_S + q] = arrival_s
        desk[after, LEAVE_S + q] = leave_s
        desk[after, SPENT + q] = spent if arrival_s <= desk[stop, LIMIT_S + q] else np.inf


@lean_kernel
def pay_toll(desk: F64, tree: I64, row: int) -> None:
    """Add what may not be on board to what the lanes have spent at a pickup."""
    after, way, toll = tree[row, BEFORE] + 1, tree[row, WAY], tree[row, TOLL]
    for q in range(LANES):
        mixed = 0.0 if desk[way, SHARED + q] > 0.0 else desk[toll, MIXED + q]
        desk[after, SPENT + q] += desk[toll, FULL + q] + mixed


@lean_kernel
def drop_off(desk: F64, tree: I64, row: int) -> None:
    """Note the state of all lanes after a drop-off, which nobody has to wait for."""
    before, way, stop = tree[row, BEFORE], tree[row, WAY], tree[row, STOP]
    after = before + 1
    for q in range(LANES):
        alone_s = desk[before, LEAVE_S + q] + desk[way, GAP_S + q]
        arrival_s = desk[before, ARRIVAL_S + q] if desk[way, SHARED + q] > 0.0 else alone_s
        late = desk[stop, LATE_FEE + q] * max(0.0, arrival_s - desk[stop, LATE_S + q])
        fee = desk[way, FEE + q] + desk[stop, RATE + q] * arrival_s + late
        spent = desk[before, SPENT + q] + fee
        leave_s = max(arrival_s + desk[stop, SERVED_S + q], desk[before, LEAVE_S + q])
        desk[after, ARRIVAL_S + q] = arrival_s
        desk[after, LEAVE_S + q] = leave_s
        desk[after, SPENT + q] = spent if arrival_s <= desk[stop, LIMIT_S + q] else np.inf


@lean_kernel
def can_gain(desk: F64, after: int) -> bool:
    """Return whether any lane has spent less than its best; no stop costs less than nothing."""
    best, gaining_count = desk.shape[0] - 1, 0
    for q in range(LANES):
        gaining_count += 1 if desk[after, SPENT + q] < desk[best, COST + q] else 0
    return gaining_count > 0


@lean_kernel
def keep_best(desk: F64, after: int, row: int) -> None:
    """Replace the best of the lanes where this order costs less."""
    best = desk.shape[0] - 1
    for q in range(LANES):
        is_less = desk[after, SPENT + q] < desk[best, COST + q]
        desk[best, ORDER + q] = float(row) if is_less else desk[best, ORDER + q]
        desk[best, COST + q] = desk[after, SPENT + q] if is_less else desk[best, COST + q]
