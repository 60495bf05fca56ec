"""The snapshot as the kernels read it: one table of couriers, one of every stop of any route.

Places are the S committed stops, then the J pickups, then the J drop-offs, so that a route is a
list of rows of one table. Few wide tables instead of many columns: a kernel pays for each array
that it hands to another one, in compilation and at every call.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.costs import Rates, rates_of
from matching.kernel import kernel
from matching.params import Params
from matching.snapshot import Snapshot
from matching.travel import distance_m, points_of

# Columns of both tables begin with the point, (x, y, z) metres: see `travel`.
SPEED_MPS = 3  # straight line: the mean speed over the detour factor
FREE_S = 4
SHIFT_END_S = 5
POSITION_AGE_S = 6
JOBS_ROOM = 7
CAPACITY = 8  # and the next two, by load dimension
LOAD_ON_BOARD = 11  # and the next two
FLEET_COLUMNS_COUNT = 14

READY_S = 3
SERVICE_S = 4
DUE_S = 5  # lateness counts from here
LATEST_S = 6  # arrival later than this is not allowed
IS_DROPOFF = 7  # 1 or 0
LOAD_CHANGE = 8  # and the next two, by load dimension
PLACES_COLUMNS_COUNT = 11


class Ground(NamedTuple):
    """C couriers, and N = S + 2 J places."""

    fleet: F64  # (C, FLEET_COLUMNS_COUNT)
    places: F64  # (N, PLACES_COLUMNS_COUNT)
    route_start: I64  # (C + 1,) rows of places, which begin with the committed stops
    stops_count: int
    jobs_count: int
    rates: Rates


def survey(snapshot: Snapshot, params: Params) -> Ground:
    """Return the ground of a checked snapshot."""
    return Ground(
        fleet=_fleet_of(snapshot),
        places=_places_of(snapshot, lateness_s_max=params.lateness_s_max),
        route_start=snapshot.route_start,
        stops_count=len(snapshot.stop_deg),
        jobs_count=len(snapshot.ready_s),
        rates=rates_of(snapshot, params),
    )


def _fleet_of(snapshot: Snapshot) -> F64:
    fleet = np.empty((len(snapshot.courier_deg), FLEET_COLUMNS_COUNT))
    fleet[:, :3] = points_of(snapshot.courier_deg)
    fleet[:, SPEED_MPS] = snapshot.courier_speed_mps / snapshot.travel.detour_factor
    fleet[:, FREE_S] = snapshot.courier_free_s
    fleet[:, SHIFT_END_S] = snapshot.courier_shift_end_s
    fleet[:, POSITION_AGE_S] = snapshot.courier_position_age_s
    fleet[:, JOBS_ROOM] = snapshot.courier_jobs_room
    fleet[:, CAPACITY : CAPACITY + 3] = snapshot.courier_capacity
    fleet[:, LOAD_ON_BOARD : LOAD_ON_BOARD + 3] = snapshot.courier_load
    return fleet


def _places_of(snapshot: Snapshot, *, lateness_s_max: float) -> F64:
    stops_count, jobs_count = len(snapshot.stop_deg), len(snapshot.ready_s)
    places = np.empty((stops_count + 2 * jobs_count, PLACES_COLUMNS_COUNT))
    stops, pickups, dropoffs = np.split(places, (stops_count, stops_count + jobs_count))
    stops[:, :3] = points_of(snapshot.stop_deg)
    stops[:, READY_S] = snapshot.stop_ready_s
    stops[:, SERVICE_S] = snapshot.stop_service_s
    stops[:, DUE_S] = snapshot.stop_due_s
    stops[:, LATEST_S] = snapshot.stop_due_s
    stops[:, IS_DROPOFF] = ~snapshot.stop_is_pickup
    stops[:, LOAD_CHANGE:] = snapshot.stop_load
    pickups[:, :3] = points_of(snapshot.pickup_deg)
    pickups[:, READY_S] = snapshot.ready_s
    pickups[:, SERVICE_S] = snapshot.pickup_service_s
    pickups[:, DUE_S : LATEST_S + 1] = np.inf
    pickups[:, IS_DROPOFF] = 0.0
    pickups[:, LOAD_CHANGE:] = snapshot.job_load
    dropoffs[:, :3] = points_of(snapshot.dropoff_deg)
    dropoffs[:, READY_S] = -np.inf
    dropoffs[:, SERVICE_S] = snapshot.dropoff_service_s
    dropoffs[:, DUE_S] = snapshot.due_s
    dropoffs[:, LATEST_S] = snapshot.due_s + lateness_s_max
    dropoffs[:, IS_DROPOFF] = 1.0
    dropoffs[:, LOAD_CHANGE:] = -snapshot.job_load
    return places


@kernel
def pickup_of(ground: Ground, job: int) -> int:
    """Return the place of a job's pickup."""
    return ground.stops_count + job


@kernel
def dropoff_of(ground: Ground, job: int) -> int:
    """Return the place of a job's drop-off."""
    return ground.stops_count + ground.jobs_count + job


@kernel
def ride_s(ground: Ground, courier: int, from_place: int, to_place: int) -> float:
    """Return the courier's travel time between two places, seconds."""
    metres = distance_m(ground.places, from_place, ground.places, to_place)
    return metres / ground.fleet[courier, SPEED_MPS]


@kernel
def approach_s(ground: Ground, courier: int, place: int) -> float:
    """Return the courier's travel time from where it is, seconds."""
    metres = distance_m(ground.fleet, courier, ground.places, place)
    return metres / ground.fleet[courier, SPEED_MPS]
