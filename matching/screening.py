"""Why a job can or cannot go to each courier around it, one by one: for the record, not to decide.

A pair is considered when the courier, or any of its committed stops, lies within the job's search
radius. The first filter that applies removes it; of those that pass, who has no place for the job
in its route that keeps every promise is removed as well.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.field import Field
from matching.ground import ACCESS_S, FREE_S, RADIUS_M, Ground, approach_s, pickup_of
from matching.insert_one import Bench, bench_for, insertion_cost
from matching.kernel import lean_kernel
from matching.nodes import Nodes
from matching.permits import FILTERS, PASSED, ROUTE, reach_m_of, removed_by
from matching.shortlist import keep_least


class Screening(NamedTuple):
    """For K jobs: counts of every courier considered, and the R soonest at the pickup of each."""

    considered_count: I64  # (K,)
    removed_count: I64  # (K, FILTERS)
    told: I64  # (K, R) couriers, soonest first, -1 filled
    told_removed_by: I64  # (K, R) row of FILTERS, PASSED for none
    told_cost: F64  # (K, R) of the job for that courier; inf where removed
    found: I64  # (C,) scratch: what removed the courier for the job in hand
    cost: F64  # (C,) scratch: and what it would cost
    key_s: F64  # (R,) scratch


class Trial(NamedTuple):
    """What tries a job in a route."""

    nodes: Nodes
    bench: Bench
    asks: F64


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
        found=np.empty(couriers_count, np.int64),
        cost=np.empty(couriers_count),
        key_s=np.empty(shape[1]),
    )
    trial = Trial(field.nodes, bench_for(field.nodes), field.asks)
    screen(ground, trial, jobs, screening)
    return screening


@lean_kernel
def screen(ground: Ground, trial: Trial, jobs: I64, screening: Screening) -> None:
    """Fill in the screening of the jobs."""
    for k in range(jobs.shape[0]):
        pickup = pickup_of(ground, jobs[k])
        for c in range(ground.fleet.shape[0]):
            reach_m = reach_m_of(ground, c, pickup)
            if reach_m > ground.places[pickup, RADIUS_M]:
                continue
            soonest_s = ground.fleet[c, FREE_S] + approach_s(ground, c, pickup)
            soonest_s += ground.places[pickup, ACCESS_S]
            found = removed_by(ground, c, jobs[k], soonest_s, reach_m)
            screening.found[c] = try_out(ground, trial, screening.cost, (c, jobs[k]), found)
            screening.considered_count[k] += 1
            if screening.found[c] != PASSED:
                screening.removed_count[k, screening.found[c]] += 1
            keep_least(screening.told[k], screening.key_s, c, soonest_s)
        for r in range(screening.told.shape[1]):
            c = screening.told[k, r]
            if c >= 0:
                screening.told_removed_by[k, r] = screening.found[c]
                screening.told_cost[k, r] = screening.cost[c]


@lean_kernel
def try_out(ground: Ground, trial: Trial, cost: F64, pair: tuple[int, int], found: int) -> int:
    """Return what removes a courier from a job, its route at last; fill in what it would cost."""
    courier, job = pair
    cost[courier] = np.inf
    if found != PASSED:
        return found
    cost[courier] = insertion_cost(ground, trial.nodes, trial.bench, trial.asks[job], courier)
    return PASSED if cost[courier] < np.inf else ROUTE
