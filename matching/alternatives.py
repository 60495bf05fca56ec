"""What else could have been: the courier who would be next, and each job going alone."""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.bundles import Split, Tick, quote_pairs
from matching.offers import Bundles
from matching.quotes import cheapest, rows_of
from matching.ragged import row_of_entry
from matching.units import Units, sums_by_unit


class Alternatives(NamedTuple):
    """For B bundles."""

    courier: I64  # (B,) who would be next, -1 for nobody
    cost: F64  # (B,) what it would cost there, NaN for nobody
    saved_m: F64  # (B,) travelled less than if each job went alone; 0 for a single job


def alternatives(tick: Tick, singles: Split, bundles: Bundles, speed_mps: F64) -> Alternatives:
    """Return the alternatives of bundles, by the quotes of single jobs; speeds are by courier.

    A bundle of several jobs is quoted again to those who could carry any of them, the cheapest few.
    """
    units = Units(bundles.start, bundles.job)
    pair_bundle, pair_courier = _contenders(singles, bundles, tick.params.bundle_candidates_max)
    quotes = quote_pairs(tick, units, pair_bundle, pair_courier)
    row = cheapest(quotes, units_count=len(bundles.courier))
    apart_m = sums_by_unit(units, alone_m(singles, speed_mps))
    is_bundle = np.diff(bundles.start) > 1
    return Alternatives(
        courier=np.append(quotes.courier, -1)[row],
        cost=np.append(quotes.cost, np.nan)[row],
        saved_m=np.where(is_bundle, apart_m - bundles.route_m, 0.0),
    )


def _contenders(singles: Split, bundles: Bundles, count_max: int) -> tuple[I64, I64]:
    """Return pairs of a bundle and another courier, sorted; the cheapest for its jobs alone."""
    bundle_of_job = np.full(len(singles.courier), -1, np.int64)
    bundle_of_job[bundles.job] = row_of_entry(bundles.start)
    quotes = singles.quotes
    bundle = bundle_of_job[quotes.unit]
    rows = np.flatnonzero(
        (bundle >= 0) & (quotes.courier != np.append(bundles.courier, -1)[bundle])
    )
    rows = rows[np.lexsort((quotes.courier[rows], quotes.cost[rows], bundle[rows]))]
    pairs = np.stack((bundle[rows], quotes.courier[rows]), axis=1)
    first = np.sort(np.unique(pairs, axis=0, return_index=True)[1])
    pairs = pairs[first]
    rank = np.arange(len(pairs)) - np.searchsorted(pairs[:, 0], pairs[:, 0])
    pairs = pairs[rank < count_max]
    order = np.lexsort((pairs[:, 1], pairs[:, 0]))
    return np.ascontiguousarray(pairs[order, 0]), np.ascontiguousarray(pairs[order, 1])


def alone_m(singles: Split, courier_speed_mps: F64) -> F64:
    """Return the (J,) metres each job adds to a route alone, NaN where nobody could carry it.

    With its own courier in the matching of singles, or else with its cheapest.
    """
    quotes = singles.quotes
    jobs = np.arange(len(singles.courier))
    own = rows_of((quotes.unit, quotes.courier), (jobs, singles.courier))
    rows = np.where(own >= 0, own, cheapest(quotes, units_count=len(jobs)))
    return np.append(quotes.extra_s * courier_speed_mps[quotes.courier], np.nan)[rows]
