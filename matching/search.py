"""The cheapest order of one courier's stops: fixed ones keep theirs, new jobs go anywhere.

Depth-first branch and bound over the interleavings of a fixed sequence with the pickups and
drop-offs of up to four jobs, each pickup before its drop-off. No stop costs less than nothing,
so the cost so far bounds what follows. Children are tried in one order and only a cheaper route
replaces the best: ties go to the fixed stop first, then to the lower row.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.ground import (
    FREE_S,
    LOAD_ON_BOARD,
    LOADS_COUNT,
    Ground,
    approach_s,
    dropoff_of,
    pickup_of,
    ride_s,
)
from matching.kernel import kernel, lean_kernel
from matching.walk import Moment, in_time, load_up, step

SEARCH_JOBS_MAX = 4

# Columns of `Desk.states`: row d + 1 is what holds after the d-th stop, row 0 at the start.
LEAVE_S = 0
ARRIVAL_S = 1
SPENT = 2
LOAD_NOW = 3  # and the next ones, by load dimension
STATES_COLUMNS_COUNT = LOAD_NOW + LOADS_COUNT

# Columns of `Desk.marks`: as with the states for the first four, by position for the others.
CHOICE = 0  # next child to try
FIXED_DONE = 1
PICKED = 2  # bit k: the k-th job is picked up
DROPPED = 3  # bit k: the k-th job is dropped off
PATH = 4  # node of the route in hand
BEST = 5  # node of the cheapest route so far
FIXED = 6  # node that keeps its order
PLACE = 7  # place of each node
MARKS_COLUMNS_COUNT = 8


class Task(NamedTuple):
    """One courier, its S committed stops and the n jobs to be added.

    Nodes: 0 .. S - 1 committed stops, S + 2 k and S + 2 k + 1 the pickup and the drop-off of the
    k-th job, S + 2 n where the courier is.
    """

    courier: int
    stops_count: int
    jobs_count: int


class Desk(NamedTuple):
    """Scratch of the search, reused; W stops at most."""

    states: F64  # (W + 1, STATES_COLUMNS_COUNT)
    marks: I64  # (W + 1, MARKS_COLUMNS_COUNT)
    ride_s: F64  # (W + 1, W + 1) travel time between nodes


@kernel
def desk_for(stops_count_max: int) -> Desk:
    """Return a desk for routes that have at most that many stops."""
    w = stops_count_max + 1
    return Desk(
        np.zeros((w, STATES_COLUMNS_COUNT)),
        np.zeros((w, MARKS_COLUMNS_COUNT), np.int64),
        np.empty((w, w)),
    )


@lean_kernel
def start_of(task: Task) -> int:
    """Return the node where the courier is."""
    return task.stops_count + 2 * task.jobs_count


@lean_kernel
def lay_out(ground: Ground, desk: Desk, task: Task, jobs: I64) -> None:
    """Fill the desk with the courier, its committed stops, the jobs, and the ways between them."""
    c, s, start = task.courier, task.stops_count, start_of(task)
    for i in range(s):
        desk.marks[i, PLACE] = ground.route_start[c] + i
    for k in range(task.jobs_count):
        desk.marks[s + 2 * k, PLACE] = pickup_of(ground, jobs[k])
        desk.marks[s + 2 * k + 1, PLACE] = dropoff_of(ground, jobs[k])
    for a in range(start):
        place = desk.marks[a, PLACE]
        desk.ride_s[start, a] = approach_s(ground, c, place)
        for b in range(a):
            other = desk.marks[b, PLACE]
            desk.ride_s[a, b] = ride_s(ground, c, place, other)
            desk.ride_s[b, a] = ride_s(ground, c, other, place)
    desk.states[0, LEAVE_S] = ground.fleet[c, FREE_S]
    for d in range(LOADS_COUNT):
        desk.states[0, LOAD_NOW + d] = ground.fleet[c, LOAD_ON_BOARD + d]


@lean_kernel
def visit(ground: Ground, desk: Desk, task: Task, depth: int, node: int) -> bool:
    """Return whether the node may be the next stop; if so, note the state after it."""
    before, after, place = desk.states[depth], desk.states[depth + 1], int(desk.marks[node, PLACE])
    previous, previous_node = -1, start_of(task)
    if depth > 0:
        previous_node = int(desk.marks[depth - 1, PATH])
        previous = int(desk.marks[previous_node, PLACE])
    moment = Moment(before[ARRIVAL_S], before[LEAVE_S])
    way_s = desk.ride_s[previous_node, node]
    moment, _, cost = step(ground, previous, place, way_s, moment)
    if not in_time(ground, task.courier, place, moment.arrival_s):
        return False
    loads = desk.states[depth : depth + 2, LOAD_NOW:]
    if not load_up(ground, task.courier, previous, place, loads):
        return False
    after[ARRIVAL_S], after[LEAVE_S] = moment.arrival_s, moment.leave_s
    after[SPENT] = before[SPENT] + cost
    desk.marks[depth, PATH] = node
    picked, dropped = desk.marks[depth, PICKED], desk.marks[depth, DROPPED]
    if node >= task.stops_count:
        job_bit = 1 << ((node - task.stops_count) // 2)
        if (node - task.stops_count) % 2 == 0:
            picked |= job_bit
        else:
            dropped |= job_bit
    desk.marks[depth + 1, PICKED] = picked
    desk.marks[depth + 1, DROPPED] = dropped
    return True


@lean_kernel
def next_node(desk: Desk, task: Task, depth: int, fixed_count: int, free: int) -> int:
    """Return the next child to try at this depth, or -1 when all have been."""
    fixed_done = desk.marks[depth, FIXED_DONE]
    desk.marks[depth + 1, FIXED_DONE] = fixed_done
    waiting = free & ~desk.marks[depth, PICKED]
    riding = free & desk.marks[depth, PICKED] & ~desk.marks[depth, DROPPED]
    while desk.marks[depth, CHOICE] <= 2 * task.jobs_count:
        choice = desk.marks[depth, CHOICE]
        desk.marks[depth, CHOICE] += 1
        if choice == 0:
            if fixed_done < fixed_count:
                desk.marks[depth + 1, FIXED_DONE] = fixed_done + 1
                return int(desk.marks[fixed_done, FIXED])
        elif choice <= task.jobs_count:
            if waiting >> (choice - 1) & 1:
                return int(task.stops_count + 2 * (choice - 1))
        elif riding >> (choice - 1 - task.jobs_count) & 1:
            return int(task.stops_count + 2 * (choice - 1 - task.jobs_count) + 1)
    return -1


@lean_kernel
def search(ground: Ground, desk: Desk, task: Task, fixed_count: int, free: int) -> float:
    """Return the least cost of the fixed nodes and the free jobs (bits), inf if there is none.

    The route is left in the column BEST.
    """
    stops_count = fixed_count
    for k in range(task.jobs_count):
        stops_count += 2 * (free >> k & 1)
    best_cost = np.inf
    depth = min(fixed_count, 0)  # for a literal 0, numba would compile `visit` once more
    desk.marks[0, CHOICE] = 0
    while depth >= 0:
        node = next_node(desk, task, depth, fixed_count, free)
        if node < 0:
            depth -= 1
        elif visit(ground, desk, task, depth, node) and desk.states[depth + 1, SPENT] < best_cost:
            depth += 1
            desk.marks[depth, CHOICE] = 0
            if depth == stops_count:
                best_cost = desk.states[depth, SPENT]
                depth -= 1
                for i in range(stops_count):
                    desk.marks[i, BEST] = desk.marks[i, PATH]
    return best_cost
