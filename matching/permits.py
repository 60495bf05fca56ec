"""Who may carry what: the filters on a courier and a job, in the order in which they apply."""

from matching.ground import (
    ABILITY_BITS,
    ACCESS_S,
    CAPACITY,
    JOBS_ROOM,
    LATEST_S,
    LOAD_CHANGE,
    PICKUP_END_S,
    POSITION_AGE_S,
    RADIUS_M,
    READY_S,
    REQUIREMENT_BITS,
    SERVICE_S,
    SHIFT_END_S,
    STRAIGHT_S_PER_M,
    VEHICLE_BIT,
    VEHICLE_BITS,
    Ground,
    dropoff_of,
    pickup_of,
    ride_s,
)
from matching.kernel import lean_kernel
from matching.travel import distance_m

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
    "route",  # no place in its route keeps every promise and the capacity
)
(
    VEHICLE,
    OVER_CAPACITY,
    REQUIREMENTS,
    SHIFT_END,
    DEADLINE,
    STALE_POSITION,
    DECLINED,
    TOO_FAR,
    JOBS_COUNT,
    ROUTE,
) = range(len(FILTERS))
PASSED = -1


@lean_kernel
def unfit(ground: Ground, courier: int, job: int) -> int:
    """Return the filter on what the courier is that removes the pair, or PASSED."""
    fleet, pickup = ground.fleet[courier], ground.places[pickup_of(ground, job)]
    if int(pickup[VEHICLE_BITS]) & int(fleet[VEHICLE_BIT]) == 0:
        return VEHICLE
    for d in range(3):
        if pickup[LOAD_CHANGE + d] > fleet[CAPACITY + d]:
            return OVER_CAPACITY
    if int(pickup[REQUIREMENT_BITS]) & ~int(fleet[ABILITY_BITS]) != 0:
        return REQUIREMENTS
    return PASSED


@lean_kernel
def too_late(ground: Ground, courier: int, job: int, soonest_s: float) -> int:
    """Return the filter on time that removes the pair, or PASSED; `soonest_s` is at the pickup."""
    pickup, dropoff = pickup_of(ground, job), dropoff_of(ground, job)
    start_s = max(soonest_s, ground.places[pickup, READY_S])
    leave_s = start_s + ground.places[pickup, SERVICE_S]
    dropped_s = leave_s + ride_s(ground, courier, pickup, dropoff)
    dropped_s += ground.places[dropoff, ACCESS_S]
    if dropped_s > ground.fleet[courier, SHIFT_END_S]:
        return SHIFT_END
    if start_s > ground.fleet[courier, PICKUP_END_S]:
        return SHIFT_END
    if dropped_s > ground.places[dropoff, LATEST_S]:
        return DEADLINE
    if ground.fleet[courier, POSITION_AGE_S] > ground.limits.position_age_s_max:
        return STALE_POSITION
    return PASSED


@lean_kernel
def has_declined(ground: Ground, courier: int, job: int) -> bool:
    """Return whether the courier must not be offered the job."""
    key = job * ground.fleet.shape[0] + courier
    low, high = 0, ground.declined.shape[0]
    while low < high:
        middle = (low + high) // 2
        if ground.declined[middle] < key:
            low = middle + 1
        else:
            high = middle
    return bool(low < ground.declined.shape[0] and ground.declined[low] == key)


@lean_kernel
def unwanted(ground: Ground, courier: int, reach_m: float) -> int:
    """Return the last filters' answer, or PASSED; `reach_m` is from the route to the pickup."""
    is_busy = ground.route_start[courier + 1] > ground.route_start[courier]
    if is_busy and reach_m > ground.limits.busy_window_m:
        return TOO_FAR
    if reach_m * ground.fleet[courier, STRAIGHT_S_PER_M] > ground.limits.inbound_s_max:
        return TOO_FAR
    if ground.fleet[courier, JOBS_ROOM] < 1.0:
        return JOBS_COUNT
    return PASSED


@lean_kernel
def reach_m_of(ground: Ground, courier: int, place: int) -> float:
    """Return the straight line from the nearest point of the courier's route to a place."""
    nearest_m = distance_m(ground.fleet, courier, ground.places, place)
    for stop in range(ground.route_start[courier], ground.route_start[courier + 1]):
        nearest_m = min(nearest_m, distance_m(ground.places, stop, ground.places, place))
    return nearest_m


@lean_kernel
def removed_by(ground: Ground, courier: int, job: int, soonest_s: float, reach_m: float) -> int:
    """Return the first filter that removes the pair, or PASSED."""
    found = unfit(ground, courier, job)
    if found == PASSED:
        found = too_late(ground, courier, job, soonest_s)
    if found == PASSED and has_declined(ground, courier, job):
        found = DECLINED
    if found == PASSED:
        found = unwanted(ground, courier, reach_m)
    return found


@lean_kernel
def is_permitted(ground: Ground, courier: int, job: int) -> bool:
    """Return whether no filter but those on place and time removes the pair."""
    return (
        unfit(ground, courier, job) == PASSED
        and ground.fleet[courier, JOBS_ROOM] >= 1.0
        and ground.fleet[courier, POSITION_AGE_S] <= ground.limits.position_age_s_max
        and not has_declined(ground, courier, job)
    )


@lean_kernel
def may_be_offered(ground: Ground, courier: int, job: int) -> bool:
    """Return whether no filter but those on time and on the route removes the pair.

    The courier's committed route passes near enough, whatever else is planned for it.
    """
    if not is_permitted(ground, courier, job):
        return False
    pickup = pickup_of(ground, job)
    reach_m = reach_m_of(ground, courier, pickup)
    is_around = reach_m <= ground.places[pickup, RADIUS_M]
    return bool(is_around and unwanted(ground, courier, reach_m) == PASSED)
