"""The snapshot as the kernels read it: one table of couriers, one of every stop of any route.

Places are the S committed stops, then the J pickups, then the J drop-offs, so that a route is a
list of rows of one table. Few wide tables instead of many columns: a kernel pays for each array
that it hands to another one, in compilation and at every call.

What a route costs is paid at its stops, each by its own columns, so that no kernel needs to know
what a stop is in order to add it up. A new pickup costs (wait - detour) per second from when the
parcel is ready, its drop-off costs detour per second from the soonest moment it could be there:
together the wait at the weight of waiting, the rest at the weight of detours. Both are >= 0 as
long as the first weight is not below the second, so a route costs no less than its beginning.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.costs import Rates, acceptance_cost, fairness_cost, open_job_costs, rates_of
from matching.kernel import lean_kernel
from matching.params import Params
from matching.snapshot import Roads, Snapshot
from matching.travel import distance_m, points_of

LOADS_COUNT = 5  # the load dimensions of the snapshot, and then:
LOAD_UNMIXED = 3  # parcels that ride only with those of the same pickup; no capacity limits them
LOAD_NEW = 4  # parcels that are new: no more at once than may be in a bundle

# Columns of both tables begin with the point, (x, y, z) metres: see `travel`.
STRAIGHT_S_PER_M = 3  # of a straight line: the detour factor over the mean speed
ROAD_S_PER_M = 4  # of the tables: one over the mean speed
NODE = 5  # row of the tables, -1 for none
TABLE = 6
FREE_S = 7
SHIFT_END_S = 8
PICKUP_END_S = 9
POSITION_AGE_S = 10
JOBS_ROOM = 11
OFFER_COST = 12  # of anything new given to this courier
BASE_COST = 13  # of the committed route, which what is new is measured against
CAPACITY = 14  # and the next four, by load dimension
LOAD_ON_BOARD = 19  # and the next four
VEHICLE_BIT = 24
ABILITY_BITS = 25
FLEET_COLUMNS_COUNT = 26

READY_S = 3
ACCESS_S = 4  # behind it the node, as in the other table
SERVICE_S = 6
DUE_S = 7  # lateness counts from here
LATEST_S = 8  # arrival later than this is not allowed
IS_DROPOFF = 9  # 1 or 0
IS_NEW = 10  # 1 or 0
SINCE_S = 11  # the start of service costs from here
START_RATE = 12  # so much a second
INBOUND_RATE = 13  # price of a second of travel to it
LATE_RATE = 14  # price of a second after the due time
LOAD_CHANGE = 15  # and the next four, by load dimension
VEHICLE_BITS = 20  # of a new pickup: vehicles allowed
REQUIREMENT_BITS = 21  # of a new pickup: abilities that the courier must have
RADIUS_M = 22  # of a new pickup: how far away couriers are looked for
PLACES_COLUMNS_COUNT = 23


class Limits(NamedTuple):
    """What the filters compare with, each of one type, so that the kernels compile once."""

    position_age_s_max: float
    inbound_s_max: float
    busy_window_m: float


class Ground(NamedTuple):
    """C couriers, and N = S + 2 J places."""

    fleet: F64  # (C, FLEET_COLUMNS_COUNT)
    places: F64  # (N, PLACES_COLUMNS_COUNT)
    route_start: I64  # (C + 1,) rows of places, which begin with the committed stops
    road_m: F64  # (T, K, K) ways between nodes; no table at all where K is 0
    open_cost: F64  # (J,) of leaving a job open for this tick
    declined: I64  # (D,) job times C plus courier, ascending: pairs that must not be
    stops_count: int
    jobs_count: int
    rates: Rates
    limits: Limits


def survey(snapshot: Snapshot, params: Params) -> Ground:
    """Return the ground of a checked snapshot."""
    roads, rates = roads_of(snapshot), rates_of(snapshot, params)
    return Ground(
        fleet=_fleet_of(snapshot, roads, params),
        places=_places_of(snapshot, roads, rates, lateness_s_max=params.lateness_s_max),
        route_start=snapshot.route_start,
        road_m=roads.table_m,
        open_cost=open_job_costs(snapshot, params),
        declined=_declined_of(snapshot),
        stops_count=len(snapshot.stop_deg),
        jobs_count=len(snapshot.ready_s),
        rates=rates,
        limits=Limits(
            position_age_s_max=float(params.position_age_s_max),
            inbound_s_max=float(params.inbound_s_max),
            busy_window_m=float(params.busy_window_m),
        ),
    )


def _declined_of(snapshot: Snapshot) -> I64:
    jobs_count, couriers_count = len(snapshot.ready_s), len(snapshot.courier_deg)
    job = np.repeat(np.arange(jobs_count), np.diff(snapshot.decline_start))
    return np.sort(job * couriers_count + snapshot.decline_courier)


def roads_of(snapshot: Snapshot) -> Roads:
    """Return the roads of a snapshot, or tables of no node where there are none."""
    if snapshot.travel.roads is not None:
        return snapshot.travel.roads
    couriers_count, stops_count = len(snapshot.courier_deg), len(snapshot.stop_deg)
    nowhere = np.full(len(snapshot.ready_s), -1, np.int64)
    return Roads(
        table_m=np.empty((1, 0, 0)),
        courier_table=np.zeros(couriers_count, np.int64),
        courier_node=np.full(couriers_count, -1, np.int64),
        stop_node=np.full(stops_count, -1, np.int64),
        pickup_node=nowhere,
        dropoff_node=nowhere,
    )


def _fleet_of(snapshot: Snapshot, roads: Roads, params: Params) -> F64:
    fleet = np.empty((len(snapshot.courier_deg), FLEET_COLUMNS_COUNT))
    fleet[:, :3] = points_of(snapshot.courier_deg)
    fleet[:, STRAIGHT_S_PER_M] = snapshot.travel.detour_factor / snapshot.courier_speed_mps
    fleet[:, ROAD_S_PER_M] = 1.0 / snapshot.courier_speed_mps
    fleet[:, NODE] = roads.courier_node
    fleet[:, TABLE] = roads.courier_table
    fleet[:, FREE_S] = snapshot.courier_free_s
    fleet[:, SHIFT_END_S] = snapshot.courier_shift_end_s
    fleet[:, PICKUP_END_S] = snapshot.courier_pickup_end_s
    fleet[:, POSITION_AGE_S] = snapshot.courier_position_age_s
    fleet[:, JOBS_ROOM] = snapshot.courier_jobs_room
    fleet[:, OFFER_COST] = acceptance_cost(snapshot, params) + fairness_cost(snapshot, params)
    fleet[:, BASE_COST] = 0.0  # until the committed routes are walked
    fleet[:, CAPACITY : CAPACITY + 3] = snapshot.courier_capacity
    fleet[:, CAPACITY + LOAD_UNMIXED] = np.inf
    fleet[:, CAPACITY + LOAD_NEW] = max(1, params.bundle_jobs_max)
    fleet[:, LOAD_ON_BOARD : LOAD_ON_BOARD + 3] = snapshot.courier_load
    fleet[:, VEHICLE_BIT] = snapshot.courier_vehicle_bit
    fleet[:, ABILITY_BITS] = snapshot.courier_ability_bits
    courier = np.repeat(np.arange(len(fleet)), np.diff(snapshot.route_start))
    unmixed = np.where(snapshot.stop_is_pickup, -1.0, 1.0) * snapshot.stop_is_unmixed
    fleet[:, LOAD_ON_BOARD + LOAD_NEW] = 0.0
    fleet[:, LOAD_ON_BOARD + LOAD_UNMIXED] = np.bincount(courier, unmixed, len(fleet))
    return fleet


def _places_of(snapshot: Snapshot, roads: Roads, rates: Rates, *, lateness_s_max: float) -> F64:
    stops_count, jobs_count = len(snapshot.stop_deg), len(snapshot.ready_s)
    places = np.zeros((stops_count + 2 * jobs_count, PLACES_COLUMNS_COUNT))
    stops, pickups, dropoffs = np.split(places, (stops_count, stops_count + jobs_count))
    _fill_stops(stops, snapshot, roads, rates)
    _fill_pickups(pickups, snapshot, roads, rates)
    _fill_dropoffs(dropoffs, snapshot, roads, rates)
    dropoffs[:, LATEST_S] = snapshot.due_s + lateness_s_max
    soonest_s = np.maximum(snapshot.ready_s, 0.0)
    pickups[:, SINCE_S] = soonest_s
    fastest_mps = snapshot.courier_speed_mps.max(initial=1.0)
    ride_s = np.linalg.norm(pickups[:, :3] - dropoffs[:, :3], axis=1) / fastest_mps
    dropoffs[:, SINCE_S] = (
        soonest_s + snapshot.pickup_service_s + ride_s + snapshot.dropoff_access_s
    )
    return places


def _fill_stops(stops: F64, snapshot: Snapshot, roads: Roads, rates: Rates) -> None:
    """Fill in the committed stops, but for when they are served: `walk.follow` does that."""
    stops[:, :3] = points_of(snapshot.stop_deg)
    stops[:, READY_S] = snapshot.stop_ready_s
    stops[:, ACCESS_S] = snapshot.stop_access_s
    stops[:, NODE] = roads.stop_node
    stops[:, SERVICE_S] = snapshot.stop_service_s
    stops[:, DUE_S] = np.inf  # what is late by a promise made before is not paid for again
    stops[:, LATEST_S] = snapshot.stop_due_s
    stops[:, IS_DROPOFF] = ~snapshot.stop_is_pickup
    stops[:, START_RATE] = np.where(snapshot.stop_is_pickup, 0.0, rates.detour)
    stops[:, LOAD_CHANGE : LOAD_CHANGE + 3] = snapshot.stop_load
    unmixed = np.where(snapshot.stop_is_pickup, 1.0, -1.0) * snapshot.stop_is_unmixed
    stops[:, LOAD_CHANGE + LOAD_UNMIXED] = unmixed


def _fill_pickups(pickups: F64, snapshot: Snapshot, roads: Roads, rates: Rates) -> None:
    pickups[:, :3] = points_of(snapshot.pickup_deg)
    pickups[:, READY_S] = snapshot.ready_s
    pickups[:, ACCESS_S] = snapshot.pickup_access_s
    pickups[:, NODE] = roads.pickup_node
    pickups[:, SERVICE_S] = snapshot.pickup_service_s
    pickups[:, DUE_S : LATEST_S + 1] = np.inf
    pickups[:, IS_NEW] = 1.0
    pickups[:, START_RATE] = rates.pickup_wait - rates.detour
    pickups[:, INBOUND_RATE] = rates.inbound
    pickups[:, LOAD_CHANGE : LOAD_CHANGE + 3] = snapshot.job_load
    pickups[:, LOAD_CHANGE + LOAD_UNMIXED] = snapshot.job_is_unmixed
    pickups[:, LOAD_CHANGE + LOAD_NEW] = 1.0
    pickups[:, VEHICLE_BITS] = snapshot.job_vehicle_bits
    pickups[:, REQUIREMENT_BITS] = snapshot.job_requirement_bits
    pickups[:, RADIUS_M] = snapshot.job_radius_m


def _fill_dropoffs(dropoffs: F64, snapshot: Snapshot, roads: Roads, rates: Rates) -> None:
    dropoffs[:, :3] = points_of(snapshot.dropoff_deg)
    dropoffs[:, READY_S] = -np.inf
    dropoffs[:, ACCESS_S] = snapshot.dropoff_access_s
    dropoffs[:, NODE] = roads.dropoff_node
    dropoffs[:, SERVICE_S] = snapshot.dropoff_service_s
    dropoffs[:, DUE_S] = snapshot.due_s
    dropoffs[:, IS_DROPOFF] = 1.0
    dropoffs[:, IS_NEW] = 1.0
    dropoffs[:, START_RATE] = rates.detour
    dropoffs[:, LATE_RATE] = rates.lateness
    dropoffs[:, LOAD_CHANGE : LOAD_CHANGE + 3] = -snapshot.job_load
    dropoffs[:, LOAD_CHANGE + LOAD_UNMIXED] = -1.0 * snapshot.job_is_unmixed
    dropoffs[:, LOAD_CHANGE + LOAD_NEW] = -1.0


@lean_kernel
def pickup_of(ground: Ground, job: int) -> int:
    """Return the place of a job's pickup."""
    return ground.stops_count + job


@lean_kernel
def dropoff_of(ground: Ground, job: int) -> int:
    """Return the place of a job's drop-off."""
    return ground.stops_count + ground.jobs_count + job


@lean_kernel
def way_s(ground: Ground, courier: int, from_table: F64, a: int, to_place: int) -> float:
    """Return the courier's travel time from a row of either table to a place, seconds."""
    fleet, places = ground.fleet, ground.places
    if ground.road_m.shape[1] > 0:
        from_node, to_node = int(from_table[a, NODE]), int(places[to_place, NODE])
        if from_node >= 0 and to_node >= 0:
            road_m = ground.road_m[int(fleet[courier, TABLE]), from_node, to_node]
            if not np.isnan(road_m):
                return road_m * fleet[courier, ROAD_S_PER_M]
    return distance_m(from_table, a, places, to_place) * fleet[courier, STRAIGHT_S_PER_M]


@lean_kernel
def ride_s(ground: Ground, courier: int, from_place: int, to_place: int) -> float:
    """Return the courier's travel time between two places, seconds."""
    return way_s(ground, courier, ground.places, from_place, to_place)


@lean_kernel
def approach_s(ground: Ground, courier: int, place: int) -> float:
    """Return the courier's travel time from where it is, seconds."""
    return way_s(ground, courier, ground.fleet, courier, place)
