"""Why each job got what it got: pairs with the filter that removed them, counts and outcomes."""

import numpy as np

from matching.arrays import I8, I64
from matching.field import Field
from matching.ground import Ground
from matching.offers import Bundles
from matching.params import Params
from matching.plan import ALL_REMOVED, HELD, NO_CANDIDATE, NOT_YET, OFFERED, TAKEN, Reasons
from matching.ragged import row_of_entry
from matching.screening import Screening, screened
from matching.singles import Singles


def explain(
    ground: Ground,
    field: Field,
    singles: Singles,
    bundles: Bundles,
    *,
    asked_jobs: I64,
    params: Params,
) -> Reasons:
    """Return the reasons: of jobs asked about in full, those in bundles first, at most so many."""
    is_asked = np.zeros(ground.jobs_count, np.bool_)
    is_asked[asked_jobs] = True
    rest = np.setdiff1d(asked_jobs, bundles.job)
    jobs = np.sort(np.concatenate((bundles.job, rest))[: params.reason_jobs_max])
    told = screened(ground, field, jobs, told_max=params.reason_pairs_per_job_max)
    considered_count = np.zeros(ground.jobs_count, np.int64)
    considered_count[jobs] = told.considered_count
    removed_count = np.zeros((ground.jobs_count, told.removed_count.shape[1]), np.int64)
    removed_count[jobs] = told.removed_count
    has_quotes = np.bincount(singles.quotes.unit, minlength=ground.jobs_count) > 0
    outcome = np.select(
        (~is_asked, has_quotes, considered_count > 0),
        (NOT_YET, TAKEN, ALL_REMOVED),
        NO_CANDIDATE,
    ).astype(np.int8)
    is_held = bundles.is_held[row_of_entry(bundles.start)]
    outcome[bundles.job] = np.where(is_held, HELD, OFFERED)
    return _reasons(outcome, considered_count, removed_count, jobs, told)


def _reasons(
    outcome: I8, considered_count: I64, removed_count: I64, jobs: I64, told: Screening
) -> Reasons:
    row, column = np.nonzero(told.told >= 0)
    cost = told.told_cost[row, column]
    return Reasons(
        job_outcome=outcome,
        considered_count=considered_count,
        removed_count=removed_count,
        pair_job=jobs[row],
        pair_courier=told.told[row, column],
        pair_removed_by=told.told_removed_by[row, column].astype(np.int8),
        pair_cost=np.where(np.isfinite(cost), cost, np.nan),
    )
