"""Why a job can or cannot go to each courier around it, one by one: for the record, not to decide.

A pair is considered when the courier, or any of its committed stops, lies within the job's search
radius. The first filter that applies removes it; of those that pass, who has no place for the job
in its route that keeps every promise is removed as well.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.asks import ASK_RADIUS_M
from matching.field import Field
from matching.grid import ranges_within
from matching.ground import ACCESS_S, FREE_S, RADIUS_M, Ground, approach_s, pickup_of
from matching.insert_one import Bench, bench_for, fits_behind, insertion_cost
from matching.kernel import lean_kernel
from matching.permits import FILTERS, PASSED, ROUTE, reach_m_of, removed_by
from matching.scan import cells_across
from matching.shortlist import keep_least


class Screening(NamedTuple):
    """For K jobs: counts of every courier considered, and the R soonest at the pickup of each."""

    considered_count: I64  # (K,)
    removed_count: I64  # (K, FILTERS)
    told: I64  # (K, R) couriers, soonest first, -1 filled
    told_removed_by: I64  # (K, R) row of FILTERS, PASSED for none
    told_cost: F64  # (K, R) of the job for that courier; inf where removed


class Trial(NamedTuple):
    """What finds couriers around a job, tries it in a route, and notes what came of it."""

    field: Field
    bench: Bench
    ranges: I64  # (R, 2)
    seen: I64  # (C,) last one of the K jobs that the courier may be near
    found: I64  # (C,) what removed the courier for the job in hand
    key_s: F64  # (R,)


def screened(ground: Ground, field: Field, jobs: I64, *, told_max: int) -> Screening:
    """Return the screening of some jobs."""
    couriers_count = len(ground.fleet)
    shape = (len(jobs), min(told_max, couriers_count))
    screening = Screening(
        considered_count=np.zeros(len(jobs), np.int64),
        removed_count=np.zeros((len(jobs), len(FILTERS)), np.int64),
        told=np.full(shape, -1, np.int64),
        told_removed_by=np.full(shape, PASSED, np.int64),
        told_cost=np.full(shape, np.inf),
    )
    trial = Trial(
        field=field,
        bench=bench_for(field.nodes),
        ranges=np.empty((field.plane.rows_count, 2), np.int64),
        seen=np.full(couriers_count, -1, np.int64),
        found=np.empty(couriers_count, np.int64),
        key_s=np.empty(shape[1]),
    )
    screen(ground, trial, jobs, screening)
    return screening


@lean_kernel
def screen(ground: Ground, trial: Trial, jobs: I64, screening: Screening) -> None:
    """Fill in the screening of the jobs."""
    for k in range(jobs.shape[0]):
        job = int(jobs[k])
        pickup = pickup_of(ground, job)
        mark_around(trial, k, job)
        for c in range(ground.fleet.shape[0]):
            if trial.seen[c] != k:
                continue
            reach_m = reach_m_of(ground, c, pickup)
            if reach_m > ground.places[pickup, RADIUS_M]:
                continue
            soonest_s = ground.fleet[c, FREE_S] + approach_s(ground, c, pickup)
            soonest_s += ground.places[pickup, ACCESS_S]
            found = removed_by(ground, c, job, soonest_s, reach_m)
            if found == PASSED and not has_place(ground, trial, c, job):
                found = ROUTE
            trial.found[c] = found
            screening.considered_count[k] += 1
            if found != PASSED:
                screening.removed_count[k, found] += 1
            keep_least(screening.told[k], trial.key_s, c, soonest_s)
        tell(ground, trial, job, k, screening)


@lean_kernel
def mark_around(trial: Trial, k: int, job: int) -> None:
    """Mark who has a node in the cells that the job's search radius cuts: nobody else is in it."""
    field, ask = trial.field, trial.field.asks[job]
    at, reach = cells_across(field.plane, ask), ask[ASK_RADIUS_M] / field.plane.cell_m
    for r in range(ranges_within(field.plane, field.cells, at, reach, trial.ranges)):
        for i in range(trial.ranges[r, 0], trial.ranges[r, 1]):
            trial.seen[field.courier[i]] = k


@lean_kernel
def has_place(ground: Ground, trial: Trial, courier: int, job: int) -> bool:
    """Return whether the job has a place in the courier's route: often behind it, a short look."""
    nodes, ask = trial.field.nodes, trial.field.asks[job]
    if fits_behind(ground, nodes, ask, courier):
        return True
    return bool(insertion_cost(ground, nodes, trial.bench, ask, courier) < np.inf)


@lean_kernel
def tell(ground: Ground, trial: Trial, job: int, k: int, screening: Screening) -> None:
    """Fill in what removed those who are told of, and what the job would cost the others."""
    nodes, ask = trial.field.nodes, trial.field.asks[job]
    for r in range(screening.told.shape[1]):
        c = int(screening.told[k, r])
        if c >= 0:
            screening.told_removed_by[k, r] = trial.found[c]
            if trial.found[c] == PASSED:
                cost = insertion_cost(ground, nodes, trial.bench, ask, c)
                screening.told_cost[k, r] = cost
