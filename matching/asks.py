"""What a job asks of a courier, as one row that a kernel reads once."""

import numpy as np

from matching.arrays import F64, Bools
from matching.grid import Plane, flat_m
from matching.ground import (
    ACCESS_S,
    DUE_S,
    INBOUND_RATE,
    IS_DROPOFF,
    LATE_RATE,
    LATEST_S,
    LOAD_CHANGE,
    LOADS_COUNT,
    RADIUS_M,
    READY_S,
    SERVICE_S,
    SINCE_S,
    START_RATE,
    Ground,
    dropoff_of,
    pickup_of,
)
from matching.kernel import kernel
from matching.travel import distance_m

# The row begins with the pickup's point, and then the drop-off's.
DROP_POINT = 3
PICK_ACCESS_S = 6
PICK_READY_S = 7
PICK_SERVICE_S = 8
RIDE_M = 9  # the straight line from the pickup to the drop-off
DROP_ACCESS_S = 10
DROP_SERVICE_S = 11
DROP_DUE_S = 12
DROP_LATEST_S = 13
ASK_RADIUS_M = 14
FIXED_COST = 15  # what does not depend on the courier
PICK_INBOUND_RATE = 16
PICK_START_RATE = 17
DROP_START_RATE = 18
DROP_LATE_RATE = 19
IS_ALONE = 20  # 1 or 0: no committed stop is where its pickup or its drop-off is
OWN_SHARED_COST = 21  # what it saves at most where its stops are shared with committed ones
OPEN_COST = 22
JOB = 23
LOAD = 24  # and the next ones, by load dimension
PICK_EAST_M = LOAD + LOADS_COUNT  # in the plane of the grid
PICK_NORTH_M = PICK_EAST_M + 1
DROP_EAST_M = PICK_EAST_M + 2
DROP_NORTH_M = PICK_EAST_M + 3
EASE_S = PICK_EAST_M + 4  # by which it may be late where a stop may be shared, from afar
NET_COST = PICK_EAST_M + 5  # fixed, less that of staying open
ASK_COLUMNS_COUNT = PICK_EAST_M + 6

_MARKS_BITS = 20
_EASE_S = 1e9


@kernel
def asks_of(ground: Ground, plane: Plane) -> F64:
    """Return the (J, ASK_COLUMNS_COUNT) rows of all jobs of a settled ground."""
    table = np.empty((ground.jobs_count, ASK_COLUMNS_COUNT))
    marks = _marks_of(ground)
    for job in range(ground.jobs_count):
        pick, drop = pickup_of(ground, job), dropoff_of(ground, job)
        pickup, dropoff, row = ground.places[pick], ground.places[drop], table[job]
        row[:3], row[DROP_POINT : DROP_POINT + 3] = pickup[:3], dropoff[:3]
        row[PICK_EAST_M], row[PICK_NORTH_M] = flat_m(plane, ground.places, pick)
        row[DROP_EAST_M], row[DROP_NORTH_M] = flat_m(plane, ground.places, drop)
        row[PICK_ACCESS_S], row[PICK_READY_S] = pickup[ACCESS_S], pickup[READY_S]
        row[PICK_SERVICE_S], row[ASK_RADIUS_M] = pickup[SERVICE_S], pickup[RADIUS_M]
        row[RIDE_M] = distance_m(ground.places, pick, ground.places, drop)
        row[DROP_ACCESS_S], row[DROP_SERVICE_S] = dropoff[ACCESS_S], dropoff[SERVICE_S]
        row[DROP_DUE_S], row[DROP_LATEST_S] = dropoff[DUE_S], dropoff[LATEST_S]
        row[PICK_INBOUND_RATE], row[PICK_START_RATE] = pickup[INBOUND_RATE], pickup[START_RATE]
        row[DROP_START_RATE], row[DROP_LATE_RATE] = dropoff[START_RATE], dropoff[LATE_RATE]
        row[OPEN_COST], row[JOB] = ground.open_cost[job], job
        for d in range(LOADS_COUNT):
            row[LOAD + d] = pickup[LOAD_CHANGE + d]
        stay_s = pickup[ACCESS_S] + pickup[SERVICE_S] + dropoff[ACCESS_S] + dropoff[SERVICE_S]
        paid = ground.rates.courier_time * stay_s
        row[FIXED_COST] = paid - pickup[START_RATE] * pickup[SINCE_S]
        row[FIXED_COST] -= dropoff[START_RATE] * dropoff[SINCE_S]
        rate = pickup[START_RATE] + dropoff[START_RATE] + dropoff[LATE_RATE]
        row[OWN_SHARED_COST] = paid + rate * (stay_s - dropoff[SERVICE_S])
        is_met = marks[_mark_of(pickup)] or marks[_mark_of(dropoff)]
        row[IS_ALONE], row[EASE_S] = (0.0, _EASE_S) if is_met else (1.0, 0.0)
        row[NET_COST] = row[FIXED_COST] - row[OPEN_COST]
    return table


@kernel
def _marks_of(ground: Ground) -> Bools:
    """Return which marks committed stops have; two points may have the same one, rarely."""
    marks = np.zeros(1 << _MARKS_BITS, np.bool_)
    for place in range(ground.stops_count):
        marks[_mark_of(ground.places[place])] = True
    return marks


@kernel
def _mark_of(place: F64) -> int:
    """Return a number from the point and the kind of a stop: equal ones have the same."""
    mixed = int(place[IS_DROPOFF])
    for d in range(3):
        mixed = mixed * 31 + int(place[d] * 1_024.0)
    return (mixed * 0x9E3779B1 >> 12) & ((1 << _MARKS_BITS) - 1)
