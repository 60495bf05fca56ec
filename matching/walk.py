"""One stop after the other: when a courier is there, what it may carry, and what that costs."""

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
)
from matching.ground import (
    ACCESS_S,
    BASE_COST,
    CAPACITY,
    DUE_S,
    FREE_S,
    INBOUND_RATE,
    IS_DROPOFF,
    IS_NEW,
    LATE_RATE,
    LATEST_S,
    LOAD_CHANGE,
    LOAD_UNMIXED,
    LOADS_COUNT,
    PICKUP_END_S,
    READY_S,
    SERVICE_S,
    SHIFT_END_S,
    SINCE_S,
    START_RATE,
    Ground,
    approach_s,
    ride_s,
)
from matching.kernel import kernel, lean_kernel
from matching.snapshot import LOAD_JOBS_COUNT
from matching.travel import is_same_point

SLACK_S = 1e-3  # ways that are equal on the map differ by less: a straight line is a chord
SLACK_LOAD = 1e-6


@lean_kernel
def is_shared(places: F64, previous: int, place: int) -> bool:
    """Return whether a stop is served together with the one before it, -1 for none."""
    return (
        previous >= 0
        and places[previous, IS_DROPOFF] == places[place, IS_DROPOFF]
        and is_same_point(places, previous, place)
    )


class Moment(NamedTuple):
    """When a courier is at the door of a stop, and when it leaves, seconds."""

    arrival_s: float
    leave_s: float


@lean_kernel
def start_of_walk(ground: Ground, courier: int) -> Moment:
    """Return the moment at which the courier can move on."""
    return Moment(0.0, ground.fleet[courier, FREE_S])


@lean_kernel
def step(
    ground: Ground, previous: int, place: int, way_s: float, before: Moment
) -> tuple[Moment, float, float]:
    """Return the moment at a stop, when its service starts and its cost; -1 for no stop before."""
    row, rates = ground.places[place], ground.rates
    if is_shared(ground.places, previous, place):
        arrival_s = before.arrival_s
        start_s = max(arrival_s, row[READY_S])
        leave_s = max(before.leave_s, start_s + row[SERVICE_S])
        cost = 0.0
    else:
        arrival_s = before.leave_s + way_s + row[ACCESS_S]
        start_s = max(arrival_s, row[READY_S])
        leave_s = start_s + row[SERVICE_S]
        cost = rates.courier_time * (way_s + row[ACCESS_S] + row[SERVICE_S])
        cost += row[INBOUND_RATE] * way_s
    cost += row[START_RATE] * (start_s - row[SINCE_S])
    late_s = arrival_s - row[DUE_S]
    if late_s > 0.0:
        cost += row[LATE_RATE] * late_s
    return Moment(arrival_s, leave_s), start_s, cost


@lean_kernel
def in_time(ground: Ground, courier: int, place: int, arrival_s: float) -> bool:
    """Return whether the courier may arrive at the stop then; a committed one has its own limit."""
    row, courier_row = ground.places[place], ground.fleet[courier]
    if arrival_s > row[LATEST_S] + SLACK_S:
        return False
    if row[IS_NEW] == 0.0:
        return True
    if arrival_s > courier_row[SHIFT_END_S] + SLACK_S:
        return False
    start_s = max(arrival_s, row[READY_S])
    return bool(row[IS_DROPOFF] > 0.0 or start_s <= courier_row[PICKUP_END_S] + SLACK_S)


@lean_kernel
def load_up(ground: Ground, courier: int, previous: int, place: int, load: F64) -> bool:
    """Return whether the courier may carry the load after the stop, (2, LOADS_COUNT).

    Row 0 is the load before, row 1 is filled in. Parcels that may not be mixed are on board only
    with those of their own pickup.
    """
    row = ground.places[place]
    for d in range(LOADS_COUNT):
        load[1, d] = load[0, d] + row[LOAD_CHANGE + d]
        if load[1, d] > ground.fleet[courier, CAPACITY + d] + SLACK_LOAD:
            return False
    if row[IS_DROPOFF] > 0.0 or load[1, LOAD_UNMIXED] < SLACK_LOAD:
        return True
    return load[0, LOAD_JOBS_COUNT] < SLACK_LOAD or is_shared(ground.places, previous, place)


@lean_kernel
def way_to(ground: Ground, courier: int, previous: int, place: int) -> float:
    """Return the travel time to a stop from the one before, or from the courier for -1."""
    if previous < 0:
        return approach_s(ground, courier, place)
    return ride_s(ground, courier, previous, place)


@lean_kernel
def settle(ground: Ground) -> None:
    """Note when each committed stop is served, and what the committed routes cost.

    What would be late anyway may stay as late, and no later.
    """
    fleet, places = ground.fleet, ground.places
    for c in range(fleet.shape[0]):
        previous, moment, total = -1, start_of_walk(ground, c), 0.0
        for place in range(ground.route_start[c], ground.route_start[c + 1]):
            way_s = way_to(ground, c, previous, place)
            moment, start_s, cost = step(ground, previous, place, way_s, moment)
            total += cost - places[place, START_RATE] * (start_s - places[place, SINCE_S])
            places[place, SINCE_S] = start_s
            latest_s = min(places[place, LATEST_S], fleet[c, SHIFT_END_S])
            places[place, LATEST_S] = max(latest_s, moment.arrival_s)
            previous = place
        fleet[c, BASE_COST] = total


@kernel
def itemise(ground: Ground, courier: int, route: I64, arrival_s: F64, way_s: F64) -> F64:
    """Return the terms of a route, as places, that grow along it; fill in arrivals and rides."""
    places, rates = ground.places, ground.rates
    terms = np.zeros(ROUTE_TERMS_COUNT)
    terms[COURIER_TIME] = -ground.fleet[courier, BASE_COST]
    previous, moment = -1, start_of_walk(ground, courier)
    for i in range(route.shape[0]):
        place = route[i]
        way_s[i] = way_to(ground, courier, previous, place)
        moment, start_s, cost = step(ground, previous, place, way_s[i], moment)
        arrival_s[i] = moment.arrival_s
        late = places[place, LATE_RATE] * max(0.0, moment.arrival_s - places[place, DUE_S])
        inbound = 0.0
        if not is_shared(places, previous, place):
            inbound = places[place, INBOUND_RATE] * way_s[i]
        since_s = start_s - places[place, SINCE_S]
        paid = places[place, START_RATE] * since_s
        if places[place, IS_NEW] > 0.0 and places[place, IS_DROPOFF] == 0.0:
            terms[PICKUP_WAIT] += rates.pickup_wait * since_s
            terms[DETOUR] -= rates.detour * since_s
        else:
            terms[DETOUR] += paid
        terms[LATENESS] += late
        terms[INBOUND] += inbound
        terms[COURIER_TIME] += cost - paid - late - inbound
        previous = place
    return terms
