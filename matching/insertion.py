"""What it costs a courier to take a unit into its route, and the route that this makes."""

import numpy as np

from matching.arrays import F64, I64
from matching.ground import BASE_COST, JOBS_ROOM, OFFER_COST, Ground
from matching.itinerary import Itinerary
from matching.kernel import kernel, lean_kernel
from matching.quotes import Quotes
from matching.search import (
    BEST,
    FIXED,
    PATH,
    PLACE,
    SPENT,
    Desk,
    Task,
    desk_for,
    lay_out,
    search,
    start_of,
    visit,
)
from matching.units import Units

_ORDERS_MAX = 2_520  # orders of four jobs on an empty route; beyond, jobs go in one by one


@lean_kernel
def orders_count(stops_count: int, jobs_count: int) -> int:
    """Return how many routes keep the order of the stops and pick up every job before dropping it.

    (2 n)! / 2^n orders of the n jobs alone, times the choices of their 2 n places among all.
    """
    count = 1.0
    for i in range(1, 2 * jobs_count + 1):
        count *= stops_count + i
        if i % 2 == 0:
            count /= 2.0
    return int(count)


@lean_kernel
def task_of(ground: Ground, courier: int, jobs_count: int) -> Task:
    """Return the task of giving some jobs to a courier."""
    stops_count = ground.route_start[courier + 1] - ground.route_start[courier]
    return Task(courier, stops_count, jobs_count)


@lean_kernel
def plan_route(ground: Ground, desk: Desk, task: Task) -> int:
    """Leave the cheapest route on the desk that is laid out, in hand; return its stops, or 0.

    Exact for one job, and wherever there are few orders; else each job is inserted exactly into
    the route of the ones before.
    """
    fixed_count, n = task.stops_count, task.jobs_count
    for i in range(fixed_count):
        desk.marks[i, FIXED] = i
    is_exact = n == 1 or orders_count(fixed_count, n) <= _ORDERS_MAX
    for k in range(1 if is_exact else n):
        free = (1 << n) - 1 if is_exact else 1 << k
        if not np.isfinite(search(ground, desk, task, fixed_count, free)):
            return 0
        fixed_count = task.stops_count + 2 * (n if is_exact else k + 1)
        for i in range(fixed_count):
            desk.marks[i, FIXED] = desk.marks[i, BEST]
    for depth in range(fixed_count):
        visit(ground, desk, task, depth, int(desk.marks[depth, FIXED]))
    return fixed_count


@kernel
def widest_desk(ground: Ground, units: Units, pair_courier: I64) -> Desk:
    """Return a desk for the longest route that any of these couriers may get by any unit."""
    stops_count_max, jobs_count_max = 0, 0
    for u in range(units.start.shape[0] - 1):
        jobs_count_max = max(jobs_count_max, units.start[u + 1] - units.start[u])
    for p in range(pair_courier.shape[0]):
        stops_count_max = max(stops_count_max, task_of(ground, pair_courier[p], 0).stops_count)
    return desk_for(stops_count_max + 2 * jobs_count_max)


@lean_kernel
def committed_ways_s(desk: Desk, task: Task) -> float:
    """Return the travel time of the committed route alone."""
    total_s, previous = 0.0, start_of(task)
    for i in range(task.stops_count):
        total_s += desk.ride_s[previous, i]
        previous = i
    return total_s


@lean_kernel
def ways_s(desk: Desk, task: Task, stops_count: int) -> float:
    """Return the travel time of the route in hand."""
    total_s, previous = 0.0, start_of(task)
    for depth in range(stops_count):
        total_s += desk.ride_s[previous, desk.marks[depth, PATH]]
        previous = desk.marks[depth, PATH]
    return total_s


@kernel
def price_pairs(ground: Ground, units: Units, pair_unit: I64, pair_courier: I64) -> tuple[F64, F64]:
    """Return (P,) costs of routes, inf where none is feasible, and (P,) extra travel times."""
    cost = np.full(pair_unit.shape[0], np.inf)
    extra_s = np.zeros(pair_unit.shape[0])
    desk = widest_desk(ground, units, pair_courier)
    for p in range(pair_unit.shape[0]):
        u = pair_unit[p]
        jobs = units.job[units.start[u] : units.start[u + 1]]
        task = task_of(ground, pair_courier[p], jobs.shape[0])
        if jobs.shape[0] > ground.fleet[task.courier, JOBS_ROOM]:
            continue
        lay_out(ground, desk, task, jobs)
        committed_s = committed_ways_s(desk, task)
        stops_count = plan_route(ground, desk, task)
        if stops_count > 0:
            row = ground.fleet[task.courier]
            cost[p] = desk.states[stops_count, SPENT] - row[BASE_COST] + row[OFFER_COST]
            extra_s[p] = ways_s(desk, task, stops_count) - committed_s
    return cost, extra_s


@kernel
def lay_pairs(ground: Ground, units: Units, pair_unit: I64, pair_courier: I64) -> tuple[I64, I64]:
    """Return start and place of the routes of feasible pairs, as in `Itinerary`."""
    start = np.zeros(pair_unit.shape[0] + 1, np.int64)
    for p in range(pair_unit.shape[0]):
        jobs_count = units.start[pair_unit[p] + 1] - units.start[pair_unit[p]]
        stops_count = task_of(ground, pair_courier[p], 0).stops_count
        start[p + 1] = start[p] + stops_count + 2 * jobs_count
    place = np.empty(start[-1], np.int64)
    desk = widest_desk(ground, units, pair_courier)
    for p in range(pair_unit.shape[0]):
        u = pair_unit[p]
        jobs = units.job[units.start[u] : units.start[u + 1]]
        task = task_of(ground, pair_courier[p], jobs.shape[0])
        lay_out(ground, desk, task, jobs)
        for depth in range(plan_route(ground, desk, task)):
            place[start[p] + depth] = desk.marks[desk.marks[depth, PATH], PLACE]
    return start, place


def quote(ground: Ground, units: Units, pair_unit: I64, pair_courier: I64) -> Quotes:
    """Return quotes for the feasible ones among pairs that are sorted by unit, then courier."""
    cost, _ = price_pairs(ground, units, pair_unit, pair_courier)
    is_feasible = np.isfinite(cost)
    return Quotes(pair_unit[is_feasible], pair_courier[is_feasible], cost[is_feasible])


def lay_routes(ground: Ground, units: Units, pair_unit: I64, pair_courier: I64) -> Itinerary:
    """Return the routes of pairs that have a quote."""
    return Itinerary(pair_courier, *lay_pairs(ground, units, pair_unit, pair_courier))
