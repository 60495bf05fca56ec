"""Slow plain-Python twins of the kernels: what they should answer, said as simply as possible."""

import itertools
import math
from collections.abc import Iterator
from typing import NamedTuple

from matching.candidates import FILTERS
from matching.params import Params
from matching.snapshot import Snapshot

EARTH_RADIUS_M = 6_371_008.8
SLACK = 1e-6


def distance_m(a_deg, b_deg) -> float:
    """Return the great circle by the haversine formula, which the kernels do not use."""
    (lat_a, lng_a), (lat_b, lng_b) = map(math.radians, a_deg), map(math.radians, b_deg)
    h = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lng_b - lng_a) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, h)))


class Visit(NamedTuple):
    """One stop of a route: committed stops have no job."""

    kind: str  # committed, pickup, dropoff
    job: int
    deg: tuple[float, float]
    ready_s: float
    due_s: float
    latest_s: float
    service_s: float
    load: tuple[float, ...]
    is_dropoff: bool


class Result(NamedTuple):
    """What a route costs, by term that depends on it."""

    terms: tuple[float, ...]  # pickup_wait, inbound, courier_time, lateness, detour
    extra_s: float
    arrival_s: tuple[float, ...]


def committed_visits(snapshot: Snapshot, courier: int) -> list[Visit]:
    rows = range(snapshot.route_start[courier], snapshot.route_start[courier + 1])
    return [
        Visit(
            "committed",
            -1,
            tuple(snapshot.stop_deg[s]),
            snapshot.stop_ready_s[s],
            snapshot.stop_due_s[s],
            snapshot.stop_due_s[s],
            snapshot.stop_service_s[s],
            tuple(snapshot.stop_load[s]),
            is_dropoff=not snapshot.stop_is_pickup[s],
        )
        for s in rows
    ]


def job_visits(snapshot: Snapshot, params: Params, job: int) -> tuple[Visit, Visit]:
    due_s, load = snapshot.due_s[job], snapshot.job_load[job]
    pickup = Visit(
        "pickup",
        job,
        tuple(snapshot.pickup_deg[job]),
        snapshot.ready_s[job],
        math.inf,
        math.inf,
        snapshot.pickup_service_s[job],
        tuple(load),
        is_dropoff=False,
    )
    dropoff = Visit(
        "dropoff",
        job,
        tuple(snapshot.dropoff_deg[job]),
        -math.inf,
        due_s,
        due_s + params.lateness_s_max,
        snapshot.dropoff_service_s[job],
        tuple(-load),
        is_dropoff=True,
    )
    return pickup, dropoff


def travel_s(snapshot: Snapshot, courier: int, a_deg, b_deg) -> float:
    metres = distance_m(a_deg, b_deg) * snapshot.travel.detour_factor
    return metres / snapshot.courier_speed_mps[courier]


def timeline(snapshot: Snapshot, courier: int, route: list[Visit]) -> list[tuple[float, ...]]:
    """Return (travel, arrival, start, leave) of each stop, seconds."""
    times = []
    here, leave_s = tuple(snapshot.courier_deg[courier]), snapshot.courier_free_s[courier]
    for visit in route:
        ride_s = travel_s(snapshot, courier, here, visit.deg)
        start_s = max(leave_s + ride_s, visit.ready_s)
        times.append((ride_s, leave_s + ride_s, start_s, start_s + visit.service_s))
        here, leave_s = visit.deg, start_s + visit.service_s
    return times


def is_feasible(snapshot: Snapshot, courier: int, route: list[Visit]) -> bool:
    """Return whether capacity, deadlines, shift and earlier promises hold along the route."""
    promised = iter(
        times[1] for times in timeline(snapshot, courier, committed_visits(snapshot, courier))
    )
    load = list(snapshot.courier_load[courier])
    for visit, (_, arrival_s, _, _) in zip(route, timeline(snapshot, courier, route), strict=True):
        latest_s = min(visit.latest_s, snapshot.courier_shift_end_s[courier])
        if visit.kind == "committed":
            latest_s = max(latest_s, next(promised))
        if arrival_s > latest_s + SLACK:
            return False
        load = [a + b for a, b in zip(load, visit.load, strict=True)]
        if any(
            a > b + SLACK for a, b in zip(load, snapshot.courier_capacity[courier], strict=True)
        ):
            return False
    return True


def pressure(snapshot: Snapshot, params: Params) -> float:
    waiting = sum(1 for ready_s in snapshot.ready_s if ready_s <= params.lookahead_s)
    able = sum(1 for room in snapshot.courier_jobs_room if room > 0)
    return min(waiting / max(able, 1), params.pressure_max)


def evaluate(snapshot: Snapshot, params: Params, courier: int, route: list[Visit]) -> Result:
    """Return what the route costs, without asking whether it is feasible."""
    committed = committed_visits(snapshot, courier)
    old, new = timeline(snapshot, courier, committed), timeline(snapshot, courier, route)
    free_s = snapshot.courier_free_s[courier]
    wait_s = inbound_s = late_s = detour_s = idle_s = 0.0
    left_s, promised = dict[int, float](), iter(old)
    for i, (visit, (ride_s, arrival_s, start_s, leave_s)) in enumerate(
        zip(route, new, strict=True)
    ):
        if visit.kind == "committed":
            before_s = next(promised)[1]
            detour_s += (arrival_s - before_s) if visit.is_dropoff else 0.0
        elif visit.kind == "pickup":
            wait_s += start_s - max(visit.ready_s, 0.0)
            if not left_s:
                inbound_s = ride_s
                idle_s = (start_s - arrival_s) if i == len(committed) else 0.0
            left_s[visit.job] = leave_s
        else:
            pickup_deg = tuple(snapshot.pickup_deg[visit.job])
            straight_s = travel_s(snapshot, courier, pickup_deg, visit.deg)
            detour_s += arrival_s - left_s[visit.job] - straight_s
            late_s += max(0.0, arrival_s - visit.due_s)
    busy_s = new[-1][3] - (old[-1][3] if old else free_s) - idle_s
    terms = (
        params.pickup_wait_weight * wait_s,
        params.inbound_weight * inbound_s,
        params.courier_time_weight * pressure(snapshot, params) * busy_s,
        params.lateness_weight * late_s,
        params.detour_weight * detour_s,
    )
    extra_s = sum(times[0] for times in new) - sum(times[0] for times in old)
    return Result(terms, extra_s, tuple(times[1] for times in new))


def all_routes(snapshot: Snapshot, params: Params, courier: int, jobs) -> Iterator[list[Visit]]:
    """Yield every route that keeps the committed order and picks up before dropping off."""
    committed = committed_visits(snapshot, courier)
    new = [visit for job in jobs for visit in job_visits(snapshot, params, job)]
    size = len(committed) + len(new)
    for order in itertools.permutations(new):
        if any(order.index(new[k + 1]) < order.index(new[k]) for k in range(0, len(new), 2)):
            continue
        for places in itertools.combinations(range(size), len(new)):
            fresh, kept = iter(order), iter(committed)
            yield [next(fresh) if i in places else next(kept) for i in range(size)]


def best(snapshot: Snapshot, params: Params, courier: int, jobs) -> Result | None:
    """Return the cheapest feasible route of all, None if there is none."""
    if len(jobs) > snapshot.courier_jobs_room[courier]:
        return None
    results = (
        evaluate(snapshot, params, courier, route)
        for route in all_routes(snapshot, params, courier, jobs)
        if is_feasible(snapshot, courier, route)
    )
    return min(results, key=lambda result: sum(result.terms), default=None)


def reach_m(snapshot: Snapshot, courier: int, job: int) -> float:
    stops = committed_visits(snapshot, courier)
    points = [tuple(snapshot.courier_deg[courier]), *(stop.deg for stop in stops)]
    return min(distance_m(point, snapshot.pickup_deg[job]) for point in points)


def soonest_s(snapshot: Snapshot, courier: int, job: int) -> float:
    way_s = travel_s(snapshot, courier, snapshot.courier_deg[courier], snapshot.pickup_deg[job])
    return snapshot.courier_free_s[courier] + way_s


def removed_by(snapshot: Snapshot, params: Params, courier: int, job: int) -> str | None:
    """Return the name of the first filter that removes the pair."""
    leave_s = max(soonest_s(snapshot, courier, job), snapshot.ready_s[job])
    dropped_s = (
        leave_s
        + snapshot.pickup_service_s[job]
        + travel_s(snapshot, courier, snapshot.pickup_deg[job], snapshot.dropoff_deg[job])
    )
    near_m = reach_m(snapshot, courier, job)
    is_busy = bool(committed_visits(snapshot, courier))
    declines = slice(snapshot.decline_start[job], snapshot.decline_start[job + 1])
    inbound_s = near_m * snapshot.travel.detour_factor / snapshot.courier_speed_mps[courier]
    applies = {
        "vehicle": not snapshot.job_vehicle_bits[job] & snapshot.courier_vehicle_bit[courier],
        "capacity": bool((snapshot.job_load[job] > snapshot.courier_capacity[courier]).any()),
        "requirements": bool(
            snapshot.job_requirement_bits[job] & ~snapshot.courier_ability_bits[courier]
        ),
        "shift_end": dropped_s > snapshot.courier_shift_end_s[courier],
        "deadline": dropped_s > snapshot.due_s[job] + params.lateness_s_max,
        "stale_position": snapshot.courier_position_age_s[courier] > params.position_age_s_max,
        "declined": courier in snapshot.decline_courier[declines],
        "too_far": (is_busy and near_m > params.busy_window_m) or inbound_s > params.inbound_s_max,
        "jobs_count": snapshot.courier_jobs_room[courier] < 1,
    }
    return next((name for name in FILTERS if applies.get(name)), None)


def cheapest_matching(cost: list[list[float]], open_cost: list[float]) -> tuple[float, int]:
    """Return the least cost of giving each unit another courier, or leaving it open.

    And the least sum of courier rows among the matchings that cost so little, an open unit
    counting as a row behind the last.
    """
    couriers_count = len(cost[0]) if cost else 0
    found = [(math.inf, 0)]
    for chosen in itertools.product(range(couriers_count + 1), repeat=len(cost)):
        taken = [c for c in chosen if c < couriers_count]
        if len(taken) == len(set(taken)):
            prices = [[*row, open_cost[u]] for u, row in enumerate(cost)]
            total = sum(prices[u][c] for u, c in enumerate(chosen))
            found.append((total, sum(chosen)))
    return min(found)


def nearest_jobs(snapshot: Snapshot, job: int, *, pickup_m_max: float, jobs_max: int) -> list[int]:
    """Return the other jobs with near pickups, those with near drop-offs as well first."""
    count = len(snapshot.ready_s)
    behind = [(job + turn) % count for turn in range(1, count)]
    apart = {
        j: (
            distance_m(snapshot.pickup_deg[job], snapshot.pickup_deg[j]),
            distance_m(snapshot.dropoff_deg[job], snapshot.dropoff_deg[j]),
        )
        for j in behind
    }
    near = [j for j in behind if apart[j][0] <= pickup_m_max]
    return sorted(near, key=lambda j: round(sum(apart[j]), 3))[:jobs_max]
