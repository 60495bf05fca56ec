"""What is known of the ways between the cells of a market: a bounded book, by pair and profile."""

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from service.travel.source import Profile, Table

Rows = NDArray[np.intp]

NO_WAY = np.inf  # asked, and told that there is none; NaN is not asked yet


class Book:
    """Ways between at most so many cells; those not named for longest make room for others.

    A dense table, because a tick reads whole tables: one step of numpy instead of a look-up a
    pair. A cell that came in long ago is forgotten, so that roads may change.
    """

    def __init__(self, *, cells_count_max: int, cache_s: float) -> None:
        self._cells_count_max = cells_count_max
        self._cache_s = cache_s
        self._row_of: OrderedDict[int, int] = OrderedDict()  # in the order of last use
        self._entered_s = np.zeros(cells_count_max)
        self._ways: dict[Profile, NDArray[np.float32]] = {}  # (2, N, N): seconds, metres

    def enter(self, cells: Sequence[int], *, at_s: float) -> Rows:
        """Return the rows of these cells, unlike ones, and no more than there is room for."""
        assert len(cells) <= self._cells_count_max, "more cells than the book has rows"
        for cell in cells:
            if cell in self._row_of:
                self._row_of.move_to_end(cell)
        rows = [self._row(cell, at_s) for cell in cells]
        return np.array(rows, np.intp)

    def read(self, profile: Profile, rows: Rows) -> Table:
        """Return the ways between all of these rows, as (K, K); see `NO_WAY`."""
        seconds, metres = self._of(profile).take(rows, 1).take(rows, 2).astype(np.float64)
        return Table(seconds, metres)

    def unknown(self, profile: Profile, rows: Rows) -> NDArray[np.bool_]:
        """Return (K, K) whether nobody has told yet of a way between these rows."""
        return np.isnan(self._of(profile)[0].take(rows, 0).take(rows, 1))

    def write(
        self, profile: Profile, origins: Sequence[int], destinations: Sequence[int], table: Table
    ) -> None:
        """Keep an answer for cells, but for those that have left the book meanwhile."""
        origin, from_row = self._present(origins)
        destination, to_row = self._present(destinations)
        for kept, told in zip(self._of(profile), table, strict=True):
            part = told[origin[:, np.newaxis], destination]
            kept[from_row[:, np.newaxis], to_row] = np.where(np.isnan(part), NO_WAY, part)

    def _row(self, cell: int, at_s: float) -> int:
        row = self._row_of.get(cell)
        if row is not None and at_s - self._entered_s[row] < self._cache_s:
            return row
        if row is None:
            row = len(self._row_of)
            if row == self._cells_count_max:
                _, row = self._row_of.popitem(last=False)
        self._row_of[cell] = row
        self._entered_s[row] = at_s
        for ways in self._ways.values():
            ways[:, row, :] = np.nan
            ways[:, :, row] = np.nan
        return row

    def _present(self, cells: Sequence[int]) -> tuple[Rows, Rows]:
        """Return the positions of the cells that are in the book, and their rows."""
        found = [(at, self._row_of[cell]) for at, cell in enumerate(cells) if cell in self._row_of]
        both = np.array(found, np.intp).reshape(-1, 2)
        return both[:, 0], both[:, 1]

    def _of(self, profile: Profile) -> NDArray[np.float32]:
        if profile not in self._ways:
            shape = (2, self._cells_count_max, self._cells_count_max)
            self._ways[profile] = np.full(shape, np.nan, np.float32)
        return self._ways[profile]
