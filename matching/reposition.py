"""Hints for idle couriers: where to wait for the jobs that are expected.

Every place has slots, one for the first job expected there within the horizon, one for the second,
and so on; slot k is worth filling by the chance that at least k jobs come, which is the tail of a
Poisson distribution. Who has nothing to do is matched to the slots so that the rides are short: a
slot left empty costs what a ride of `reposition_slot_s` does, times its chance. Couriers who become
free nearby within the horizon fill slots as well, and get no hint.
"""

from typing import NamedTuple, cast

import numpy as np
from scipy.special import (  # pyright: ignore[reportMissingTypeStubs] # scipy ships none
    pdtr,  # pyright: ignore[reportUnknownVariableType]
)

from matching.arrays import F64, I64, Bools
from matching.assignment import match
from matching.ground import (
    FREE_S,
    JOBS_ROOM,
    PICKUP_END_S,
    POSITION_AGE_S,
    SERVICE_S,
    SHIFT_END_S,
    SINCE_S,
    STRAIGHT_S_PER_M,
    Ground,
)
from matching.params import Params
from matching.quotes import Quotes
from matching.snapshot import Snapshot
from matching.travel import points_of


class Hints(NamedTuple):
    """H idle couriers and where each should wait."""

    courier: I64  # (H,)
    demand: I64  # (H,) row of `Snapshot.demand_deg`


def reposition(snapshot: Snapshot, ground: Ground, planned_courier: I64, params: Params) -> Hints:
    """Return who should wait where; those planned for, on a route or already there get no hint."""
    place, chance = slots_of(snapshot.demand_per_h, params)
    free = _free_soon(ground, planned_courier, params)
    if len(place) == 0 or len(free) == 0:
        return Hints(np.empty(0, np.int64), np.empty(0, np.int64))
    way_s, end_s = _ways_s(snapshot, ground, free)
    cost = way_s + end_s[:, None]
    last_s = np.minimum(ground.fleet[free, PICKUP_END_S], ground.fleet[free, SHIFT_END_S])
    is_near = (cost <= params.reposition_s_max) & (cost <= last_s[:, None])
    slot, row = np.nonzero(is_near.T[place])
    quotes = Quotes(slot, row, cost[row, place[slot]])
    chosen = match(quotes, chance * params.reposition_slot_s, couriers_count=len(free))
    filled = np.flatnonzero(chosen >= 0)
    row, demand = chosen[filled], place[filled]
    moves = (end_s[row] <= 0.0) & _is_idle(ground)[free[row]]
    moves &= way_s[row, demand] >= params.reposition_s_min
    order = np.argsort(free[row[moves]])
    return Hints(free[row[moves]][order], demand[moves][order])


def slots_of(demand_per_h: F64, params: Params) -> tuple[I64, F64]:
    """Return the place and the chance of every slot that is worth filling, place by place."""
    expected = demand_per_h * params.reposition_horizon_s / 3_600.0
    count_max = params.reposition_slots_per_place_max
    chances = np.stack([_chance_of(expected, k) for k in range(1, count_max + 1)], axis=1)
    place, k = np.nonzero(chances >= params.reposition_chance_min)
    return place, chances[place, k]


def _chance_of(expected: F64, count: int) -> F64:
    """Return the chance of at least so many jobs where so many are expected."""
    fewer = cast("F64", pdtr(count - 1, expected))
    return 1.0 - fewer


def _is_idle(ground: Ground) -> Bools:
    return (np.diff(ground.route_start) == 0) & (ground.fleet[:, FREE_S] <= 0.0)


def _free_soon(ground: Ground, planned_courier: I64, params: Params) -> I64:
    """Return who has nothing new to do and may take a job."""
    is_free = (ground.fleet[:, JOBS_ROOM] >= 1.0) & (
        ground.fleet[:, POSITION_AGE_S] <= params.position_age_s_max
    )
    is_free[planned_courier] = False
    return np.flatnonzero(is_free)[: params.reposition_couriers_max]


def _ways_s(snapshot: Snapshot, ground: Ground, courier: I64) -> tuple[F64, F64]:
    """Return (U, Z) rides from where couriers end to the places, and when each ends, (U,)."""
    points = ground.fleet[courier, :3].copy()
    end_s = ground.fleet[courier, FREE_S].copy()
    is_busy = ground.route_start[courier + 1] > ground.route_start[courier]
    last = ground.places[ground.route_start[courier[is_busy] + 1] - 1]
    points[is_busy] = last[:, :3]
    end_s[is_busy] = last[:, SINCE_S] + last[:, SERVICE_S]
    away_m = np.linalg.norm(points[:, None] - points_of(snapshot.demand_deg)[None], axis=2)
    return away_m * ground.fleet[courier, STRAIGHT_S_PER_M][:, None], end_s
