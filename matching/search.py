"""The cheapest order of one courier's stops: fixed ones keep theirs, new jobs go anywhere.

Depth-first branch and bound over the interleavings of a fixed sequence with the pickups and
drop-offs of up to four jobs, each pickup before its drop-off. Every term of the cost grows along
a route, so the cost so far bounds what follows. Children are tried in one order and only a
cheaper route replaces the best: ties go to the fixed stop first, then to the lower row.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.costs import (
    COURIER_TIME,
    DETOUR,
    INBOUND,
    LATENESS,
    PICKUP_WAIT,
    ROUTE_TERMS_COUNT,
    Rates,
)
from matching.ground import (
    CAPACITY,
    DUE_S,
    FLEET_COLUMNS_COUNT,
    FREE_S,
    IS_DROPOFF,
    LATEST_S,
    LOAD_CHANGE,
    LOAD_ON_BOARD,
    PLACES_COLUMNS_COUNT,
    READY_S,
    SERVICE_S,
    SHIFT_END_S,
    Ground,
    approach_s,
    dropoff_of,
    pickup_of,
    ride_s,
)
from matching.kernel import kernel

SEARCH_JOBS_MAX = 4
_SLACK_S = 1e-6  # equal ways added up in another order differ by less
_SLACK_LOAD = 1e-6

# Columns of `Desk.nodes`, behind those of a place:
BASE_S = (
    PLACES_COLUMNS_COUNT  # arrival at a committed stop without the jobs; at the start node: end
)
LEFT_S = BASE_S + 1  # when the courier left this pickup, on the route in hand

# Columns of `Desk.states`: row d + 1 is what holds after the d-th stop, row 0 at the start.
LEAVE_S = 0
ARRIVAL_S = 1
LOAD_NOW = 2  # and the next two, by load dimension
SPENT = 5  # and the next ones, by route term
STATES_COLUMNS_COUNT = SPENT + ROUTE_TERMS_COUNT

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
    rates: Rates


class Desk(NamedTuple):
    """Scratch of the search, reused; W stops at most."""

    nodes: F64  # (W + 1, columns of a place, BASE_S, LEFT_S)
    states: F64  # (W + 1, STATES_COLUMNS_COUNT)
    marks: I64  # (W + 1, MARKS_COLUMNS_COUNT)
    ride_s: F64  # (W + 1, W + 1) travel time between nodes
    courier: F64  # (FLEET_COLUMNS_COUNT,)


@kernel
def desk_for(stops_count_max: int) -> Desk:
    """Return a desk for routes that have at most that many stops."""
    w = stops_count_max + 1
    return Desk(
        np.empty((w, PLACES_COLUMNS_COUNT + 2)),
        np.zeros((w, STATES_COLUMNS_COUNT)),
        np.zeros((w, MARKS_COLUMNS_COUNT), np.int64),
        np.empty((w, w)),
        np.empty(FLEET_COLUMNS_COUNT),
    )


@kernel
def start_of(task: Task) -> int:
    """Return the node where the courier is."""
    return task.stops_count + 2 * task.jobs_count


@kernel
def lay_out(ground: Ground, desk: Desk, task: Task, jobs: I64) -> None:
    """Fill the desk with the courier, its committed stops, the jobs, and the ways between them."""
    c, s, start = task.courier, task.stops_count, start_of(task)
    for i in range(FLEET_COLUMNS_COUNT):
        desk.courier[i] = ground.fleet[c, i]
    for i in range(s):
        desk.marks[i, PLACE] = ground.route_start[c] + i
    for k in range(task.jobs_count):
        desk.marks[s + 2 * k, PLACE] = pickup_of(ground, jobs[k])
        desk.marks[s + 2 * k + 1, PLACE] = dropoff_of(ground, jobs[k])
    for a in range(start):
        place = desk.marks[a, PLACE]
        for i in range(PLACES_COLUMNS_COUNT):
            desk.nodes[a, i] = ground.places[place, i]
        latest_s = min(desk.nodes[a, LATEST_S], desk.courier[SHIFT_END_S])
        desk.nodes[a, LATEST_S] = latest_s + _SLACK_S
        desk.ride_s[start, a] = approach_s(ground, c, place)
        for b in range(a):
            way_s = ride_s(ground, c, place, desk.marks[b, PLACE])
            desk.ride_s[a, b] = way_s
            desk.ride_s[b, a] = way_s
    desk.states[0, LEAVE_S] = desk.courier[FREE_S]
    for d in range(3):
        desk.states[0, LOAD_NOW + d] = desk.courier[LOAD_ON_BOARD + d]


@kernel
def follow_committed(desk: Desk, task: Task) -> float:
    """Note when the courier does what it has promised, and return its travel time, seconds.

    What would be late anyway may stay as late, and no later.
    """
    leave_s, previous, total_s = desk.courier[FREE_S], start_of(task), 0.0
    for i in range(task.stops_count):
        arrival_s = leave_s + desk.ride_s[previous, i]
        total_s += desk.ride_s[previous, i]
        desk.nodes[i, BASE_S] = arrival_s
        desk.nodes[i, LATEST_S] = max(desk.nodes[i, LATEST_S], arrival_s + _SLACK_S)
        leave_s = max(arrival_s, desk.nodes[i, READY_S]) + desk.nodes[i, SERVICE_S]
        previous = i
    desk.nodes[start_of(task), BASE_S] = leave_s
    return total_s


@kernel
def load_up(desk: Desk, depth: int, node: int) -> bool:
    """Return whether the load after the stop is within capacity, and note it."""
    for d in range(3):
        load = desk.states[depth, LOAD_NOW + d] + desk.nodes[node, LOAD_CHANGE + d]
        if load > desk.courier[CAPACITY + d] + _SLACK_LOAD:
            return False
        desk.states[depth + 1, LOAD_NOW + d] = load
    return True


@kernel
def spend_at_pickup(desk: Desk, task: Task, depth: int, node: int, inbound_s: float) -> None:
    """Add what the pickup of a new job costs, and mark the job as on board."""
    after = depth + 1
    arrival_s, ready_s = desk.states[after, ARRIVAL_S], desk.nodes[node, READY_S]
    start_s = max(arrival_s, ready_s)
    wait_s = start_s - max(ready_s, 0.0)
    desk.states[after, SPENT + PICKUP_WAIT] += task.rates.pickup_wait * wait_s
    if desk.marks[depth, PICKED] == 0:
        desk.states[after, SPENT + INBOUND] += task.rates.inbound * inbound_s
        if depth == task.stops_count:  # nothing else to do: it may leave later, or serve others
            idle_s = start_s - arrival_s
            desk.states[after, SPENT + COURIER_TIME] -= task.rates.courier_time * idle_s
    desk.nodes[node, LEFT_S] = desk.states[after, LEAVE_S]
    desk.marks[after, PICKED] |= 1 << ((node - task.stops_count) // 2)


@kernel
def spend_at_dropoff(desk: Desk, task: Task, depth: int, node: int) -> None:
    """Add what the drop-off of a new job costs, and mark the job as done."""
    after = depth + 1
    arrival_s = desk.states[after, ARRIVAL_S]
    longer_s = arrival_s - desk.nodes[node - 1, LEFT_S] - desk.ride_s[node - 1, node]
    desk.states[after, SPENT + DETOUR] += task.rates.detour * max(0.0, longer_s)
    late_s = max(0.0, arrival_s - desk.nodes[node, DUE_S])
    desk.states[after, SPENT + LATENESS] += task.rates.lateness * late_s
    desk.marks[after, DROPPED] |= 1 << ((node - task.stops_count) // 2)


@kernel
def visit(desk: Desk, task: Task, depth: int, node: int) -> bool:
    """Return whether the node may be the next stop; if so, note the state after it."""
    previous = desk.marks[depth - 1, PATH] if depth > 0 else start_of(task)
    inbound_s = desk.ride_s[previous, node]
    arrival_s = desk.states[depth, LEAVE_S] + inbound_s
    if arrival_s > desk.nodes[node, LATEST_S] or not load_up(desk, depth, node):
        return False
    after = depth + 1
    leave_s = max(arrival_s, desk.nodes[node, READY_S]) + desk.nodes[node, SERVICE_S]
    for term in range(SPENT, STATES_COLUMNS_COUNT):
        desk.states[after, term] = desk.states[depth, term]
    busy_s = leave_s - desk.states[depth, LEAVE_S]
    desk.states[after, SPENT + COURIER_TIME] += task.rates.courier_time * busy_s
    desk.states[after, ARRIVAL_S], desk.states[after, LEAVE_S] = arrival_s, leave_s
    desk.marks[depth, PATH] = node
    desk.marks[after, PICKED] = desk.marks[depth, PICKED]
    desk.marks[after, DROPPED] = desk.marks[depth, DROPPED]
    is_dropoff = desk.nodes[node, IS_DROPOFF] > 0.0
    if node < task.stops_count:
        later_s = max(0.0, arrival_s - desk.nodes[node, BASE_S]) if is_dropoff else 0.0
        desk.states[after, SPENT + DETOUR] += task.rates.detour * later_s
    elif is_dropoff:
        spend_at_dropoff(desk, task, depth, node)
    else:
        spend_at_pickup(desk, task, depth, node, inbound_s)
    return True


@kernel
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


@kernel
def spent_at(desk: Desk, depth: int) -> float:
    """Return the cost of the first stops of the route in hand."""
    total = 0.0
    for term in range(SPENT, STATES_COLUMNS_COUNT):
        total += desk.states[depth, term]
    return total


@kernel
def search(desk: Desk, task: Task, fixed_count: int, free: int) -> float:
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
        elif visit(desk, task, depth, node) and spent_at(desk, depth + 1) < best_cost:
            depth += 1
            desk.marks[depth, CHOICE] = 0
            if depth == stops_count:
                best_cost = spent_at(desk, depth)
                depth -= 1
                for i in range(stops_count):
                    desk.marks[i, BEST] = desk.marks[i, PATH]
    return best_cost
