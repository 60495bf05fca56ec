"""What else could have been: the courier who would be next, and each job going alone."""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.bundles import shared_couriers
from matching.ground import ROAD_S_PER_M, Ground
from matching.insertion import price_pairs, quote
from matching.offers import Bundles
from matching.quotes import Quotes, cheapest, joined, picked, rows_of
from matching.ragged import row_of_entry
from matching.singles import Singles
from matching.units import Units, alone, some_of


class Alternatives(NamedTuple):
    """For B bundles."""

    courier: I64  # (B,) who would be next, -1 for nobody
    cost: F64  # (B,) what it would cost there, NaN for nobody
    saved_m: F64  # (B,) travelled less than if each job went alone; 0 for a single job


def alternatives(
    ground: Ground, singles: Singles, bundles: Bundles, *, candidates_max: int
) -> Alternatives:
    """Return the alternatives of bundles.

    Who could be next is sought among the candidates; several jobs are quoted again together.
    """
    units = Units(bundles.start, bundles.job)
    size = np.diff(bundles.start)
    many = np.flatnonzero(size > 1)
    pair_bundle, pair_courier = shared_couriers(
        singles.quotes, some_of(units, many), count_max=candidates_max
    )
    quotes = joined(
        quote(ground, units, many[pair_bundle], pair_courier), _of_singles(singles, units)
    )
    others = picked(quotes, np.flatnonzero(quotes.courier != bundles.courier[quotes.unit]))
    row = cheapest(others, units_count=len(size))
    return Alternatives(
        courier=np.append(others.courier, -1)[row],
        cost=np.append(others.cost, np.nan)[row],
        saved_m=_saved_m(ground, singles, units, bundles.route_m),
    )


def _of_singles(singles: Singles, units: Units) -> Quotes:
    """Return the quotes of units of one job."""
    unit_of = np.full(len(singles.courier), -1, np.int64)
    is_one = (np.diff(units.start) == 1)[row_of_entry(units.start)]
    unit_of[units.job[is_one]] = row_of_entry(units.start)[is_one]
    unit = unit_of[singles.quotes.unit]
    return picked(singles.quotes._replace(unit=unit), np.flatnonzero(unit >= 0))


def _saved_m(ground: Ground, singles: Singles, units: Units, route_m: F64) -> F64:
    """Return what bundles save: each job alone goes with its own courier, or else the cheapest."""
    is_many = np.diff(units.start) > 1
    bundle = row_of_entry(units.start)
    jobs = units.job[is_many[bundle]]
    quotes = singles.quotes
    own = rows_of((quotes.unit, quotes.courier), (jobs, singles.courier[jobs]))
    least = cheapest(quotes, units_count=ground.jobs_count)[jobs]
    courier = np.append(quotes.courier, -1)[np.where(own >= 0, own, least)]
    is_known = courier >= 0
    _, extra_s = price_pairs(
        ground, alone(jobs[is_known]), np.arange(int(is_known.sum())), courier[is_known]
    )
    apart_m = np.full(len(jobs), np.nan)
    apart_m[is_known] = extra_s / ground.fleet[courier[is_known], ROAD_S_PER_M]
    saved_m = np.bincount(bundle[is_many[bundle]], apart_m, len(is_many)) - route_m
    return np.where(is_many & ~np.isnan(saved_m), saved_m, 0.0)
