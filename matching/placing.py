"""The cheapest places for one more job in a route in hand.

Exact where a way around by a third place is never shorter: on straight lines, and in tables of
shortest ways. The pickup is tried behind every stop, the drop-off behind every later one; what
follows is priced from what the route knows of its rest, and walked where that does not say it.
"""

from typing import NamedTuple

import numpy as np

from matching.ground import (
    ACCESS_S,
    IS_DROPOFF,
    LATEST_S,
    LOADS_COUNT,
    OFFER_COST,
    Ground,
    dropoff_of,
    pickup_of,
)
from matching.kernel import lean_kernel
from matching.tours import (
    AHEAD,
    ARRIVAL_S,
    BEND_S,
    JOBS,
    LEAVE_S,
    LOAD_NOW,
    ROOM,
    SLACK_S,
    SLOPE,
    SPENT,
    STOPS,
    WAY_S,
    Tours,
    moment_at,
    take_load,
    toll_of,
)
from matching.travel import is_same_point
from matching.walk import SLACK_S as TOLERANCE_S
from matching.walk import Moment, in_time, is_shared, load_up, step, way_to

ROUNDING_S = 1e-9  # an arrival that much sooner is the same, added up in another order


class Spot(NamedTuple):
    """Where a job may go, and what it adds to the cost of the courier's route."""

    cost: float
    pickup_after: int  # position in the route, -1: nowhere for less than the limit
    dropoff_after: int


class Trip(NamedTuple):
    """A job on its way into a courier's route."""

    courier: int
    pickup: int
    dropoff: int
    is_meeting: bool  # another stop of the same kind is at the very same point
    cost_max: float  # of the whole route


class Walk(NamedTuple):
    """Where a trial stands: the last stop, when, and the cost so far, inf where it must not be."""

    place: int
    arrival_s: float
    leave_s: float
    spent: float


@lean_kernel
def cheapest_place(ground: Ground, tours: Tours, courier: int, job: int, limit: float) -> Spot:
    """Return the cheapest feasible place of a job that adds less than the limit to the cost.

    Ties go to the earlier pickup, then to the earlier drop-off.
    """
    tally = tours.tally[courier]
    if tally[JOBS] >= tally[ROOM]:
        return Spot(limit, -1, -1)
    offer_cost = ground.fleet[courier, OFFER_COST] if tally[JOBS] == 0 else 0.0
    stops_count = tally[STOPS]
    spent = tours.known[courier, stops_count, SPENT] - offer_cost
    pickup, dropoff = pickup_of(ground, job), dropoff_of(ground, job)
    is_meeting = meets(ground, tours, courier, job)
    cost, pickup_after, dropoff_after = limit + spent, -1, -1
    for i in range(stops_count + 1):
        if tours.known[courier, i, LEAVE_S] > ground.places[dropoff, LATEST_S] + TOLERANCE_S:
            break
        trip = Trip(courier, pickup, dropoff, is_meeting, cost)
        found, after = cheapest_dropoff(ground, tours, trip, i)
        if after >= 0:
            cost, pickup_after, dropoff_after = found, i, after
    return Spot(cost - spent, pickup_after, dropoff_after)


@lean_kernel
def meets(ground: Ground, tours: Tours, courier: int, job: int) -> bool:
    """Return whether a stop of the job could be shared with one of the route."""
    places, route = ground.places, tours.route[courier]
    pickup, dropoff = pickup_of(ground, job), dropoff_of(ground, job)
    for i in range(1, tours.tally[courier, STOPS] + 1):
        own = dropoff if places[route[i], IS_DROPOFF] > 0.0 else pickup
        if is_same_point(places, route[i], own):
            return True
    return False


@lean_kernel
def cheapest_dropoff(ground: Ground, tours: Tours, trip: Trip, position: int) -> tuple[float, int]:
    """Return the cost of the whole route, and behind which position the drop-off goes.

    The pickup goes behind the position. Where nothing costs less than the trip may: -1.
    """
    courier, stops_count = trip.courier, tours.tally[trip.courier, STOPS]
    cost, after = trip.cost_max, -1
    moment, place = moment_at(tours, courier, position), tours.route[courier, position]
    walk = Walk(place, moment.arrival_s, moment.leave_s, tours.known[courier, position, SPENT])
    take_load(tours, courier, position)
    walk = go_on(ground, tours, courier, walk, trip.pickup)
    for i in range(position, stops_count + 1):
        if walk.spent >= cost:
            break
        if is_hopeless(ground, tours, trip, i + 1, walk):
            break
        found = with_dropoff(ground, tours, trip, i, walk)
        if found < cost:
            cost, after = found, i
        if i < stops_count:
            walk = go_on(ground, tours, courier, walk, tours.route[courier, i + 1])
    return cost, after


@lean_kernel
def go_on(ground: Ground, tours: Tours, courier: int, walk: Walk, place: int) -> Walk:
    """Return the walk with one stop more; the load is tried, and then in `tours.load[0]`."""
    way_s = way_to(ground, courier, walk.place, place)
    before = Moment(walk.arrival_s, walk.leave_s)
    moment, _, cost = step(ground, walk.place, place, way_s, before)
    spent = walk.spent + cost
    is_kept = in_time(ground, courier, place, moment.arrival_s)
    if not is_kept or not load_up(ground, courier, walk.place, place, tours.load):
        spent = np.inf
    for d in range(LOADS_COUNT):
        tours.load[0, d] = tours.load[1, d]
    return Walk(place, moment.arrival_s, moment.leave_s, spent)


@lean_kernel
def is_hopeless(ground: Ground, tours: Tours, trip: Trip, position: int, walk: Walk) -> bool:
    """Return whether no route serves that goes on to a position of before, with stops between.

    Inbound travel to it, which could be shorter by those stops, is left out of what it must cost.
    """
    if trip.is_meeting or position > tours.tally[trip.courier, STOPS]:
        return False
    place, row = tours.route[trip.courier, position], tours.known[trip.courier, position]
    if row[BEND_S] < 0.0 or is_shared(ground.places, walk.place, place):
        return False
    way_s = way_to(ground, trip.courier, walk.place, place) + ground.places[place, ACCESS_S]
    delay_s = walk.leave_s + way_s - row[ARRIVAL_S]
    least = walk.spent + ground.rates.courier_time * way_s + row[AHEAD] + row[SLOPE] * delay_s
    return bool(delay_s > row[SLACK_S] + TOLERANCE_S or least >= trip.cost_max)


@lean_kernel
def with_dropoff(ground: Ground, tours: Tours, trip: Trip, position: int, walk: Walk) -> float:
    """Return the cost of the route that drops off now and goes on behind the position."""
    way_s = way_to(ground, trip.courier, walk.place, trip.dropoff)
    before = Moment(walk.arrival_s, walk.leave_s)
    moment, _, cost = step(ground, walk.place, trip.dropoff, way_s, before)
    spent = walk.spent + cost
    if spent >= trip.cost_max:
        return np.inf
    if not in_time(ground, trip.courier, trip.dropoff, moment.arrival_s):
        return np.inf
    if position == tours.tally[trip.courier, STOPS]:
        return spent
    if breaks_up(ground, tours, trip, position + 1):
        return np.inf
    dropped = Walk(trip.dropoff, moment.arrival_s, moment.leave_s, spent)
    return finish(ground, tours, trip, position + 1, dropped)


@lean_kernel
def breaks_up(ground: Ground, tours: Tours, trip: Trip, position: int) -> bool:
    """Return whether a stop may not follow the new drop-off, for want of the one it shared with."""
    if tours.known[trip.courier, position, BEND_S] >= 0.0:
        return False
    place = tours.route[trip.courier, position]
    for d in range(LOADS_COUNT):
        tours.load[2, d] = tours.known[trip.courier, position - 1, LOAD_NOW + d]
    return not load_up(ground, trip.courier, trip.dropoff, place, tours.load[2:])


@lean_kernel
def finish(ground: Ground, tours: Tours, trip: Trip, position: int, walk: Walk) -> float:
    """Return the cost of the route that goes on from the walk, as before, with a position.

    Infinite where it is not in time, or costs no less than the trip may.
    """
    courier, previous, spent = trip.courier, walk.place, walk.spent
    moment = Moment(walk.arrival_s, walk.leave_s)
    for i in range(position, tours.tally[courier, STOPS] + 1):
        place, row = tours.route[courier, i], tours.known[courier, i]
        way_s = row[WAY_S] if i > position else way_to(ground, courier, previous, place)
        if row[BEND_S] >= 0.0 and not is_shared(ground.places, previous, place):
            arrival_s = moment.leave_s + way_s + ground.places[place, ACCESS_S]
            delay_s = arrival_s - row[ARRIVAL_S]
            least = spent + toll_of(ground, place, way_s) + row[AHEAD] + row[SLOPE] * delay_s
            if delay_s > row[SLACK_S] + TOLERANCE_S or least >= trip.cost_max:
                return np.inf
            if -ROUNDING_S <= delay_s <= row[BEND_S]:
                return least
        moment, _, cost = step(ground, previous, place, way_s, moment)
        spent += cost
        if spent >= trip.cost_max or not in_time(ground, courier, place, moment.arrival_s):
            return np.inf
        previous = place
    return spent
