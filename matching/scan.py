"""Who is looked at for one bidder: couriers around a job, or jobs around a courier's route.

An entry is what the pair costs at least, less the price of leaving the job open. Of a courier with
several nodes the cheapest one counts.
"""

import math
from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.asks import ASK_RADIUS_M, OPEN_COST, PICK_EAST_M, PICK_NORTH_M
from matching.field import Field, Least, least_cost_from
from matching.floors import (
    F32,
    Columns,
    Needs,
    ask_at,
    node_at,
    price_asks,
    price_nodes,
)
from matching.grid import Cells, Plane, beyond_m, ranges_within, sort_into, window_around
from matching.kernel import lean_kernel
from matching.node_floors import EAST_M, NORTH_M, PACE_S_PER_M, SPAN_M, WAY_S_MAX

STEPS_PER_S = 1_000.0  # costs are compared by the millisecond, so that equal ones are ties
_CHUNK = 2_048
_FLOOR_MAX = 1e30  # below infinity

STAMP, COUNT = 0, 1  # of the marks of a desk


class Hunt(NamedTuple):
    """Where couriers are looked for, or where jobs are."""

    field: Field
    jobs: I64  # (A,) asked about, in the order of their cells
    asks: Columns  # of them
    ask_cells: Cells
    place: I64  # (N,) of each node in the order of the cells
    radius_m_max: float
    open_ms: F64  # (J,) price of leaving a job open


class Desk(NamedTuple):
    """Scratch of searches among M others, and what the last one found."""

    seen: I64  # (M,) stamp of the last search that met this one
    slot: I64  # (M,) where it is on the desk, -1 for one who was known before
    found: I64  # (M,)
    floor_ms: F64  # (M,)
    sorting: F64  # (M,)
    floor: F32  # (_CHUNK,)
    ranges: I64  # (R, 2)
    marks: I64  # (2,) stamp and count


def hunt_for(field: Field, asked_jobs: I64) -> Hunt:
    """Return the hunt of some jobs, or for them."""
    cells = sort_into(field.plane, np.ascontiguousarray(field.asks[asked_jobs]))
    jobs = asked_jobs[cells.row]
    lanes, place = field.ask_lanes, np.empty(len(field.courier), np.int64)
    place[field.cells.row] = np.arange(len(place))
    return Hunt(
        field=field,
        jobs=jobs,
        asks=Columns(
            np.ascontiguousarray(lanes.numbers[:, jobs]),
            lanes.vehicles[jobs],
            lanes.abilities[jobs],
        ),
        ask_cells=cells,
        place=place,
        radius_m_max=float(field.asks[jobs, ASK_RADIUS_M].max(initial=0.0)),
        open_ms=np.floor(field.asks[:, OPEN_COST] * STEPS_PER_S + 0.5),
    )


def desk_for(field: Field, others_count: int) -> Desk:
    """Return a desk for searches among so many others."""
    return Desk(
        seen=np.zeros(others_count, np.int64),
        slot=np.zeros(others_count, np.int64),
        found=np.empty(others_count, np.int64),
        floor_ms=np.empty(others_count),
        sorting=np.empty(others_count),
        floor=np.empty(_CHUNK, np.float32),
        ranges=np.empty((field.plane.rows_count, 2), np.int64),
        marks=np.zeros(2, np.int64),
    )


@lean_kernel
def in_ms(cost: float) -> float:
    """Return a cost in whole milliseconds."""
    return math.floor(cost * STEPS_PER_S + 0.5)


@lean_kernel
def find_couriers(hunt: Hunt, desk: Desk, job: int, rings: int) -> float:
    """Leave the couriers on the desk who are worth no more than any farther than so many rings.

    Return what all others are worth at least.
    """
    field = hunt.field
    asks = field.ask_lanes
    east, north = cells_across(field.plane, field.asks[job])
    ask = ask_at(asks.numbers, np.uint64(job))
    needs = Needs(np.uint32(asks.vehicles[job]), np.uint32(asks.abilities[job]))
    reach = beyond_m(field.plane, window_around(field.plane, east, north, rings), east, north)
    reach /= field.plane.cell_m
    ranges_count = ranges_within(field.plane, field.cells, (east, north), reach, desk.ranges)
    bound_ms = beyond_ms(field.plane, field.least, field.asks[job], rings)
    floor_max = min((bound_ms + 1.0) / STEPS_PER_S, _FLOOR_MAX)
    for r in range(ranges_count):
        begin, end = desk.ranges[r, 0], desk.ranges[r, 1]
        while begin < end:
            floor = desk.floor[: min(end - begin, _CHUNK)]
            price_nodes(field.lanes, begin, ask, needs, floor)
            if field.has_roads:
                know_nothing(floor)
            for q in range(floor.shape[0]):
                if floor[q] <= floor_max:
                    note(desk, int(field.courier[begin + q]), float(floor[q]))
            begin += floor.shape[0]
    return bound_ms


@lean_kernel
def find_jobs(hunt: Hunt, desk: Desk, courier: int) -> None:
    """Leave the jobs on the desk that cost less with the courier than if they stay open."""
    field = hunt.field
    for row in range(field.nodes.start[courier], field.nodes.start[courier + 1]):
        i = hunt.place[row]
        node = node_at(field.lanes.numbers, np.uint64(i))
        needs = Needs(np.uint32(field.lanes.vehicles[i]), np.uint32(field.lanes.abilities[i]))
        ranges_count = ranges_in_reach(hunt, desk, field.floors[row])
        for r in range(ranges_count):
            begin, end = desk.ranges[r, 0], desk.ranges[r, 1]
            while begin < end:
                floor = desk.floor[: min(end - begin, _CHUNK)]
                price_asks(hunt.asks, begin, node, needs, floor)
                if field.has_roads:
                    know_nothing(floor)
                for q in range(floor.shape[0]):
                    if floor[q] < 0.0:
                        note(desk, begin + q, float(floor[q]))
                begin += floor.shape[0]


@lean_kernel
def ranges_in_reach(hunt: Hunt, desk: Desk, node: F64) -> int:
    """Return how many ranges of jobs there are as far around a node as any may be."""
    plane = hunt.field.plane
    reach_m = min(hunt.radius_m_max + node[SPAN_M], node[WAY_S_MAX] / node[PACE_S_PER_M])
    east, north = node[EAST_M] / plane.cell_m, node[NORTH_M] / plane.cell_m
    reach = reach_m / plane.cell_m
    return ranges_within(plane, hunt.ask_cells, (east, north), reach, desk.ranges)


@lean_kernel
def know_nothing(floor: F32) -> None:
    """Take back what straight lines say, because roads may be shorter."""
    for q in range(floor.shape[0]):
        floor[q] = -np.inf


@lean_kernel
def note(desk: Desk, other: int, floor: float) -> None:
    """Put one on the desk, unless it is known, or is there already and cheaper."""
    floor_ms = np.floor(floor * STEPS_PER_S) - 1.0
    if desk.seen[other] != desk.marks[STAMP]:
        slot = desk.marks[COUNT]
        desk.seen[other], desk.slot[other] = desk.marks[STAMP], slot
        desk.found[slot], desk.floor_ms[slot] = other, floor_ms
        desk.marks[COUNT] += 1
    elif desk.slot[other] >= 0 and floor_ms < desk.floor_ms[desk.slot[other]]:
        desk.floor_ms[desk.slot[other]] = floor_ms


@lean_kernel
def cells_across(plane: Plane, ask: F64) -> tuple[float, float]:
    """Return how many cells east and north of the first one's corner a pickup is."""
    return ask[PICK_EAST_M] / plane.cell_m, ask[PICK_NORTH_M] / plane.cell_m


@lean_kernel
def first_rings(plane: Plane, cells: Cells, ask: F64, nodes_count_min: int) -> int:
    """Return how many rings around a job hold at least so many nodes."""
    rings, columns_count = 0, plane.columns_count
    east, north = cells_across(plane, ask)
    while rings < columns_count + plane.rows_count:
        window, nodes_count = window_around(plane, east, north, rings), 0
        for row in range(window.south, window.north + 1):
            first = row * columns_count
            nodes_count += cells.start[first + window.east + 1]
            nodes_count -= cells.start[first + window.west]
        if nodes_count >= nodes_count_min:
            break
        rings += 1
    return rings


@lean_kernel
def beyond_ms(plane: Plane, least: Least, ask: F64, rings: int) -> float:
    """Return what everybody without a node within so many rings is worth at least."""
    east, north = cells_across(plane, ask)
    window = window_around(plane, east, north, rings)
    cost = least_cost_from(least, ask, beyond_m(plane, window, east, north))
    if not np.isfinite(cost):
        return cost
    return math.floor(cost * STEPS_PER_S) - in_ms(ask[OPEN_COST]) - 1.0
