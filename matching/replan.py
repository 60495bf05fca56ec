"""The tours of this tick: from the last plan or from this tick's matching, then made better.

What is matched here is one leg for each courier. Ruin and recreate gives a courier one leg after
the other, so that a job may wait for who is better placed and busy, with the price of that known.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from matching.arrays import I64
from matching.bundles import Split, laid
from matching.ground import Ground
from matching.itinerary import Itinerary
from matching.links import Links, Pairs, links_of
from matching.params import Params
from matching.quotes import Quotes, cheapest_few
from matching.ragged import starts_of
from matching.routes import BEST, Effort, Work, improve, put_last_plan, work_of
from matching.singles import Singles
from matching.snapshot import Snapshot
from matching.tours import JOBS, STOPS, Tours, tours_of
from matching.units import unit_of_job

HasTime = Callable[[int], bool]
"""Whether there is time for more, asked between chunks of rounds with the number of those done."""


class Replanned(NamedTuple):
    """The tours, and how many rounds of ruin and recreate they are the result of."""

    tours: Itinerary
    rounds_count: int


def replanned(
    snapshot: Snapshot,
    ground: Ground,
    singles: Singles,
    split: Split,
    *,
    params: Params,
    has_time: HasTime,
) -> Replanned:
    """Return the tours of the tick; those of the matching as they are where there is too much."""
    candidates = candidates_of(singles.quotes, ground.jobs_count, params.replan_candidates_max)
    jobs = np.flatnonzero(np.diff(candidates.start) > 0)
    rounds_total = min(params.replan_rounds_max, params.replan_rounds_per_job * len(jobs))
    is_too_much = len(jobs) > params.replan_jobs_max or len(ground.fleet) > params.replan_fleet_max
    if rounds_total == 0 or is_too_much:
        return Replanned(laid(ground, split), 0)
    links = links_of(ground, jobs, candidates)
    work = _cheaper_start(snapshot, ground, split, links, params)
    done = 0
    while done < rounds_total and has_time(done):
        count = min(params.replan_rounds_per_chunk, rounds_total - done)
        heats = (float(params.replan_heat), float(params.replan_heat_end))
        improve(ground, work, Effort(count, rounds_total, *heats))
        done += count
    return Replanned(itinerary_of(work.best), done)


def candidates_of(quotes: Quotes, jobs_count: int, count_max: int) -> Pairs:
    """Return the cheapest candidates of each job."""
    few = cheapest_few(quotes, count_max=count_max)
    return Pairs(starts_of(np.bincount(few.unit, minlength=jobs_count)), few.courier)


def _cheaper_start(
    snapshot: Snapshot, ground: Ground, split: Split, links: Links, params: Params
) -> Work:
    """Return work on the last plan, or on this tick's matching if that costs less."""
    unit = unit_of_job(split.units, ground.jobs_count)
    matched = np.where(unit >= 0, split.courier[unit], -1)
    works = (
        _work_on(ground, links, (snapshot.job_last_courier, snapshot.job_last_rank), params),
        _work_on(ground, links, (matched, np.zeros_like(matched)), params),
    )
    return min(works, key=lambda work: float(work.cost[BEST]))


def _work_on(ground: Ground, links: Links, last: tuple[I64, I64], params: Params) -> Work:
    """Return work on tours that give each job, (J,), to a courier, as that pickup."""
    tours = tours_of(ground, jobs_max=params.replan_jobs_per_courier_max)
    put_last_plan(ground, tours, *last)
    return work_of(ground, tours, links, seed=ground.jobs_count)


def itinerary_of(tours: Tours) -> Itinerary:
    """Return the routes that have anything new."""
    courier = np.flatnonzero(tours.tally[:, JOBS] > 0)
    counts = tours.tally[courier, STOPS]
    start = starts_of(counts)
    first = courier * tours.route.shape[1] + 1  # the courier itself stands before its stops
    rows: I64 = np.repeat(first - start[:-1], counts) + np.arange(int(start[-1]))
    return Itinerary(courier, start, tours.route.ravel()[rows])
