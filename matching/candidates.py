"""Which courier-job pairs are worth costing, and which filter removed each other one.

A pair is considered when the courier, or any of its committed stops, lies within the job's search
radius. The first filter that applies removes it. Of what is left the couriers who can be soonest
at the pickup stay.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64, Bits, Bools
from matching.ground import CAPACITY as CAPACITY_COLUMN
from matching.ground import (
    FREE_S,
    JOBS_ROOM,
    LATEST_S,
    LOAD_CHANGE,
    POSITION_AGE_S,
    READY_S,
    SERVICE_S,
    SHIFT_END_S,
    SPEED_MPS,
    Ground,
    approach_s,
    dropoff_of,
    pickup_of,
    ride_s,
)
from matching.kernel import kernel
from matching.params import Params
from matching.shortlist import keep_least
from matching.snapshot import Snapshot
from matching.travel import arc_m, chord_squared_m2

FILTERS = (
    "vehicle",  # not one of the job's vehicles
    "capacity",  # would not fit even into the empty vehicle
    "requirements",  # lacks an ability
    "shift_end",  # would drop off after its shift, even if it did nothing else
    "deadline",  # would drop off too late, even if it did nothing else
    "stale_position",
    "declined",  # has been asked, or must not be
    "too_far",  # too long a ride, or a busy courier's route does not pass near
    "jobs_count",  # has no room for another live job
    "beyond_nearest",  # could do it, but enough others are sooner there
    "route",  # no place in its route keeps every promise and the capacity
)
(
    VEHICLE,
    CAPACITY,
    REQUIREMENTS,
    SHIFT_END,
    DEADLINE,
    STALE_POSITION,
    DECLINED,
    TOO_FAR,
    JOBS_COUNT,
    BEYOND_NEAREST,
    ROUTE,
) = range(len(FILTERS))
PASSED = -1


class Limits(NamedTuple):
    """What the filters compare with, each of one type, so that the kernels compile once."""

    position_age_s_max: float
    inbound_s_max: float
    busy_window_m: float


class Scene(NamedTuple):
    """All that the filters look at."""

    ground: Ground
    courier_bits: Bits  # (C, 2) vehicle, abilities
    job_bits: Bits  # (J, 2) vehicles allowed, requirements
    declined_job: I64  # (C,) scratch: the last job looked at that the courier has declined
    limits: Limits


class Candidates(NamedTuple):
    """P pairs to be costed, by job, then courier; R to be explained, by job, soonest first."""

    pair_job: I64  # (P,)
    pair_courier: I64  # (P,)
    reason_job: I64  # (R,)
    reason_courier: I64  # (R,)
    reason_removed_by: I64  # (R,) row of FILTERS, PASSED for none
    considered_count: I64  # (J,)
    removed_count: I64  # (J, FILTERS) of every pair considered, not only of the R


class Sieve(NamedTuple):
    """Where the screening leaves its results; lists are -1 filled, soonest first."""

    kept: I64  # (J, K) couriers to be costed
    told: I64  # (J, R) couriers to be explained
    told_removed_by: I64  # (J, R)
    considered_count: I64  # (J,)
    removed_count: I64  # (J, FILTERS)
    kept_key_s: F64  # (K,) scratch
    told_key_s: F64  # (R,) scratch
    is_asked_job: Bools  # (J,) others are left out
    is_asked_courier: Bools  # (C,) others are explained and counted, and not kept
    found: I64  # (C,) scratch: which filter removed the courier for the job in hand


@kernel
def unfit(scene: Scene, courier: int, job: int) -> int:
    """Return the filter on what the courier is that removes the pair, or PASSED."""
    if scene.job_bits[job, 0] & scene.courier_bits[courier, 0] == 0:
        return VEHICLE
    fleet, places, pickup = scene.ground.fleet, scene.ground.places, pickup_of(scene.ground, job)
    for d in range(3):
        if places[pickup, LOAD_CHANGE + d] > fleet[courier, CAPACITY_COLUMN + d]:
            return CAPACITY
    if scene.job_bits[job, 1] & ~scene.courier_bits[courier, 1] != 0:
        return REQUIREMENTS
    return PASSED


@kernel
def too_late(scene: Scene, courier: int, job: int, soonest_s: float) -> int:
    """Return the filter on time that removes the pair, or PASSED; `soonest_s` is at the pickup."""
    ground = scene.ground
    pickup, dropoff = pickup_of(ground, job), dropoff_of(ground, job)
    leave_s = max(soonest_s, ground.places[pickup, READY_S]) + ground.places[pickup, SERVICE_S]
    dropped_s = leave_s + ride_s(ground, courier, pickup, dropoff)
    if dropped_s > ground.fleet[courier, SHIFT_END_S]:
        return SHIFT_END
    if dropped_s > ground.places[dropoff, LATEST_S]:
        return DEADLINE
    if ground.fleet[courier, POSITION_AGE_S] > scene.limits.position_age_s_max:
        return STALE_POSITION
    return PASSED


@kernel
def unwanted(scene: Scene, courier: int, reach_m: float) -> int:
    """Return the last filters' answer, or PASSED; `reach_m` is from the route to the pickup."""
    ground, limits = scene.ground, scene.limits
    is_busy = ground.route_start[courier + 1] > ground.route_start[courier]
    if is_busy and reach_m > limits.busy_window_m:
        return TOO_FAR
    if reach_m > limits.inbound_s_max * ground.fleet[courier, SPEED_MPS]:
        return TOO_FAR
    if ground.fleet[courier, JOBS_ROOM] < 1.0:
        return JOBS_COUNT
    return PASSED


@kernel
def reach_m_of(ground: Ground, courier: int, place: int) -> float:
    """Return the great circle from the nearest point of the courier's route to a place."""
    nearest = chord_squared_m2(ground.fleet, courier, ground.places, place)
    for stop in range(ground.route_start[courier], ground.route_start[courier + 1]):
        nearest = min(nearest, chord_squared_m2(ground.places, stop, ground.places, place))
    return arc_m(nearest)


@kernel
def removed_by(scene: Scene, courier: int, job: int, soonest_s: float, reach_m: float) -> int:
    """Return the first filter that removes the pair, or PASSED."""
    found = unfit(scene, courier, job)
    if found == PASSED:
        found = too_late(scene, courier, job, soonest_s)
    if found == PASSED and scene.declined_job[courier] == job:
        found = DECLINED
    if found == PASSED:
        found = unwanted(scene, courier, reach_m)
    return found


@kernel
def screen_job(scene: Scene, sieve: Sieve, job: int, radius_m: float) -> None:
    """Screen every courier for one job."""
    ground, pickup = scene.ground, pickup_of(scene.ground, job)
    for c in range(ground.fleet.shape[0]):
        reach_m = reach_m_of(ground, c, pickup)
        if reach_m > radius_m:
            continue
        soonest_s = ground.fleet[c, FREE_S] + approach_s(ground, c, pickup)
        found = removed_by(scene, c, job, soonest_s, reach_m)
        sieve.considered_count[job] += 1
        keep_least(sieve.told[job], sieve.told_key_s, c, soonest_s)
        sieve.found[c] = found
        if found == PASSED:
            sieve.removed_count[job, BEYOND_NEAREST] += 1  # until it is known who stays
            if sieve.is_asked_courier[c]:
                keep_least(sieve.kept[job], sieve.kept_key_s, c, soonest_s)
        else:
            sieve.removed_count[job, found] += 1
    for r in range(sieve.told.shape[1]):
        if sieve.told[job, r] >= 0:
            sieve.told_removed_by[job, r] = sieve.found[sieve.told[job, r]]


@kernel
def screen_jobs(
    scene: Scene, sieve: Sieve, job_radius_m: F64, decline_start: I64, decline_courier: I64
) -> None:
    """Screen every courier for every job that is asked about."""
    for j in range(scene.ground.jobs_count):
        if not sieve.is_asked_job[j]:
            continue
        for d in range(decline_start[j], decline_start[j + 1]):
            scene.declined_job[decline_courier[d]] = j
        screen_job(scene, sieve, j, job_radius_m[j])


def screen(
    snapshot: Snapshot,
    ground: Ground,
    params: Params,
    *,
    is_asked_job: Bools,
    is_asked_courier: Bools,
) -> Candidates:
    """Return the candidates of the jobs asked about, (J,), among the couriers asked about, (C,).

    Every courier is counted and explained.
    """
    jobs_count, couriers_count = len(snapshot.ready_s), len(snapshot.courier_free_s)
    candidates_max = min(params.candidates_per_job_max, couriers_count)
    reasons_max = min(params.reason_pairs_per_job_max, couriers_count)
    sieve = Sieve(
        kept=np.full((jobs_count, candidates_max), -1, np.int64),
        told=np.full((jobs_count, reasons_max), -1, np.int64),
        told_removed_by=np.full((jobs_count, reasons_max), PASSED, np.int64),
        considered_count=np.zeros(jobs_count, np.int64),
        removed_count=np.zeros((jobs_count, len(FILTERS)), np.int64),
        kept_key_s=np.empty(candidates_max),
        told_key_s=np.empty(reasons_max),
        is_asked_job=is_asked_job,
        is_asked_courier=is_asked_courier,
        found=np.empty(couriers_count, np.int64),
    )
    scene = Scene(
        ground=ground,
        courier_bits=np.stack((snapshot.courier_vehicle_bit, snapshot.courier_ability_bits), 1),
        job_bits=np.stack((snapshot.job_vehicle_bits, snapshot.job_requirement_bits), 1),
        declined_job=np.full(couriers_count, -1, np.int64),
        limits=_limits_of(params),
    )
    screen_jobs(
        scene, sieve, snapshot.job_radius_m, snapshot.decline_start, snapshot.decline_courier
    )
    kept = np.sort(sieve.kept, axis=1)
    pair_job, pair_column = np.nonzero(kept >= 0)
    reason_job, reason_column = np.nonzero(sieve.told >= 0)
    sieve.removed_count[:, BEYOND_NEAREST] -= (kept >= 0).sum(axis=1)
    return Candidates(
        pair_job=np.ascontiguousarray(pair_job),  # nonzero's answer is a view of a table
        pair_courier=kept[pair_job, pair_column],
        reason_job=reason_job,
        reason_courier=sieve.told[reason_job, reason_column],
        reason_removed_by=sieve.told_removed_by[reason_job, reason_column],
        considered_count=sieve.considered_count,
        removed_count=sieve.removed_count,
    )


def _limits_of(params: Params) -> Limits:
    return Limits(
        position_age_s_max=float(params.position_age_s_max),
        inbound_s_max=float(params.inbound_s_max),
        busy_window_m=float(params.busy_window_m),
    )
