"""The cheapest couriers of one job, by cost and price, looked for in rings around its pickup.

A ring farther out cannot hold anybody cheaper than its distance allows; when that is more than the
dearest of those found, all others are known to be dearer. Idle couriers cost what the vector loop
says; a busy one is first bounded from each node of its route, and only inserted into when the bound
is good enough.
"""

import math
from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.asks import IS_ALONE
from matching.field import Field, least_cost_from
from matching.grid import Window, across, beyond_m, ranges_of, window_around
from matching.ground import Ground
from matching.heap import put, sort_heap
from matching.insert_one import Bench, bench_for, detour_cost, insertion_cost
from matching.lean import lean_kernel
from matching.node_floors import IS_BUSY, price_floors
from matching.permits import PASSED, has_declined, unfit

STEPS_PER_S = 1_000.0  # costs are compared by the millisecond, so that equal ones are ties
_CHUNK = 2_048
_BLOCK = 16
_HELD_MAX = 4 * _CHUNK

STAMP, COUNT, HELD = 0, 1, 2  # of the marks of a desk


class Desk(NamedTuple):
    """Scratch of scans, and the list that the last one made: M couriers at most, cheapest first."""

    courier: I64  # (M,)
    cost_ms: F64  # (M,) without the price
    value_ms: F64  # (M,) with it
    seen: I64  # (C,) stamp of the last scan that priced the busy courier
    bench: Bench
    floor: F64  # (_CHUNK,)
    ranges: I64  # (R, 2)
    held: I64  # (_HELD_MAX,) nodes of busy couriers who may be good enough
    held_floor: F64
    marks: I64  # (3,) stamp, and how many there are in the list and held


class Query(NamedTuple):
    """The job, and the value that its couriers stay below."""

    job: int
    value_ms_max: float


class Chunk(NamedTuple):
    """Some nodes that follow each other in the order of the cells, for a query."""

    query: Query
    begin: int
    size: int


def desk_for(field: Field, couriers_max: int) -> Desk:
    """Return a desk for lists of at most so many couriers."""
    couriers_count = len(field.nodes.start) - 1
    return Desk(
        courier=np.empty(couriers_max, np.int64),
        cost_ms=np.empty(couriers_max),
        value_ms=np.empty(couriers_max),
        seen=np.zeros(couriers_count, np.int64),
        bench=bench_for(field.nodes),
        floor=np.empty(_CHUNK),
        ranges=np.empty((2 * field.plane.rows_count, 2), np.int64),
        held=np.empty(_HELD_MAX, np.int64),
        held_floor=np.empty(_HELD_MAX),
        marks=np.zeros(3, np.int64),
    )


@lean_kernel
def in_ms(cost: float) -> float:
    """Return a cost in whole milliseconds."""
    return math.floor(cost * STEPS_PER_S + 0.5)


@lean_kernel
def scan(ground: Ground, field: Field, price_ms: F64, desk: Desk, query: Query) -> float:
    """Leave the job's best couriers on the desk; return what all others are worth at least."""
    ask = field.asks[query.job]
    east, north = across(field.plane, field.asks, query.job)
    desk.marks[STAMP] += 1
    desk.marks[COUNT] = 0
    inner = Window(0, -1, 0, -1)  # no cell
    rings = first_rings(field, desk.courier.shape[0], east, north)
    while True:
        outer = window_around(field.plane, east, north, rings)
        ranges_count = ranges_of(field.plane, field.cells, outer, inner, desk.ranges)
        desk.marks[HELD] = 0
        for r in range(ranges_count):
            begin, end = desk.ranges[r, 0], desk.ranges[r, 1]
            while begin < end:
                size = min(end - begin, _CHUNK)
                if desk.marks[HELD] + size > desk.held.shape[0]:
                    insert_held(ground, field, price_ms, desk, query)
                price_chunk(field, desk, query.job, begin, size)
                take_idle(ground, field, price_ms, desk, Chunk(query, begin, size))
                begin += size
        insert_held(ground, field, price_ms, desk, query)
        apart_m = beyond_m(field.plane, outer, east, north)
        least = least_cost_from(field, ask, apart_m)
        if least == np.inf or least * STEPS_PER_S > worst_ms(desk, query) + 1.0:
            break
        inner = outer
        rings += 1 + rings // 2
    other_ms = worst_ms(desk, query)
    sort_heap(desk.value_ms, desk.courier, desk.marks[COUNT])
    for k in range(desk.marks[COUNT]):
        desk.cost_ms[k] = desk.value_ms[k] - price_ms[desk.courier[k]]
    return other_ms


@lean_kernel
def first_rings(field: Field, couriers_max: int, east: float, north: float) -> int:
    """Return how many rings hold at least as many nodes as couriers are wanted."""
    rings, columns_count = 0, field.plane.columns_count
    while rings < columns_count + field.plane.rows_count:
        window, nodes_count = window_around(field.plane, east, north, rings), 0
        for row in range(window.south, window.north + 1):
            first = row * columns_count
            nodes_count += field.cells.start[first + window.east + 1]
            nodes_count -= field.cells.start[first + window.west]
        if nodes_count >= couriers_max:
            break
        rings += 1
    return rings


@lean_kernel
def worst_ms(desk: Desk, query: Query) -> float:
    """Return the value that another courier must not exceed to be taken into the list."""
    return query.value_ms_max if desk.marks[COUNT] < desk.value_ms.shape[0] else desk.value_ms[0]


@lean_kernel
def price_chunk(field: Field, desk: Desk, job: int, begin: int, size: int) -> None:
    """Leave what the nodes of a chunk cost at least on the desk."""
    if field.has_roads:
        for q in range(size):
            desk.floor[q] = -np.inf
    else:
        price_floors(field.floors, begin, begin + size, field.asks[job], desk.floor)


@lean_kernel
def take_idle(ground: Ground, field: Field, price_ms: F64, desk: Desk, chunk: Chunk) -> None:
    """Take the idle couriers of a chunk into the list, and hold the busy ones' nodes."""
    query, floor, worst, block = chunk.query, desk.floor, worst_ms(desk, chunk.query), 0
    while block < chunk.size:
        block_end = min(block + _BLOCK, chunk.size)
        if block_end - block == _BLOCK and is_dearer(floor, block, worst):
            block = block_end
            continue
        for q in range(block, block_end):
            i = chunk.begin + q
            c = int(field.courier[i])
            if floor[q] == np.inf or floor[q] * STEPS_PER_S + price_ms[c] > worst + 1.0:
                continue
            if field.has_roads or field.floors[IS_BUSY, i] > 0.0:
                hold(desk, i, floor[q])
            elif unfit(ground, c, query.job) == PASSED and not has_declined(ground, c, query.job):
                insert(desk, query, c, in_ms(floor[q]) + float(price_ms[c]))
                worst = worst_ms(desk, query)
        block = block_end


@lean_kernel
def hold(desk: Desk, i: int, floor: float) -> None:
    """Keep a node for a closer look, when the list is better."""
    desk.held[desk.marks[HELD]], desk.held_floor[desk.marks[HELD]] = i, floor
    desk.marks[HELD] += 1


@lean_kernel
def insert_held(ground: Ground, field: Field, price_ms: F64, desk: Desk, query: Query) -> None:
    """Take those of the couriers held into the list who belong there, by their exact costs."""
    ask = field.asks[query.job]
    for h in range(desk.marks[HELD]):
        i = desk.held[h]
        c = int(field.courier[i])
        worst = worst_ms(desk, query) - price_ms[c] + 1.0
        if desk.held_floor[h] * STEPS_PER_S > worst or desk.seen[c] == desk.marks[STAMP]:
            continue
        if ask[IS_ALONE] > 0.0 and not field.has_roads:
            more = detour_cost(ground, field.nodes, int(field.cells.row[i]), ask)
            if (desk.held_floor[h] + more) * STEPS_PER_S > worst:
                continue
        desk.seen[c] = desk.marks[STAMP]
        cost = insertion_cost(ground, field.nodes, desk.bench, ask, c)
        if cost < np.inf:
            insert(desk, query, c, in_ms(cost) + float(price_ms[c]))
    desk.marks[HELD] = 0


@lean_kernel
def is_dearer(floor: F64, begin: int, worst: float) -> bool:
    """Return whether all of a block cost more; a count compiles to vectors, a minimum does not."""
    first, limit, count = np.uint64(begin), (worst + 1.0) / STEPS_PER_S, 0
    for q in range(np.uint64(_BLOCK)):
        count += floor[first + q] <= limit
    return count == 0


@lean_kernel
def insert(desk: Desk, query: Query, courier: int, value_ms: float) -> None:
    """Put a courier into the list, unless it is full of better ones."""
    if value_ms < query.value_ms_max:
        count = desk.marks[COUNT]
        desk.marks[COUNT] = put(desk.value_ms, desk.courier, count, value_ms, courier)
