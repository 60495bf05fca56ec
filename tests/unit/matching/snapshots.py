"""Makes snapshots for tests: by hand from couriers and jobs on a plane, or from a seed."""

import math
from dataclasses import dataclass, field

import numpy as np

from matching.snapshot import Snapshot, Travel, check

CENTRE_LAT, CENTRE_LNG = 48.2, 16.37
METRES_PER_DEGREE = 6_371_008.8 * math.pi / 180.0
STRAIGHT = Travel(detour_factor=1.0)

Point = tuple[float, float]  # metres east and north of the centre


@dataclass(frozen=True)
class Stop:
    at: Point = (0.0, 0.0)
    is_pickup: bool = False
    job: int = 0
    ready_s: float = -math.inf
    due_s: float = math.inf
    access_s: float = 0.0
    service_s: float = 0.0
    is_unmixed: bool = False
    load: tuple[float, float, float] = (-1_000.0, -5.0, -1.0)


@dataclass(frozen=True)
class Courier:
    at: Point = (0.0, 0.0)
    speed_mps: float = 5.0
    free_s: float = 0.0
    capacity: tuple[float, float, float] = (10_000.0, 60.0, 4.0)
    shift_end_s: float = math.inf
    pickup_end_s: float = math.inf
    acceptance_share: float = 0.8
    earnings_share: float = 1.0
    vehicle_bit: int = 1
    ability_bits: int = 0
    position_age_s: float = 0.0
    jobs_room: int = 3
    stops: tuple[Stop, ...] = ()
    load: tuple[float, float, float] | None = None  # None: what the stops drop without a pickup


@dataclass(frozen=True)
class Job:
    at: Point = (1_000.0, 0.0)
    to: Point = (2_000.0, 0.0)
    ready_s: float = 0.0
    due_s: float = math.inf
    pickup_access_s: float = 0.0
    pickup_service_s: float = 0.0
    dropoff_access_s: float = 0.0
    dropoff_service_s: float = 0.0
    is_unmixed: bool = False
    last_courier: int = -1
    last_rank: int = 0
    load: tuple[float, float, float] = (1_000.0, 5.0, 1.0)
    age_s: float = 0.0
    vehicle_bits: int = 1
    requirement_bits: int = 0
    radius_m: float = 10_000.0
    declined_by: tuple[int, ...] = field(default=())


def degrees(points: list[Point]) -> np.ndarray:
    """Return (N, 2) latitudes and longitudes of points on the plane."""
    east, north = np.array(points, np.float64).reshape(-1, 2).T
    lng = CENTRE_LNG + east / METRES_PER_DEGREE / math.cos(math.radians(CENTRE_LAT))
    return np.ascontiguousarray(np.stack((CENTRE_LAT + north / METRES_PER_DEGREE, lng), axis=1))


def starts(sizes: list[int]) -> np.ndarray:
    return np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)


def column(rows, name: str, dtype=np.float64, width: int | None = None) -> np.ndarray:
    values = np.array([getattr(row, name) for row in rows], dtype)
    return values if width is None else values.reshape(-1, width)


def load_of(courier: Courier) -> tuple[float, float, float]:
    if courier.load is not None:
        return courier.load
    loads = np.array([stop.load for stop in courier.stops]).reshape(-1, 3)
    return tuple(-loads.sum(axis=0))


def snapshot_of(couriers: list[Courier], jobs: list[Job], *, travel: Travel = STRAIGHT) -> Snapshot:
    """Return the checked snapshot of couriers and jobs."""
    stops = [stop for courier in couriers for stop in courier.stops]
    return check(
        Snapshot(
            courier_deg=degrees([courier.at for courier in couriers]),
            courier_speed_mps=column(couriers, "speed_mps"),
            courier_free_s=column(couriers, "free_s"),
            courier_capacity=column(couriers, "capacity", width=3),
            courier_load=np.array([load_of(c) for c in couriers], np.float64).reshape(-1, 3),
            courier_shift_end_s=column(couriers, "shift_end_s"),
            courier_pickup_end_s=column(couriers, "pickup_end_s"),
            courier_acceptance_share=column(couriers, "acceptance_share"),
            courier_earnings_share=column(couriers, "earnings_share"),
            courier_vehicle_bit=column(couriers, "vehicle_bit", np.uint32),
            courier_ability_bits=column(couriers, "ability_bits", np.uint32),
            courier_position_age_s=column(couriers, "position_age_s"),
            courier_jobs_room=column(couriers, "jobs_room", np.int64),
            route_start=starts([len(courier.stops) for courier in couriers]),
            stop_deg=degrees([stop.at for stop in stops]),
            stop_is_pickup=column(stops, "is_pickup", np.bool_),
            stop_job=column(stops, "job", np.int64),
            stop_ready_s=column(stops, "ready_s"),
            stop_due_s=column(stops, "due_s"),
            stop_access_s=column(stops, "access_s"),
            stop_service_s=column(stops, "service_s"),
            stop_is_unmixed=column(stops, "is_unmixed", np.bool_),
            stop_load=column(stops, "load", width=3),
            pickup_deg=degrees([job.at for job in jobs]),
            dropoff_deg=degrees([job.to for job in jobs]),
            ready_s=column(jobs, "ready_s"),
            due_s=column(jobs, "due_s"),
            pickup_access_s=column(jobs, "pickup_access_s"),
            dropoff_access_s=column(jobs, "dropoff_access_s"),
            job_is_unmixed=column(jobs, "is_unmixed", np.bool_),
            job_last_courier=column(jobs, "last_courier", np.int64),
            job_last_rank=column(jobs, "last_rank", np.int64),
            demand_deg=np.empty((0, 2)),
            demand_per_h=np.empty(0),
            pickup_service_s=column(jobs, "pickup_service_s"),
            dropoff_service_s=column(jobs, "dropoff_service_s"),
            job_load=column(jobs, "load", width=3),
            job_age_s=column(jobs, "age_s"),
            job_vehicle_bits=column(jobs, "vehicle_bits", np.uint32),
            job_requirement_bits=column(jobs, "requirement_bits", np.uint32),
            job_radius_m=column(jobs, "radius_m"),
            decline_start=starts([len(job.declined_by) for job in jobs]),
            decline_courier=np.array([c for job in jobs for c in job.declined_by], np.int64),
            travel=travel,
        )
    )


def random_people(
    seed: int, *, couriers_count: int, jobs_count: int
) -> tuple[list[Courier], list[Job]]:
    """Return couriers and jobs in a small city where every filter has something to do."""
    rng = np.random.default_rng(seed)
    couriers = [random_courier(rng) for _ in range(couriers_count)]
    return couriers, [random_job(rng, couriers_count) for _ in range(jobs_count)]


def random_snapshot(seed: int, *, couriers_count: int, jobs_count: int) -> Snapshot:
    people = random_people(seed, couriers_count=couriers_count, jobs_count=jobs_count)
    return snapshot_of(*people, travel=Travel(detour_factor=1.3))


def random_point(rng) -> Point:
    """Return a point of a coarse grid, so that equal points and equal costs happen."""
    east, north = rng.integers(-6, 7, 2) * 400.0
    return float(east), float(north)


def random_courier(rng) -> Courier:
    stops = random_stops(rng, visits_count=int(rng.choice((0, 0, 1, 2))))
    return Courier(
        at=random_point(rng),
        speed_mps=float(rng.choice((1.4, 4.5, 7.0))),
        free_s=float(rng.choice((0.0, 0.0, 90.0))),
        capacity=(float(rng.choice((2_500.0, 8_000.0))), 40.0, float(rng.integers(2, 6))),
        shift_end_s=float(rng.choice((1_500.0, 7_200.0, np.inf))),
        pickup_end_s=float(rng.choice((900.0, np.inf, np.inf))),
        acceptance_share=float(rng.choice((0.5, 0.8, 1.0))),
        earnings_share=float(rng.choice((0.5, 1.0, 2.0))),
        vehicle_bit=int(rng.choice((1, 2))),
        ability_bits=int(rng.integers(4)),
        position_age_s=float(rng.choice((0.0, 5.0, 20.0, 100.0))),
        jobs_room=int(rng.integers(4)),
        stops=stops,
    )


def random_stops(rng, *, visits_count: int) -> tuple[Stop, ...]:
    """Return a committed route: some parcels on board, some still to be picked up on the way."""
    pickups, dropoffs = [], []
    is_unmixed = bool(rng.random() < 0.3)
    for job in range(visits_count):
        load = np.array((float(rng.integers(1, 1_500)), 5.0, 1.0))
        due_s = float(rng.choice((300.0, 1_800.0, np.inf)))
        if rng.random() < 0.4:
            ready_s = float(rng.choice((-np.inf, 0.0, 500.0)))
            pickups.append(
                Stop(
                    random_point(rng),
                    is_pickup=True,
                    job=job,
                    ready_s=ready_s,
                    access_s=float(rng.choice((0.0, 20.0))),
                    is_unmixed=is_unmixed,
                    load=tuple(load),
                )
            )
        dropoffs.append(
            Stop(
                random_point(rng),
                job=job,
                due_s=due_s,
                service_s=60.0,
                is_unmixed=is_unmixed,
                load=tuple(-load),
            )
        )
    return (*pickups, *dropoffs)


def random_job(rng, couriers_count: int) -> Job:
    ready_s = float(rng.choice((-200.0, 0.0, 300.0, 900.0)))
    declined = np.flatnonzero(rng.random(couriers_count) < 0.1)
    return Job(
        at=random_point(rng),
        to=random_point(rng),
        ready_s=ready_s,
        due_s=ready_s + float(rng.choice((900.0, 2_400.0, np.inf))),
        pickup_access_s=float(rng.choice((0.0, 30.0))),
        dropoff_access_s=float(rng.choice((0.0, 30.0))),
        is_unmixed=bool(rng.random() < 0.3),
        pickup_service_s=float(rng.choice((0.0, 60.0))),
        dropoff_service_s=30.0,
        load=(float(rng.integers(1, 3_000)), 6.0, 1.0),
        age_s=max(0.0, -ready_s),
        vehicle_bits=int(rng.choice((1, 3, 3))),
        requirement_bits=int(rng.choice((0, 0, 1))),
        radius_m=float(rng.choice((1_550.0, 4_050.0))),
        declined_by=tuple(int(c) for c in declined),
    )
