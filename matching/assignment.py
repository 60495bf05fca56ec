"""The cheapest matching of units to couriers, where leaving a unit open has a price."""

from typing import cast

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import (  # pyright: ignore[reportMissingTypeStubs] # scipy ships none
    min_weight_full_bipartite_matching,  # pyright: ignore[reportUnknownVariableType]
)

from matching.arrays import F64, I64
from matching.quotes import Quotes

_STEPS_PER_S = 1_000.0  # costs are compared by the millisecond, so that equal ones are ties


def match(quotes: Quotes, open_cost: F64, *, couriers_count: int) -> I64:
    """Return the (U,) courier of each unit, -1 for a unit left open.

    Every unit may stay open at `open_cost`, (U,), so that a full matching of the units always
    exists: each has a column of its own behind the couriers' columns. Of equally cheap matchings
    the one with the lower courier rows wins: a row adds less than a step in sum.
    Solved by the sparse Jonker-Volgenant algorithm of scipy.
    """
    units_count = len(open_cost)
    if units_count == 0 or len(quotes.unit) == 0:
        return np.full(units_count, -1, np.int64)
    own_column = couriers_count + np.arange(units_count)
    column = np.concatenate((quotes.courier, own_column))
    row = np.concatenate((quotes.unit, np.arange(units_count)))
    steps = np.round(np.concatenate((quotes.cost, open_cost)) * _STEPS_PER_S)
    tie = np.minimum(column, couriers_count) / ((couriers_count + 1.0) * (units_count + 1.0))
    weight = steps - steps.min() + 1.0 + tie  # a zero would be no edge
    graph = csr_array((weight, (row, column)), shape=(units_count, couriers_count + units_count))
    matched = cast("tuple[I64, I64]", min_weight_full_bipartite_matching(graph))[1]
    return np.where(matched < couriers_count, matched, -1).astype(np.int64)
