"""Cities of any size as snapshots: hot spots, three vehicles, committed routes, open jobs."""

import math
from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64, Bools
from matching.snapshot import LOAD_JOBS_COUNT, Snapshot, Travel, check

CENTRE_LAT_DEG, CENTRE_LNG_DEG = 48.8566, 2.3522
METRES_PER_DEGREE = 6_371_008.8 * math.pi / 180.0
DETOUR_FACTOR = 1.3
BUSY_SHARE = 0.4
VISITS_COUNT_MAX = 3  # parcels committed to a busy courier
ON_BOARD_SHARE = 0.65  # of them; the others are still to be picked up
SERVICE_S = 60.0


class CitySize(NamedTuple):
    """How many people, and how far apart."""

    couriers_count: int
    jobs_count: int
    radius_m: float


SIZES = {
    "town": CitySize(1_000, 500, 9_000.0),
    "city": CitySize(10_000, 5_000, 18_000.0),
    "mega": CitySize(100_000, 20_000, 40_000.0),
    "scarce town": CitySize(400, 500, 9_000.0),
    "scarce city": CitySize(4_000, 5_000, 18_000.0),
    "scarce mega": CitySize(16_000, 20_000, 40_000.0),
}


class HotSpots(NamedTuple):
    """Where people are: H normal clouds over a uniform disk."""

    centre_m: F64  # (H, 2) east, north
    share: F64  # (H,)
    spread_m: F64  # (H,)
    radius_m: float


class Visits(NamedTuple):
    """Parcels committed to couriers, in the order of the couriers."""

    courier: I64  # (V,)
    is_on_board: Bools  # (V,)
    pickup_m: F64  # (V, 2)
    dropoff_m: F64  # (V, 2)


def hot_spots(rng: np.random.Generator, radius_m: float) -> HotSpots:
    """Return the hot spots of a city: the later ones are smaller."""
    count = max(6, int(radius_m / 400.0))
    angle, far = rng.random(count) * 2 * math.pi, radius_m * 0.85 * rng.random(count) ** 0.8
    share = (np.arange(count) + 2.0) ** -0.7
    return HotSpots(
        centre_m=np.stack((far * np.cos(angle), far * np.sin(angle)), axis=1),
        share=share / share.sum(),
        spread_m=rng.uniform(0.04, 0.096, count) * radius_m,
        radius_m=radius_m,
    )


def scattered(
    rng: np.random.Generator, spots: HotSpots, count: int, *, spread: float, background_share: float
) -> F64:
    """Return (count, 2) metres east and north."""
    spot = rng.choice(len(spots.share), size=count, p=spots.share)
    at_m = spots.centre_m[spot]
    at_m = at_m + rng.normal(size=(count, 2)) * spread * spots.spread_m[spot][:, None]
    is_anywhere = rng.random(count) < background_share
    angle = rng.random(count) * 2 * math.pi
    far = spots.radius_m * np.sqrt(rng.random(count))
    anywhere_m = np.stack((far * np.cos(angle), far * np.sin(angle)), axis=1)
    return np.where(is_anywhere[:, None], anywhere_m, at_m)


def degrees_of(at_m: F64) -> F64:
    """Return (N, 2) latitudes and longitudes of metres east and north of the centre."""
    lng_metres = METRES_PER_DEGREE * math.cos(math.radians(CENTRE_LAT_DEG))
    lat = CENTRE_LAT_DEG + at_m[:, 1] / METRES_PER_DEGREE
    return np.ascontiguousarray(np.stack((lat, CENTRE_LNG_DEG + at_m[:, 0] / lng_metres), axis=1))


def visits_of(rng: np.random.Generator, courier_m: F64, jobs_max: F64) -> Visits:
    """Return what the busy ones among the couriers are committed to, within their capacity."""
    is_busy = rng.random(len(courier_m)) < BUSY_SHARE
    count = np.minimum(rng.integers(1, VISITS_COUNT_MAX + 1, len(courier_m)), jobs_max)
    courier = np.repeat(np.arange(len(courier_m)), np.where(is_busy, count, 0).astype(np.int64))
    pickup_m = courier_m[courier] + rng.normal(scale=700.0, size=(len(courier), 2))
    return Visits(
        courier=courier,
        is_on_board=rng.random(len(courier)) < ON_BOARD_SHARE,
        pickup_m=pickup_m,
        dropoff_m=pickup_m + rng.normal(scale=1_100.0, size=(len(courier), 2)),
    )


class Stops(NamedTuple):
    """The stops of all routes, in order."""

    courier: I64  # (S,)
    visit: I64  # (S,)
    is_pickup: Bools  # (S,)
    at_m: F64  # (S, 2)


def stops_of(visits: Visits) -> Stops:
    """Return each courier's stops: first all its pickups, then all its drop-offs."""
    picked, all_visits = np.flatnonzero(~visits.is_on_board), np.arange(len(visits.courier))
    visit = np.concatenate((picked, all_visits))
    is_pickup = np.arange(len(visit)) < len(picked)
    order = np.lexsort((visit, ~is_pickup, visits.courier[visit]))
    visit, is_pickup = visit[order], is_pickup[order]
    at_m = np.where(is_pickup[:, None], visits.pickup_m[visit], visits.dropoff_m[visit])
    return Stops(visits.courier[visit], visit, is_pickup, at_m)


def due_s_of(
    rng: np.random.Generator, stops: Stops, courier_m: F64, speed_mps: F64, free_s: F64
) -> F64:
    """Return the latest arrivals at the stops: when they would be reached, and some slack."""
    is_first = np.diff(stops.courier, prepend=-1) != 0
    before_m = np.where(is_first[:, None], courier_m[stops.courier], np.roll(stops.at_m, 1, axis=0))
    way_m = np.linalg.norm(stops.at_m - before_m, axis=1) * DETOUR_FACTOR
    spent_s = np.cumsum(way_m / speed_mps[stops.courier] + 2.0 * SERVICE_S)
    begun_s = (spent_s - way_m / speed_mps[stops.courier] - 2.0 * SERVICE_S)[is_first]
    since_s = spent_s - np.repeat(
        begun_s, np.diff(np.append(np.flatnonzero(is_first), len(is_first)))
    )
    return since_s + free_s[stops.courier] + rng.uniform(200.0, 1_500.0, len(is_first))


def city(size: CitySize, seed: int) -> Snapshot:
    """Return the checked snapshot of one city at one instant; the same one for the same seed."""
    rng = np.random.default_rng(seed)
    couriers, jobs = size.couriers_count, size.jobs_count
    spots = hot_spots(rng, size.radius_m)
    courier_m = scattered(rng, spots, couriers, spread=1.0, background_share=0.15)
    pickup_m = scattered(rng, spots, jobs, spread=0.6, background_share=0.08)
    far_m, angle = rng.gamma(3.0, 900.0, jobs), rng.random(jobs) * 2 * math.pi
    dropoff_m = pickup_m + np.stack((far_m * np.cos(angle), far_m * np.sin(angle)), axis=1)
    kind = rng.choice(3, size=couriers, p=(0.15, 0.45, 0.40))
    speed_mps = np.array((3.5, 5.5, 8.0))[kind]
    capacity = np.array(((8e3, 40.0, 2.0), (15e3, 60.0, 3.0), (25e3, 90.0, 4.0)))[kind]
    free_s = rng.choice((0.0, 0.0, 0.0, 60.0), couriers)
    visits = visits_of(rng, courier_m, capacity[:, LOAD_JOBS_COUNT])
    visit_load = parcels(rng, len(visits.courier))
    stops = stops_of(visits)
    sign = np.where(stops.is_pickup, 1.0, -1.0)[:, None]
    on_board = np.zeros((couriers, 3))
    np.add.at(on_board, visits.courier[visits.is_on_board], visit_load[visits.is_on_board])
    live_count = np.bincount(visits.courier, minlength=couriers)
    ready_s = rng.uniform(-300.0, 600.0, jobs)
    ride_s = far_m * DETOUR_FACTOR / 5.0
    return check(
        Snapshot(
            courier_deg=degrees_of(courier_m),
            courier_speed_mps=speed_mps,
            courier_free_s=free_s,
            courier_capacity=capacity,
            courier_load=on_board,
            courier_shift_end_s=rng.uniform(1_800.0, 14_400.0, couriers),
            courier_pickup_end_s=np.full(couriers, np.inf),
            courier_vehicle_bit=(1 << kind).astype(np.uint32),
            courier_ability_bits=rng.integers(4, size=couriers).astype(np.uint32),
            courier_position_age_s=rng.exponential(6.0, couriers),
            courier_jobs_room=(capacity[:, LOAD_JOBS_COUNT].astype(np.int64) - live_count),
            courier_acceptance_share=rng.uniform(0.5, 1.0, couriers),
            courier_earnings_share=rng.uniform(0.6, 1.4, couriers),
            route_start=np.searchsorted(stops.courier, np.arange(couriers + 1)),
            stop_deg=degrees_of(stops.at_m),
            stop_is_pickup=stops.is_pickup,
            stop_job=stops.visit,
            stop_ready_s=np.where(
                stops.is_pickup, rng.uniform(-300.0, 400.0, len(stops.visit)), -np.inf
            ),
            stop_due_s=due_s_of(rng, stops, courier_m, speed_mps, free_s),
            stop_access_s=np.full(len(stops.visit), 30.0),
            stop_service_s=np.full(len(stops.visit), SERVICE_S),
            stop_is_unmixed=np.zeros(len(stops.visit), np.bool_),
            stop_load=visit_load[stops.visit] * sign,
            pickup_deg=degrees_of(pickup_m),
            dropoff_deg=degrees_of(dropoff_m),
            ready_s=ready_s,
            due_s=np.maximum(ready_s, 0.0) + 1_500.0 + ride_s + rng.uniform(0.0, 1_800.0, jobs),
            pickup_access_s=np.full(jobs, 30.0),
            pickup_service_s=np.full(jobs, SERVICE_S),
            dropoff_access_s=np.full(jobs, 30.0),
            dropoff_service_s=np.full(jobs, SERVICE_S),
            job_load=parcels(rng, jobs),
            job_age_s=np.maximum(0.0, -ready_s),
            job_vehicle_bits=rng.choice((7, 7, 7, 6), jobs).astype(np.uint32),
            job_requirement_bits=rng.choice((0, 0, 0, 1), jobs).astype(np.uint32),
            job_is_unmixed=np.zeros(jobs, np.bool_),
            job_radius_m=rng.choice((3_000.0, 5_000.0), jobs),
            decline_start=np.arange(jobs + 1) // 5,
            decline_courier=rng.integers(couriers, size=jobs // 5),
            job_last_courier=np.full(jobs, -1),
            job_last_rank=np.zeros(jobs, np.int64),
            demand_deg=np.empty((0, 2)),
            demand_per_h=np.empty(0),
            travel=Travel(DETOUR_FACTOR),
        )
    )


def parcels(rng: np.random.Generator, count: int) -> F64:
    """Return (count, 3) loads: weight, volume, and one job each."""
    weight_g, volume_l = rng.uniform(300.0, 6_000.0, count), rng.uniform(2.0, 20.0, count)
    return np.stack((weight_g, volume_l, np.ones(count)), axis=1)
