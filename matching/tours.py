"""The routes in hand of all couriers, and what each stop knows of the ones before and behind it.

A route begins with the courier itself, place -1, so that every stop has one before it. What is
known of the rest of a route makes insertions cheap to price. Its cost is a convex function of the
arrival at its first stop, because all prices of time are >= 0: what it costs now, the slope just
behind now and the delay up to which that slope holds give it exactly near by, and from below
everywhere. The feasible delay is the forward time slack of Savelsbergh (1992), The vehicle routing
problem with time windows: minimizing route duration.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.ground import (
    ACCESS_S,
    BASE_COST,
    DUE_S,
    FREE_S,
    INBOUND_RATE,
    IS_DROPOFF,
    IS_NEW,
    JOBS_ROOM,
    LATE_RATE,
    LATEST_S,
    LOAD_CHANGE,
    LOAD_ON_BOARD,
    LOADS_COUNT,
    OFFER_COST,
    PICKUP_END_S,
    READY_S,
    SERVICE_S,
    SHIFT_END_S,
    START_RATE,
    Ground,
    dropoff_of,
    pickup_of,
)
from matching.kernel import lean_kernel
from matching.walk import Moment, is_shared, load_up, step, way_to

# Columns of `Tours.known`, at each stop.
ARRIVAL_S = 0
LEAVE_S = 1
SPENT = 2  # cost up to and with the stop
WAY_S = 3  # travel time from the stop before
LOAD_NOW = 4  # after the stop; and the next ones, by load dimension
AHEAD = LOAD_NOW + LOADS_COUNT  # cost of the stop and all after it, but for the way to it
SLOPE = AHEAD + 1  # of that cost per second of delay, just behind now
BEND_S = AHEAD + 2  # delay up to which that slope holds; < 0: nothing is known
SLACK_S = AHEAD + 3  # delay up to which every stop is in time
KNOWN_COLUMNS_COUNT = AHEAD + 4

# Columns of `Tours.tally`.
STOPS = 0  # without the courier itself
JOBS = 1  # new ones
ROOM = 2  # for new ones
PRINT = 3  # of the courier and its places in order: equal only where they are
TALLY_COLUMNS_COUNT = 4


_PRIME, _HIGH_BASE, _LOW_BASE = 2_147_483_647, 1_220_703_125, 764_261_123


class Tours(NamedTuple):
    """Routes of C couriers, of W places at most with the courier itself; J jobs."""

    route: I64  # (C, W) places in order
    known: F64  # (C, W, KNOWN_COLUMNS_COUNT)
    tally: I64  # (C, TALLY_COLUMNS_COUNT)
    cost: F64  # (C,) more than the committed route, with the cost of an offer if there is one
    owner: I64  # (J,) courier that has the job, -1 for nobody
    load: F64  # (4, LOADS_COUNT) scratch: twice the load before a stop and after it


class Block(NamedTuple):
    """Stops served together, seen from the last one up: the courier arrives at all of them."""

    latest_s: float  # arrival that is in time for all
    service_s: float  # the longest
    leave_s: float  # not sooner, however soon the arrival
    slope: float  # of their own costs
    bend_s: float  # arrival up to which that slope holds


def tours_of(ground: Ground, *, jobs_max: int) -> Tours:
    """Return the committed routes, with room for at most that many new jobs per courier."""
    couriers_count = len(ground.fleet)
    room = np.clip(ground.fleet[:, JOBS_ROOM], 0, jobs_max).astype(np.int64)
    width = 1 + int((np.diff(ground.route_start) + 2 * room).max(initial=0))
    tours = Tours(
        route=np.full((couriers_count, width), -1, np.int64),
        known=np.zeros((couriers_count, width, KNOWN_COLUMNS_COUNT)),
        tally=np.zeros((couriers_count, TALLY_COLUMNS_COUNT), np.int64),
        cost=np.zeros(couriers_count),
        owner=np.full(ground.jobs_count, -1, np.int64),
        load=np.zeros((4, LOADS_COUNT)),
    )
    tours.tally[:, ROOM] = room
    fill(ground, tours)
    return tours


@lean_kernel
def fill(ground: Ground, tours: Tours) -> None:
    """Give every courier its committed route; no room to those that carry too much as it is."""
    for c in range(ground.fleet.shape[0]):
        first = ground.route_start[c]
        tours.tally[c, STOPS] = ground.route_start[c + 1] - first
        for i in range(tours.tally[c, STOPS]):
            tours.route[c, i + 1] = first + i
        refresh(ground, tours, c)
        for i in range(1, tours.tally[c, STOPS] + 1):
            take_load(tours, c, i - 1)
            if not load_up(ground, c, tours.route[c, i - 1], tours.route[c, i], tours.load):
                tours.tally[c, ROOM] = 0


@lean_kernel
def take_load(tours: Tours, courier: int, position: int) -> None:
    """Copy the load behind a position to where loads are tried."""
    for d in range(LOADS_COUNT):
        tours.load[0, d] = tours.known[courier, position, LOAD_NOW + d]


@lean_kernel
def moment_at(tours: Tours, courier: int, position: int) -> Moment:
    """Return when the courier is at a position of its route, and when it leaves."""
    row = tours.known[courier, position]
    return Moment(row[ARRIVAL_S], row[LEAVE_S])


@lean_kernel
def refresh(ground: Ground, tours: Tours, courier: int) -> None:
    """Note anew all that is known of a courier's route; its places are already there."""
    known, route = tours.known[courier], tours.route[courier]
    stops_count = tours.tally[courier, STOPS]
    known[0, LEAVE_S] = ground.fleet[courier, FREE_S]
    for d in range(LOADS_COUNT):
        known[0, LOAD_NOW + d] = ground.fleet[courier, LOAD_ON_BOARD + d]
    for i in range(1, stops_count + 1):
        previous, place = route[i - 1], route[i]
        way_s = way_to(ground, courier, previous, place)
        moment, _, cost = step(ground, previous, place, way_s, moment_at(tours, courier, i - 1))
        known[i, ARRIVAL_S], known[i, LEAVE_S] = moment.arrival_s, moment.leave_s
        known[i, SPENT] = known[i - 1, SPENT] + cost
        known[i, WAY_S] = way_s
        for d in range(LOADS_COUNT):
            change = ground.places[place, LOAD_CHANGE + d]
            known[i, LOAD_NOW + d] = known[i - 1, LOAD_NOW + d] + change
    look_back(ground, tours, courier)
    tours.cost[courier] = known[stops_count, SPENT] - ground.fleet[courier, BASE_COST]
    if tours.tally[courier, JOBS] > 0:
        tours.cost[courier] += ground.fleet[courier, OFFER_COST]
    tours.tally[courier, PRINT] = print_of(route, stops_count, courier)


@lean_kernel
def print_of(route: I64, stops_count: int, courier: int) -> int:
    """Return a fingerprint of a courier's route, 62 bits: two remainders of one polynomial."""
    high, low = courier + 1, courier + 1
    for i in range(1, stops_count + 1):
        high = (high * _HIGH_BASE + route[i] + 1) % _PRIME
        low = (low * _LOW_BASE + route[i] + 1) % _PRIME
    return (high << 31) + low


@lean_kernel
def look_back(ground: Ground, tours: Tours, courier: int) -> None:
    """Note what is known of the rest of the route at each stop, from the last one up."""
    known, route = tours.known[courier], tours.route[courier]
    stops_count = tours.tally[courier, STOPS]
    spent, slope, bend_s, slack_s = known[stops_count, SPENT], 0.0, np.inf, np.inf
    block = Block(np.inf, 0.0, -np.inf, 0.0, np.inf)
    for i in range(stops_count, 0, -1):
        place, row = route[i], known[i]
        arrival_s = row[ARRIVAL_S]
        block = joined_by(ground, courier, place, block, arrival_s)
        if is_shared(ground.places, route[i - 1], place):
            row[AHEAD], row[SLOPE], row[BEND_S], row[SLACK_S] = -np.inf, 0.0, -1.0, np.inf
            continue
        wait_s = block.leave_s - arrival_s - block.service_s
        if wait_s > 0.0:  # a delay shorter than the wait does not reach what follows
            bend_s = wait_s if slope > 0.0 else wait_s + bend_s
            slope, slack_s = 0.0, wait_s + slack_s
        slope += block.slope
        bend_s = min(bend_s, block.bend_s - arrival_s)
        slack_s = min(slack_s, block.latest_s - arrival_s)
        before = known[i - 1, SPENT] + toll_of(ground, place, row[WAY_S])
        row[AHEAD], row[SLOPE], row[BEND_S], row[SLACK_S] = spent - before, slope, bend_s, slack_s
        block = Block(np.inf, 0.0, -np.inf, 0.0, np.inf)


@lean_kernel
def joined_by(ground: Ground, courier: int, place: int, block: Block, arrival_s: float) -> Block:
    """Return the block with one more stop, at which the courier arrives then."""
    row = ground.places[place]
    slope, bend_s = block.slope, block.bend_s
    if arrival_s >= row[READY_S]:
        slope += row[START_RATE]
    elif row[START_RATE] > 0.0:
        bend_s = min(bend_s, row[READY_S])
    if arrival_s >= row[DUE_S]:
        slope += row[LATE_RATE]
    elif row[LATE_RATE] > 0.0:
        bend_s = min(bend_s, row[DUE_S])
    return Block(
        min(block.latest_s, latest_of(ground, courier, place)),
        max(block.service_s, row[SERVICE_S]),
        max(block.leave_s, row[READY_S] + row[SERVICE_S]),
        slope,
        bend_s,
    )


@lean_kernel
def latest_of(ground: Ground, courier: int, place: int) -> float:
    """Return the latest arrival at a stop, as `walk.in_time` has it."""
    row, courier_row = ground.places[place], ground.fleet[courier]
    if row[IS_NEW] == 0.0:
        return row[LATEST_S]
    latest_s = min(row[LATEST_S], courier_row[SHIFT_END_S])
    if row[IS_DROPOFF] > 0.0:
        return latest_s
    return min(latest_s, courier_row[PICKUP_END_S])


@lean_kernel
def toll_of(ground: Ground, place: int, way_s: float) -> float:
    """Return what the way to a stop that is not shared costs, its access included."""
    row, rate = ground.places[place], ground.rates.courier_time
    return rate * (way_s + row[ACCESS_S]) + row[INBOUND_RATE] * way_s


@lean_kernel
def put_in(ground: Ground, tours: Tours, courier: int, job: int, after: tuple[int, int]) -> None:
    """Give a job to a courier: the pickup, and the drop-off, behind these positions of its route.

    Behind the same one, the drop-off follows the pickup.
    """
    route, stops_count = tours.route[courier], tours.tally[courier, STOPS]
    for i in range(stops_count, after[1], -1):
        route[i + 2] = route[i]
    route[after[1] + 2] = dropoff_of(ground, job)
    for i in range(after[1], after[0], -1):
        route[i + 1] = route[i]
    route[after[0] + 1] = pickup_of(ground, job)
    tours.tally[courier, STOPS] += 2
    tours.tally[courier, JOBS] += 1
    tours.owner[job] = courier
    refresh(ground, tours, courier)


@lean_kernel
def take_out(ground: Ground, tours: Tours, job: int) -> None:
    """Take a job from its courier. What is known of the route is out of date until `refresh`."""
    courier = tours.owner[job]
    route, pickup, dropoff = tours.route[courier], pickup_of(ground, job), dropoff_of(ground, job)
    kept_count = 0
    for i in range(1, tours.tally[courier, STOPS] + 1):
        if route[i] not in (pickup, dropoff):
            kept_count += 1
            route[kept_count] = route[i]
    tours.tally[courier, STOPS] = kept_count
    tours.tally[courier, JOBS] -= 1
    tours.owner[job] = -1


@lean_kernel
def copy_routes(ground: Ground, source: Tours, target: Tours, couriers: I64) -> None:
    """Make the routes of some couriers what they are in the source.

    A job that moved between them, or from or to nobody, has its new owner.
    """
    for i in range(couriers.shape[0]):
        disown(ground, target, couriers[i])
    for i in range(couriers.shape[0]):
        c = couriers[i]
        copy_route(source, target, c)
        for stop in range(1, source.tally[c, STOPS] + 1):
            job = job_of_pickup(ground, source.route[c, stop])
            if job >= 0:
                target.owner[job] = c


@lean_kernel
def disown(ground: Ground, tours: Tours, courier: int) -> None:
    """Forget who owns the jobs of a courier's route."""
    for i in range(1, tours.tally[courier, STOPS] + 1):
        job = job_of_pickup(ground, tours.route[courier, i])
        if job >= 0:
            tours.owner[job] = -1


@lean_kernel
def copy_route(source: Tours, target: Tours, courier: int) -> None:
    """Copy a route and all that is known of it, but for the owners of its jobs."""
    target.cost[courier] = source.cost[courier]
    for column in range(TALLY_COLUMNS_COUNT):
        target.tally[courier, column] = source.tally[courier, column]
    for i in range(source.tally[courier, STOPS] + 1):
        target.route[courier, i] = source.route[courier, i]
        for column in range(KNOWN_COLUMNS_COUNT):
            target.known[courier, i, column] = source.known[courier, i, column]


@lean_kernel
def job_of_pickup(ground: Ground, place: int) -> int:
    """Return the job that is picked up at a place, -1 if none is."""
    job = place - ground.stops_count
    return job if 0 <= job < ground.jobs_count else -1
