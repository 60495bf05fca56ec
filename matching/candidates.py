"""Which courier-job pairs are worth costing, and which filter removed each other one.

A pair is considered when the courier, or any of its committed stops, lies within the job's search
radius. The first filter that applies removes it. Of what is left the couriers who can be soonest
at the pickup stay.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64, Bools
from matching.ground import ACCESS_S, FREE_S, RADIUS_M, Ground, approach_s, pickup_of
from matching.lean import lean_kernel
from matching.params import Params
from matching.permits import BEYOND_NEAREST, FILTERS, PASSED, reach_m_of, removed_by
from matching.shortlist import keep_least
from matching.snapshot import Snapshot


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


@lean_kernel
def screen_job(ground: Ground, sieve: Sieve, job: int) -> None:
    """Screen every courier for one job."""
    pickup = pickup_of(ground, job)
    for c in range(ground.fleet.shape[0]):
        reach_m = reach_m_of(ground, c, pickup)
        if reach_m > ground.places[pickup, RADIUS_M]:
            continue
        soonest_s = ground.fleet[c, FREE_S] + approach_s(ground, c, pickup)
        soonest_s += ground.places[pickup, ACCESS_S]
        found = removed_by(ground, c, job, soonest_s, reach_m)
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


@lean_kernel
def screen_jobs(ground: Ground, sieve: Sieve) -> None:
    """Screen every courier for every job that is asked about."""
    for j in range(ground.jobs_count):
        if sieve.is_asked_job[j]:
            screen_job(ground, sieve, j)


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
    screen_jobs(ground, sieve)
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
