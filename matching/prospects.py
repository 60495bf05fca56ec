"""Whom a bidder may want: the cheapest others, by what they cost at least or exactly.

An exact cost is looked for only where a cheaper bound makes it matter, and only once. Everybody who
is not among the prospects costs no less than the bidder's bound; when that is not enough, the
search goes on.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I8, I64
from matching.asks import OPEN_COST
from matching.ground import Ground
from matching.insert_one import Bench, bench_for, insertion_cost
from matching.kernel import lean_kernel
from matching.nodes import Nodes
from matching.scan import (
    COUNT,
    STAMP,
    Desk,
    Hunt,
    beyond_ms,
    desk_for,
    find_couriers,
    find_jobs,
    first_rings,
    in_ms,
)

_FIRST_COUNT = 48  # looked for at first
_FIRST_NODES_COUNT = 200

END = 0  # of the marks: the end of the pool


class Prospects(NamedTuple):
    """Those of B bidders, in one pool; of bidder b from start[b] on. Costs less the open price."""

    start: I64  # (B,)
    size: I64  # (B,)
    bound_ms: F64  # (B,) what all others cost at least
    rings: I64  # (B,) around a job, -1 before the first search
    other: I64  # (P,)
    cost_ms: F64  # (P,) at least
    is_exact: I8  # (P,) 1 where it is the cost itself
    marks: I64  # (1,)


class Tariff(NamedTuple):
    """What a pair is costed by: little, because a kernel that is called copies all it is given."""

    nodes: Nodes
    asks: F64  # (J, ASK_COLUMNS_COUNT)
    jobs: I64  # (A,) of the hunt
    bench: Bench
    are_couriers_bidding: bool


class Search(NamedTuple):
    """What a bidder is found others with."""

    hunt: Hunt
    desk: Desk
    tariff: Tariff


def search_for(hunt: Hunt, *, are_couriers_bidding: bool) -> Search:
    """Return the search of couriers for the hunt's jobs, or of those jobs for couriers."""
    field, jobs = hunt.field, hunt.jobs
    others_count = len(jobs) if are_couriers_bidding else len(field.nodes.kind)
    tariff = Tariff(field.nodes, field.asks, jobs, bench_for(field.nodes), are_couriers_bidding)
    return Search(hunt, desk_for(field, others_count), tariff)


def prospects_for(bidders_count: int, pool_count: int) -> Prospects:
    """Return no prospects yet, and room for some."""
    return Prospects(
        start=np.zeros(bidders_count, np.int64),
        size=np.zeros(bidders_count, np.int64),
        bound_ms=np.full(bidders_count, -np.inf),
        rings=np.full(bidders_count, -1, np.int64),
        other=np.empty(pool_count, np.int64),
        cost_ms=np.empty(pool_count),
        is_exact=np.empty(pool_count, np.int8),
        marks=np.zeros(1, np.int64),
    )


def grown(prospects: Prospects) -> Prospects:
    """Return the prospects with a pool twice as large, and room for all others of a bidder."""
    return prospects._replace(
        other=np.concatenate((prospects.other, np.empty_like(prospects.other))),
        cost_ms=np.concatenate((prospects.cost_ms, np.empty_like(prospects.cost_ms))),
        is_exact=np.concatenate((prospects.is_exact, np.empty_like(prospects.is_exact))),
    )


@lean_kernel
def widen(
    ground: Ground, search: Search, prospects: Prospects, bidder: int, enough_ms: float
) -> bool:
    """Find more prospects or a better bound, if it can be `enough_ms`; return False for no room."""
    desk, first, size = search.desk, prospects.start[bidder], prospects.size[bidder]
    desk.marks[STAMP] += 1
    desk.marks[COUNT] = 0
    for k in range(first, first + size):
        desk.seen[prospects.other[k]] = desk.marks[STAMP]
        desk.slot[prospects.other[k]] = -1
    has_roads = search.hunt.field.has_roads
    bound_ms = find(search, prospects, bidder, enough_ms)
    if not has_roads:
        bound_ms = few_enough(desk, max(_FIRST_COUNT, size), bound_ms)
    if prospects.marks[END] + size + count_below(desk, bound_ms) > prospects.other.shape[0]:
        return False
    if first + size != prospects.marks[END]:
        move(prospects, bidder)
    for k in range(desk.marks[COUNT]):
        if desk.floor_ms[k] <= bound_ms:
            add(desk, prospects, bidder, k)
            if has_roads:
                make_exact(ground, search.tariff, prospects, bidder, prospects.marks[END] - 1)
    prospects.bound_ms[bidder] = bound_ms
    return True


@lean_kernel
def count_below(desk: Desk, bound_ms: float) -> int:
    """Return how many on the desk are not above a bound."""
    count = 0
    for k in range(desk.marks[COUNT]):
        count += desk.floor_ms[k] <= bound_ms
    return count


@lean_kernel
def find(search: Search, prospects: Prospects, bidder: int, enough_ms: float) -> float:
    """Leave those in sight on the desk; return what all others cost at least."""
    hunt, rings = search.hunt, prospects.rings[bidder]
    if search.tariff.are_couriers_bidding:
        find_jobs(hunt, search.desk, bidder)
        return np.inf
    plane, least, ask = hunt.field.plane, hunt.field.least, hunt.field.asks[bidder]
    if rings < 0:
        rings = first_rings(plane, hunt.field.cells, ask, _FIRST_NODES_COUNT)
    rings_max = rings + 1 + rings // 2
    if least.has_roads:
        rings_max, enough_ms = plane.columns_count + plane.rows_count, np.inf
    beyond = beyond_ms(plane, least, ask, rings)
    if prospects.bound_ms[bidder] >= beyond or least.has_roads:
        while rings < rings_max and beyond < enough_ms:
            rings += 1
            beyond = beyond_ms(plane, least, ask, rings)
    prospects.rings[bidder] = rings
    return find_couriers(hunt, search.desk, bidder, rings)


@lean_kernel
def few_enough(desk: Desk, count_max: int, bound_ms: float) -> float:
    """Return the bound, or a lower one that about so many on the desk pass: quickselect."""
    values, count = desk.sorting, 0
    for k in range(desk.marks[COUNT]):
        if desk.floor_ms[k] <= bound_ms:
            values[count] = desk.floor_ms[k]
            count += 1
    if count <= 2 * count_max:
        return bound_ms
    low, high = 0, count - 1
    while low < high:
        i, k = part(values, low, high)
        if k < count_max < i:
            break
        low, high = (low, k) if count_max <= k else (i, high)
    return values[count_max]


@lean_kernel
def part(values: F64, low: int, high: int) -> tuple[int, int]:
    """Put the lower ones of some values first; return where the others begin, and those end."""
    pivot, i, k = values[(low + high) // 2], low, high
    while i <= k:
        while values[i] < pivot:
            i += 1
        while values[k] > pivot:
            k -= 1
        if i <= k:
            values[i], values[k] = values[k], values[i]
            i, k = i + 1, k - 1
    return i, k


@lean_kernel
def move(prospects: Prospects, bidder: int) -> None:
    """Move a bidder's prospects to the end of the pool, where there is room for more."""
    first, end = prospects.start[bidder], prospects.marks[END]
    for k in range(prospects.size[bidder]):
        prospects.other[end + k] = prospects.other[first + k]
        prospects.cost_ms[end + k] = prospects.cost_ms[first + k]
        prospects.is_exact[end + k] = prospects.is_exact[first + k]
    prospects.start[bidder] = end
    prospects.marks[END] += prospects.size[bidder]


@lean_kernel
def add(desk: Desk, prospects: Prospects, bidder: int, place: int) -> None:
    """Put one on the desk behind a bidder's prospects, which are the last in the pool."""
    end = prospects.marks[END]
    prospects.other[end], prospects.is_exact[end] = desk.found[place], 0
    prospects.cost_ms[end] = desk.floor_ms[place]
    prospects.size[bidder] += 1
    prospects.marks[END] += 1


@lean_kernel
def make_exact(
    ground: Ground, tariff: Tariff, prospects: Prospects, bidder: int, slot: int
) -> float:
    """Return what a prospect costs exactly, inf where it cannot be; keep it."""
    if prospects.is_exact[slot] == 0:
        other = int(prospects.other[slot])
        courier, job = other, bidder
        if tariff.are_couriers_bidding:
            courier, job = bidder, int(tariff.jobs[other])
        ask = tariff.asks[job]
        prospects.cost_ms[slot] = pair_ms(ground, tariff.nodes, tariff.bench, ask, courier)
        prospects.is_exact[slot] = 1
    return prospects.cost_ms[slot]


@lean_kernel
def pair_ms(ground: Ground, nodes: Nodes, bench: Bench, ask: F64, courier: int) -> float:
    """Return what the pair costs, less the price of an open job; inf where it cannot be."""
    cost = insertion_cost(ground, nodes, bench, ask, courier)
    return in_ms(cost) - in_ms(ask[OPEN_COST]) if cost < np.inf else np.inf
