"""Every job on its own: the couriers who could take it, and the cheapest matching of them all."""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.auction import auction
from matching.field import Field
from matching.ground import Ground
from matching.params import Params
from matching.quotes import Quotes, joined, rows_of
from matching.ragged import row_of_entry


class Singles(NamedTuple):
    """J jobs with their cheapest candidates, and the matching of one job to one courier."""

    quotes: Quotes  # of units that are single jobs
    courier: I64  # (J,) -1 for a job left open
    price: F64  # (C,) what a courier is worth to the jobs that did not get it
    gap_share: float  # no matching costs less than this one times (1 - gap_share)


def singles_of(ground: Ground, field: Field, asked_jobs: I64, params: Params) -> Singles:
    """Return the singles of a settled ground; jobs that are not asked about have no candidates."""
    found = auction(
        ground,
        field,
        asked_jobs,
        candidates_per_job_max=params.candidates_per_job_max,
        bids_count_max=params.bids_per_job_max * max(1, len(asked_jobs)),
    )
    job = row_of_entry(found.candidate_start)
    listed = Quotes(job, found.candidate_courier, found.candidate_cost)
    courier = np.ascontiguousarray(found.courier, np.int64)
    return Singles(
        quotes=with_winners(listed, courier, found.cost),
        courier=courier,
        price=found.price,
        gap_share=found.gap_share,
    )


def with_winners(quotes: Quotes, courier: I64, cost: F64) -> Quotes:
    """Return the quotes with those of couriers who got a job without being among its cheapest."""
    job = np.flatnonzero(courier >= 0)
    job = job[rows_of((quotes.unit, quotes.courier), (job, courier[job])) < 0]
    return joined(quotes, Quotes(job, courier[job], cost[job]))
