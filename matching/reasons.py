"""Why each job got what it got: pairs with the filter that removed them, counts and outcomes."""

import numpy as np

from matching.arrays import I64, Bools
from matching.candidates import Candidates
from matching.permits import BEYOND_NEAREST, PASSED, ROUTE
from matching.plan import (
    ALL_REMOVED,
    HELD,
    NO_CANDIDATE,
    NOT_YET,
    OFFERED,
    TAKEN,
    Reasons,
)
from matching.quotes import Quotes, rows_of


def explain(
    candidates: Candidates,
    singles: Quotes,
    *,
    is_within_lookahead: Bools,
    offered_job: I64,
    held_job: I64,
) -> Reasons:
    """Return the reasons, given the quotes of single jobs and the rows of the jobs in bundles."""
    wanted = (candidates.reason_job, candidates.reason_courier)
    costed = rows_of((candidates.pair_job, candidates.pair_courier), wanted)
    quoted = rows_of((singles.unit, singles.courier), wanted)
    removed_by = candidates.reason_removed_by.copy()
    removed_by[(removed_by == PASSED) & (costed < 0)] = BEYOND_NEAREST
    removed_by[(removed_by == PASSED) & (quoted < 0)] = ROUTE
    jobs_count = len(is_within_lookahead)
    removed_count = candidates.removed_count.copy()
    quotes_count = np.bincount(singles.unit, minlength=jobs_count)
    removed_count[:, ROUTE] = np.bincount(candidates.pair_job, minlength=jobs_count) - quotes_count
    outcome = np.select(
        (~is_within_lookahead, candidates.considered_count == 0, quotes_count == 0),
        (NOT_YET, NO_CANDIDATE, ALL_REMOVED),
        TAKEN,
    ).astype(np.int8)
    outcome[offered_job], outcome[held_job] = OFFERED, HELD
    return Reasons(
        job_outcome=outcome,
        considered_count=candidates.considered_count,
        removed_count=removed_count,
        pair_job=candidates.reason_job,
        pair_courier=candidates.reason_courier,
        pair_removed_by=removed_by.astype(np.int8),
        pair_cost=np.append(singles.cost, np.nan)[quoted],
    )
