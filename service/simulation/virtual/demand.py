"""Where orders are expected: how many an hour each neighbourhood gets, learned during the day.

Stores of one square of a grid are a neighbourhood, because orders are too few to say much about a
single store within an hour. Who waits for its orders waits at its busiest store.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.travel import EARTH_RADIUS_M

MEMORY_S = 3_600.0  # an order counts e times less after so long
SQUARE_M = 2_000.0


class Expected(NamedTuple):
    """Z neighbourhoods that have had orders."""

    store: I64  # (Z,) the busiest store of each
    per_h: F64  # (Z,) orders an hour of all its stores


class Demand:
    """Exponential smoothing: every order adds to its store's rate, and is forgotten slowly."""

    def __init__(self, store_deg: F64) -> None:
        self._per_h = np.zeros(len(store_deg))
        self._at_s = 0.0
        squares = np.floor(np.radians(store_deg) * EARTH_RADIUS_M / SQUARE_M)
        _, square = np.unique(squares, axis=0, return_inverse=True)
        self._square: I64 = square.reshape(-1)

    def see(self, store: int, *, placed_s: float) -> None:
        """Count an order; they come by time."""
        self._per_h *= _kept_share(placed_s - self._at_s)
        self._at_s = placed_s
        self._per_h[store] += 3_600.0 / MEMORY_S

    def expected(self, now_s: float) -> Expected:
        """Return what is expected of every neighbourhood that has had an order."""
        busiest_first = np.lexsort((-self._per_h, self._square))
        _, first = np.unique(self._square[busiest_first], return_index=True)
        per_h = np.zeros(len(first))
        np.add.at(per_h, self._square, self._per_h * _kept_share(now_s - self._at_s))
        is_seen = per_h > 0.0
        return Expected(busiest_first[first][is_seen], per_h[is_seen])


def _kept_share(age_s: float) -> float:
    return float(np.exp(-age_s / MEMORY_S))
