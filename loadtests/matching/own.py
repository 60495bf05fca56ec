"""Our ruin and recreate on a batch: the same kernels and the same ground as in a tick."""

import math

import numpy as np

from loadtests.matching.batch import (
    CAPACITY,
    DETOUR_FACTOR,
    OPEN_COST,
    SERVICE_S,
    SPEED_MPS,
    Batch,
)
from matching.ground import Ground, survey
from matching.links import Pairs, links_of
from matching.params import Params
from matching.routes import Work, work_of
from matching.snapshot import LOAD_JOBS_COUNT, Roads, Snapshot, Travel, check
from matching.tours import STOPS, tours_of
from matching.walk import settle

_METRES_PER_DEGREE = 6_371_008.8 * math.pi / 180.0
_JOBS_PER_COURIER_MAX = 24
_EVERYWHERE_M = 1e6


def ground_of(batch: Batch) -> Ground:
    """Return the ground of a batch: a second of travel costs one, all else nothing."""
    jobs_count, couriers_count = len(batch.ready_s), batch.couriers_count
    params = Params(
        inbound_s_max=math.inf,
        pickup_wait_weight=0.0,
        inbound_weight=0.0,
        courier_time_weight=couriers_count / jobs_count,  # times jobs per courier: one
        pressure_max=math.inf,
        lateness_weight=0.0,
        detour_weight=0.0,
        age_weight=0.0,
        open_job_s=float(OPEN_COST + 2 * SERVICE_S),  # service is paid for as travel is
    )
    ground = survey(_snapshot_of(batch), params)
    settle(ground)
    return ground


def _snapshot_of(batch: Batch) -> Snapshot:
    jobs_count, couriers_count = len(batch.ready_s), batch.couriers_count
    degrees = batch.point_m / _METRES_PER_DEGREE
    pickup, dropoff, courier = np.split(degrees, (jobs_count, 2 * jobs_count))
    nodes = np.arange(len(degrees))
    nobody, nothing = np.zeros(couriers_count), np.zeros(jobs_count)
    load = np.zeros((jobs_count, 3))
    load[:, LOAD_JOBS_COUNT] = batch.size
    return check(
        Snapshot(
            courier_deg=courier.copy(),
            courier_speed_mps=np.full(couriers_count, SPEED_MPS),
            courier_free_s=nobody,
            courier_capacity=np.full((couriers_count, 3), float(CAPACITY)),
            courier_load=np.zeros((couriers_count, 3)),
            courier_shift_end_s=np.full(couriers_count, np.inf),
            courier_pickup_end_s=np.full(couriers_count, np.inf),
            courier_vehicle_bit=np.ones(couriers_count, np.uint32),
            courier_ability_bits=np.zeros(couriers_count, np.uint32),
            courier_position_age_s=nobody,
            courier_jobs_room=np.full(couriers_count, _JOBS_PER_COURIER_MAX),
            courier_acceptance_share=np.ones(couriers_count),
            courier_earnings_share=np.ones(couriers_count),
            route_start=np.zeros(couriers_count + 1, np.int64),
            stop_deg=np.empty((0, 2)),
            stop_is_pickup=np.empty(0, np.bool_),
            stop_job=np.empty(0, np.int64),
            stop_ready_s=np.empty(0),
            stop_due_s=np.empty(0),
            stop_access_s=np.empty(0),
            stop_service_s=np.empty(0),
            stop_is_unmixed=np.empty(0, np.bool_),
            stop_load=np.empty((0, 3)),
            pickup_deg=pickup.copy(),
            dropoff_deg=dropoff.copy(),
            ready_s=batch.ready_s.astype(np.float64),
            due_s=(batch.due_s - SERVICE_S).astype(np.float64),
            pickup_access_s=nothing,
            pickup_service_s=np.full(jobs_count, float(SERVICE_S)),
            dropoff_access_s=nothing,
            dropoff_service_s=np.full(jobs_count, float(SERVICE_S)),
            job_load=load,
            job_age_s=nothing,
            job_vehicle_bits=np.ones(jobs_count, np.uint32),
            job_requirement_bits=np.zeros(jobs_count, np.uint32),
            job_is_unmixed=np.zeros(jobs_count, np.bool_),
            job_radius_m=np.full(jobs_count, _EVERYWHERE_M),
            decline_start=np.zeros(jobs_count + 1, np.int64),
            decline_courier=np.empty(0, np.int64),
            job_last_courier=np.full(jobs_count, -1),
            job_last_rank=np.zeros(jobs_count, np.int64),
            demand_deg=np.empty((0, 2)),
            demand_per_h=np.empty(0),
            travel=Travel(
                detour_factor=DETOUR_FACTOR,
                roads=Roads(
                    table_m=batch.table_s[None].astype(np.float64) * SPEED_MPS,
                    courier_table=np.zeros(couriers_count, np.int64),
                    courier_node=nodes[2 * jobs_count :],
                    stop_node=np.empty(0, np.int64),
                    pickup_node=nodes[:jobs_count],
                    dropoff_node=nodes[jobs_count : 2 * jobs_count],
                ),
            ),
        )
    )


def work_on(ground: Ground, *, seed: int) -> Work:
    """Return the work on a batch without any plan before: every courier is a candidate."""
    jobs_count, couriers_count = ground.jobs_count, len(ground.fleet)
    links = links_of(
        ground,
        np.arange(jobs_count),
        Pairs(
            np.arange(jobs_count + 1) * couriers_count,
            np.tile(np.arange(couriers_count), jobs_count),
        ),
    )
    return work_of(ground, tours_of(ground, jobs_max=_JOBS_PER_COURIER_MAX), links, seed=seed)


def routes_of(work: Work) -> list[list[int]]:
    """Return the best routes as nodes of the batch, which are the places of the ground."""
    best = work.best
    return [best.route[c, 1 : best.tally[c, STOPS] + 1].tolist() for c in range(len(best.route))]
