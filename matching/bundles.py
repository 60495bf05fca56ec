"""Which jobs share a courier: bundles packed by what they save, then matched with the rest.

What it saves to send out one courier less follows from the auction of single jobs: the way there,
and the price that couriers have reached. Where couriers are scarce that price is high, and bundles
form; where they are not, parcels go alone.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import I64
from matching.assignment import match
from matching.ground import Ground
from matching.insertion import lay_routes, quote
from matching.itinerary import Itinerary
from matching.packing import pack
from matching.params import Params
from matching.pools import Taste, pool_of
from matching.quotes import Quotes, cheapest_few, joined, picked, rows_of
from matching.ragged import entries_of, row_of_entry
from matching.search import SEARCH_JOBS_MAX
from matching.singles import Singles
from matching.units import Units, alone, both_of, some_of, sums_by_unit, unit_of_job


class Split(NamedTuple):
    """The jobs split into U units, with their quotes and the cheapest matching of them."""

    units: Units
    quotes: Quotes
    courier: I64  # (U,) -1 for a unit left open


def bundled_or_not(ground: Ground, singles: Singles, params: Params) -> Split:
    """Return the single jobs as they are matched, or with bundles if that costs less."""
    jobs = np.arange(ground.jobs_count)
    apart = Split(alone(jobs), singles.quotes, singles.courier)
    jobs_max = min(params.bundle_jobs_max, SEARCH_JOBS_MAX)
    if jobs_max < 2 or len(singles.quotes.unit) == 0:
        return apart
    together = with_bundles(ground, singles, packed(ground, singles, params), params)
    is_better = total_cost(ground, together) < total_cost(ground, apart)
    return together if is_better else apart


def packed(ground: Ground, singles: Singles, params: Params) -> Units:
    """Return the bundles to be made, of jobs that somebody could carry; no job is in two."""
    is_eligible = np.zeros(ground.jobs_count, np.bool_)
    is_eligible[singles.quotes.unit] = True
    taste = Taste(
        pickup_m_max=float(params.bundle_pickup_m_max),
        neighbours_max=params.bundle_neighbours_max,
        jobs_max=min(params.bundle_jobs_max, SEARCH_JOBS_MAX),
        saving_min=float(params.bundle_saving_s_min),
        trip_cost=trip_cost_of(singles),
    )
    pool = pool_of(ground, is_eligible, taste)
    moves_count_max = params.bundle_moves_per_job_max * ground.jobs_count
    packing = pack(pool.bundles, pool.saving, ground.jobs_count, moves_count_max=moves_count_max)
    return some_of(pool.bundles, packing.row)


def trip_cost_of(singles: Singles) -> float:
    """Return what it costs to send out one courier more: the mean price of those who are sent."""
    sent = singles.courier[singles.courier >= 0]
    return float(singles.price[sent].mean()) if len(sent) > 0 else 0.0


def with_bundles(ground: Ground, singles: Singles, bundles: Units, params: Params) -> Split:
    """Return the bundles and the jobs in none, matched."""
    left = np.flatnonzero(unit_of_job(bundles, ground.jobs_count) < 0)
    units = both_of(bundles, alone(left))
    bundles_count = len(bundles.start) - 1
    unit_of_left = np.full(ground.jobs_count, -1, np.int64)
    unit_of_left[left] = bundles_count + np.arange(len(left))
    unit = unit_of_left[singles.quotes.unit]
    of_left = picked(singles.quotes._replace(unit=unit), np.flatnonzero(unit >= 0))
    pairs = shared_couriers(singles.quotes, bundles, count_max=params.bundle_candidates_max)
    quotes = joined(quote(ground, bundles, *pairs), of_left)
    return matched(ground, units, quotes)


def matched(ground: Ground, units: Units, quotes: Quotes) -> Split:
    """Return the units and quotes with their cheapest matching."""
    open_cost = sums_by_unit(units, ground.open_cost)
    return Split(units, quotes, match(quotes, open_cost, couriers_count=len(ground.fleet)))


def shared_couriers(singles: Quotes, bundles: Units, *, count_max: int) -> tuple[I64, I64]:
    """Return pairs of a bundle and a courier who could carry each of its jobs, the cheapest few."""
    jobs_end = 1 + int(bundles.job.max(initial=-1))
    start: I64 = np.searchsorted(singles.unit, np.arange(jobs_end + 1))
    rows = entries_of(start, bundles.job)
    counts = np.diff(start)[bundles.job]
    bundle = np.repeat(row_of_entry(bundles.start), counts)
    span = 1 + int(singles.courier.max(initial=0))
    keys, first, job = np.unique(
        bundle * span + singles.courier[rows], return_index=True, return_inverse=True
    )
    sizes = np.diff(bundles.start)
    is_shared = np.bincount(job.ravel(), minlength=len(keys)) == sizes[bundle[first]]
    cost = np.zeros(len(keys))
    np.add.at(cost, job.ravel(), singles.cost[rows])
    shared = Quotes(keys // span, keys % span, cost)
    few = cheapest_few(picked(shared, np.flatnonzero(is_shared)), count_max=count_max)
    return few.unit, few.courier


def total_cost(ground: Ground, split: Split) -> float:
    """Return what the matching costs, with the units left open."""
    pairs = (split.quotes.unit, split.quotes.courier)
    rows = rows_of(pairs, (np.arange(len(split.courier)), split.courier))
    cost = np.append(split.quotes.cost, 0.0)[rows]
    return float(np.where(rows >= 0, cost, sums_by_unit(split.units, ground.open_cost)).sum())


def laid(ground: Ground, split: Split) -> Itinerary:
    """Return the routes of the matching, by courier."""
    unit = np.flatnonzero(split.courier >= 0)
    unit = unit[np.argsort(split.courier[unit])]
    return lay_routes(ground, split.units, unit, split.courier[unit])
