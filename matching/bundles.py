"""Which jobs share a courier: units grown by the largest saving, and matched again.

A merge of two units is priced at the courier of one of them, against what both cost in the
matching in hand (or the price of staying open). Merges that are taken together share no unit,
hence no courier, so that they are possible at once, and the matching that follows costs less by
their savings at least. Savings are those of Clarke and Wright (1964), with the matching's prices.
"""

import math
from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64, Bools
from matching.assignment import match
from matching.ground import Ground, dropoff_of, pickup_of
from matching.insertion import lay_routes, quote
from matching.itinerary import Itinerary
from matching.kernel import kernel
from matching.params import Params
from matching.quotes import Quotes, joined, picked, rows_of
from matching.search import SEARCH_JOBS_MAX
from matching.shortlist import keep_least
from matching.travel import distance_m
from matching.units import Units, groups_of, unit_of_job, units_of


class Tick(NamedTuple):
    """What stays the same while units grow."""

    ground: Ground
    job_age_s: F64  # (J,)
    params: Params


class Split(NamedTuple):
    """The jobs split into U units, with their quotes and the cheapest matching of them."""

    units: Units
    quotes: Quotes
    courier: I64  # (U,) -1 for a unit left open


class Merges(NamedTuple):
    """M merges of two units each, a < b, and the courier that was priced."""

    a: I64  # (M,)
    b: I64  # (M,)
    courier: I64  # (M,)


def grown(tick: Tick, singles: Split) -> Split:
    """Return the split after merging units as long as it saves enough, some rounds at most."""
    params, split = tick.params, singles
    jobs_max = min(params.bundle_jobs_max, SEARCH_JOBS_MAX)
    if jobs_max < 2 or len(singles.quotes.unit) == 0:
        return singles
    partners = neighbours(tick, singles)
    for _ in range(params.bundle_rounds_max):
        merges = savings(tick, split, partners, jobs_max=jobs_max)
        if len(merges.a) == 0:
            break
        split = merged(tick, split, merges)
    return split


def quote_pairs(tick: Tick, units: Units, pair_unit: I64, pair_courier: I64) -> Quotes:
    """Return the quotes of some pairs of this tick."""
    return quote(
        tick.ground, units, pair_unit, pair_courier, job_age_s=tick.job_age_s, params=tick.params
    )


def matched(tick: Tick, units: Units, quotes: Quotes) -> Split:
    """Return the units and quotes with their cheapest matching."""
    open_cost = open_costs(units, tick.params)
    courier = match(quotes, open_cost, couriers_count=len(tick.ground.fleet))
    return Split(units, quotes, courier)


def open_costs(units: Units, params: Params) -> F64:
    """Return the (U,) prices of leaving units open."""
    return params.open_job_s * np.diff(units.start).astype(np.float64)


def prices(split: Split, params: Params) -> F64:
    """Return what each unit costs in the matching, (U,)."""
    pairs = (split.quotes.unit, split.quotes.courier)
    rows = rows_of(pairs, (np.arange(len(split.courier)), split.courier))
    cost = np.append(split.quotes.cost, 0.0)[rows]
    return np.where(rows >= 0, cost, open_costs(split.units, params))


@kernel
def nearest_jobs(
    ground: Ground, is_eligible: Bools, pickup_m_max: float, neighbours_max: int
) -> I64:
    """Return (J, K) jobs whose pickup is near, -1 filled, by distance of pickups and drop-offs.

    Each job looks at the others in a circle that begins behind itself and jumps all around, so
    that of many equal ones not all choose the same few, nor only the rows beside them.
    """
    count = ground.jobs_count
    stride = max(1, int(count * 0.618))  # golden section: few jumps cover the circle evenly
    while math.gcd(stride, count) > 1:
        stride += 1
    near = np.full((count, neighbours_max), -1, np.int64)
    keys = np.empty(neighbours_max)
    for i in range(count):
        if not is_eligible[i]:
            continue
        for turn in range(1, count):
            j = (i + turn * stride) % count
            if not is_eligible[j]:
                continue
            pickups_m = distance_m(
                ground.places, pickup_of(ground, i), ground.places, pickup_of(ground, j)
            )
            if pickups_m <= pickup_m_max:
                dropoffs_m = distance_m(
                    ground.places, dropoff_of(ground, i), ground.places, dropoff_of(ground, j)
                )
                keep_least(near[i], keys, j, pickups_m + dropoffs_m)
    return near


def neighbours(tick: Tick, singles: Split) -> tuple[I64, I64]:
    """Return pairs of jobs worth trying together, each with a courier who can carry it alone."""
    is_eligible = np.zeros(tick.ground.jobs_count, np.bool_)
    is_eligible[singles.quotes.unit] = True
    params = tick.params
    near = nearest_jobs(
        tick.ground, is_eligible, float(params.bundle_pickup_m_max), params.bundle_neighbours_max
    )
    job, column = np.nonzero(near >= 0)
    return job, near[job, column]


def savings(tick: Tick, split: Split, partners: tuple[I64, I64], *, jobs_max: int) -> Merges:
    """Return the merges to make: the largest saving first, each unit in one at most."""
    tried = trials(split, partners, jobs_max=jobs_max, jobs_count=tick.ground.jobs_count)
    groups = groups_of(split.units)
    trial_units = units_of(unions_of(groups, tried))
    quotes = quote_pairs(tick, trial_units, np.arange(len(tried.a)), tried.courier)
    price = prices(split, tick.params)
    saving_s = price[tried.a[quotes.unit]] + price[tried.b[quotes.unit]] - quotes.cost
    is_merged = np.zeros(len(split.courier), np.bool_)
    taken = list[int]()
    for row in np.argsort(-saving_s, kind="stable"):
        trial = quotes.unit[row]
        a, b = tried.a[trial], tried.b[trial]
        if saving_s[row] < tick.params.bundle_saving_s_min:
            break
        if not (is_merged[a] or is_merged[b]):
            is_merged[a] = is_merged[b] = True
            taken.append(int(trial))
    return Merges(tried.a[taken], tried.b[taken], tried.courier[taken])


def unions_of(groups: list[list[int]], merges: Merges) -> list[list[int]]:
    """Return the jobs of each merge."""
    return [groups[a] + groups[b] for a, b in zip(merges.a, merges.b, strict=True)]


def trials(split: Split, partners: tuple[I64, I64], *, jobs_max: int, jobs_count: int) -> Merges:
    """Return the merges to be priced: neighbours together, at a courier of either."""
    unit = unit_of_job(split.units, jobs_count)
    sizes = np.diff(split.units.start)
    ends = np.sort(np.stack((unit[partners[0]], unit[partners[1]]), axis=1), axis=1)
    ends = np.unique(ends[ends[:, 0] != ends[:, 1]], axis=0)
    ends = ends[sizes[ends[:, 0]] + sizes[ends[:, 1]] <= jobs_max]
    a, b = np.repeat(ends[:, 0], 2), np.repeat(ends[:, 1], 2)
    courier = np.ravel(split.courier[ends])
    pairs = (split.quotes.unit, split.quotes.courier)
    is_known = (rows_of(pairs, (a, courier)) >= 0) & (rows_of(pairs, (b, courier)) >= 0)
    return Merges(a[is_known], b[is_known], courier[is_known])


def merged(tick: Tick, split: Split, merges: Merges) -> Split:
    """Return the split with the merges made, and matched again."""
    groups = groups_of(split.units)
    gone = set(merges.a.tolist()) | set(merges.b.tolist())
    kept = [u for u in range(len(groups)) if u not in gone]
    units = units_of([groups[u] for u in kept] + unions_of(groups, merges))
    new_row = np.full(len(groups), -1, np.int64)
    new_row[kept] = np.arange(len(kept))
    row = new_row[split.quotes.unit]
    old_quotes = picked(split.quotes._replace(unit=row), np.flatnonzero(row >= 0))
    pair_unit, pair_courier = shared_couriers(split.quotes, merges, tick.params)
    new_quotes = quote_pairs(tick, units, pair_unit + len(kept), pair_courier)
    return matched(tick, units, joined(old_quotes, new_quotes))


def shared_couriers(quotes: Quotes, merges: Merges, params: Params) -> tuple[I64, I64]:
    """Return (merge, courier) pairs to be costed: candidates of both parts, the cheapest few.

    The courier at which the merge was priced is always among them.
    """
    merge, courier = list[I64](), list[I64]()
    for m, (a, b) in enumerate(zip(merges.a, merges.b, strict=True)):
        begin_a, end_a = np.searchsorted(quotes.unit, (a, a + 1))
        begin_b, end_b = np.searchsorted(quotes.unit, (b, b + 1))
        shared, in_a, in_b = np.intersect1d(
            quotes.courier[begin_a:end_a],
            quotes.courier[begin_b:end_b],
            assume_unique=True,
            return_indices=True,
        )
        cost = quotes.cost[begin_a + in_a] + quotes.cost[begin_b + in_b]
        cost[shared == merges.courier[m]] = -np.inf
        few = np.argsort(cost, kind="stable")[: params.bundle_candidates_max]
        courier.append(np.sort(shared[few]))
        merge.append(np.full(len(few), m, np.int64))
    return np.concatenate(merge), np.concatenate(courier)


def laid(tick: Tick, split: Split) -> Itinerary:
    """Return the routes of the matching, by courier."""
    unit = np.flatnonzero(split.courier >= 0)
    unit = unit[np.argsort(split.courier[unit])]
    return lay_routes(tick.ground, split.units, unit, split.courier[unit])
