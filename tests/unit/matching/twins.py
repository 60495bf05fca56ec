"""Slow plain-Python twins of the kernels: what they should answer, said as simply as possible."""

import itertools
import math
from collections.abc import Iterator
from typing import NamedTuple

from matching.params import Params
from matching.permits import FILTERS
from matching.snapshot import Snapshot

EARTH_RADIUS_M = 6_371_008.8
SLACK = 1e-3


def distance_m(a_deg, b_deg) -> float:
    """Return the straight line between two places by the haversine formula, which nobody else uses.

    The chord of a great circle is the diameter times the sine of half its angle.
    """
    (lat_a, lng_a), (lat_b, lng_b) = map(math.radians, a_deg), map(math.radians, b_deg)
    h = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lng_b - lng_a) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.sqrt(min(1.0, h))


class Visit(NamedTuple):
    """One stop of a route: committed stops have no job."""

    kind: str  # committed, pickup, dropoff
    job: int
    deg: tuple[float, float]
    ready_s: float
    due_s: float
    latest_s: float
    access_s: float
    service_s: float
    load: tuple[float, ...]
    is_dropoff: bool
    is_unmixed: bool


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
            snapshot.stop_access_s[s],
            snapshot.stop_service_s[s],
            tuple(snapshot.stop_load[s]),
            is_dropoff=not snapshot.stop_is_pickup[s],
            is_unmixed=bool(snapshot.stop_is_unmixed[s]),
        )
        for s in rows
    ]


def job_visits(snapshot: Snapshot, params: Params, job: int) -> tuple[Visit, Visit]:
    due_s, load = snapshot.due_s[job], snapshot.job_load[job]
    is_unmixed = bool(snapshot.job_is_unmixed[job])
    pickup = Visit(
        "pickup",
        job,
        tuple(snapshot.pickup_deg[job]),
        snapshot.ready_s[job],
        math.inf,
        math.inf,
        snapshot.pickup_access_s[job],
        snapshot.pickup_service_s[job],
        tuple(load),
        is_dropoff=False,
        is_unmixed=is_unmixed,
    )
    dropoff = Visit(
        "dropoff",
        job,
        tuple(snapshot.dropoff_deg[job]),
        -math.inf,
        due_s,
        due_s + params.lateness_s_max,
        snapshot.dropoff_access_s[job],
        snapshot.dropoff_service_s[job],
        tuple(-load),
        is_dropoff=True,
        is_unmixed=is_unmixed,
    )
    return pickup, dropoff


def travel_s(snapshot: Snapshot, courier: int, a_deg, b_deg) -> float:
    metres = distance_m(a_deg, b_deg) * snapshot.travel.detour_factor
    return metres / snapshot.courier_speed_mps[courier]


class Time(NamedTuple):
    """When a stop is served, seconds, and the travel to it."""

    ride_s: float
    arrival_s: float
    start_s: float
    leave_s: float
    is_shared: bool


def timeline(snapshot: Snapshot, courier: int, route: list[Visit]) -> list[Time]:
    """Return the times of each stop; one at the point of the last, of its kind, shares them."""
    times = []
    here, leave_s = tuple(snapshot.courier_deg[courier]), snapshot.courier_free_s[courier]
    for i, visit in enumerate(route):
        last = route[i - 1] if i > 0 else None
        is_shared = (
            last is not None and last.deg == visit.deg and last.is_dropoff == visit.is_dropoff
        )
        ride_s = 0.0 if is_shared else travel_s(snapshot, courier, here, visit.deg)
        arrival_s = times[-1].arrival_s if is_shared else leave_s + ride_s + visit.access_s
        start_s = max(arrival_s, visit.ready_s)
        leave_s = max(leave_s if is_shared else 0.0, start_s + visit.service_s)
        times.append(Time(ride_s, arrival_s, start_s, leave_s, is_shared))
        here = visit.deg
    return times


def is_feasible(snapshot: Snapshot, courier: int, route: list[Visit]) -> bool:
    """Return whether capacity, deadlines, shift and earlier promises hold along the route."""
    committed = committed_visits(snapshot, courier)
    promised = iter(time.arrival_s for time in timeline(snapshot, courier, committed))
    load = list(snapshot.courier_load[courier])
    unmixed_count = sum(-1 if v.is_unmixed and not v.is_dropoff else 0 for v in committed)
    unmixed_count += sum(1 if v.is_unmixed and v.is_dropoff else 0 for v in committed)
    for visit, time in zip(route, timeline(snapshot, courier, route), strict=True):
        latest_s = min(visit.latest_s, snapshot.courier_shift_end_s[courier])
        if visit.kind == "committed":
            latest_s = max(latest_s, next(promised))
        if time.arrival_s > latest_s + SLACK:
            return False
        if visit.kind == "pickup" and (
            time.start_s > snapshot.courier_pickup_end_s[courier] + SLACK
        ):
            return False
        parcels_count = load[2]
        unmixed_count += (-1 if visit.is_dropoff else 1) if visit.is_unmixed else 0
        is_mixed = not visit.is_dropoff and parcels_count > SLACK and not time.is_shared
        if unmixed_count > 0 and is_mixed:
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


def busy_s(times: list[Time], route: list[Visit]) -> float:
    """Return travel, access and service of a route, what is shared once."""
    return sum(
        time.ride_s + visit.access_s + visit.service_s
        for time, visit in zip(times, route, strict=True)
        if not time.is_shared
    )


def evaluate(snapshot: Snapshot, params: Params, courier: int, route: list[Visit]) -> Result:
    """Return what the route costs, without asking whether it is feasible."""
    committed = committed_visits(snapshot, courier)
    old, new = timeline(snapshot, courier, committed), timeline(snapshot, courier, route)
    wait_s = inbound_s = late_s = detour_s = 0.0
    started_s, promised = dict[int, float](), iter(old)
    for visit, time in zip(route, new, strict=True):
        if visit.kind == "committed":
            before_s = next(promised).start_s
            detour_s += (time.start_s - before_s) if visit.is_dropoff else 0.0
        elif visit.kind == "pickup":
            wait_s += time.start_s - max(visit.ready_s, 0.0)
            inbound_s += time.ride_s
            started_s[visit.job] = time.start_s
        else:
            job = visit.job
            straight_m = distance_m(tuple(snapshot.pickup_deg[job]), visit.deg)
            direct_s = straight_m / max(1.0, *snapshot.courier_speed_mps)
            board_s = snapshot.pickup_service_s[job] + direct_s + visit.access_s
            detour_s += time.start_s - started_s[job] - board_s
            late_s += max(0.0, time.arrival_s - visit.due_s)
    more_s = busy_s(new, route) - busy_s(old, committed)
    terms = (
        params.pickup_wait_weight * wait_s,
        params.inbound_weight * inbound_s,
        params.courier_time_weight * pressure(snapshot, params) * more_s,
        params.lateness_weight * late_s,
        params.detour_weight * detour_s,
    )
    extra_s = sum(time.ride_s for time in new) - sum(time.ride_s for time in old)
    return Result(terms, extra_s, tuple(time.arrival_s for time in new))


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
    return snapshot.courier_free_s[courier] + way_s + snapshot.pickup_access_s[job]


def removed_by(snapshot: Snapshot, params: Params, courier: int, job: int) -> str | None:
    """Return the name of the first filter that removes the pair."""
    start_s = max(soonest_s(snapshot, courier, job), snapshot.ready_s[job])
    dropped_s = (
        start_s
        + snapshot.pickup_service_s[job]
        + snapshot.dropoff_access_s[job]
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
        "shift_end": dropped_s > snapshot.courier_shift_end_s[courier]
        or start_s > snapshot.courier_pickup_end_s[courier],
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
