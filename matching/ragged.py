"""Lists of unlike lengths in one array: row r is entries[start[r] : start[r + 1]]."""

import numpy as np

from matching.arrays import I64


def starts_of(counts: I64) -> I64:
    """Return the (R + 1,) starts of R lists with so many entries."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(counts)))


def row_of_entry(start: I64) -> I64:
    """Return the row of each entry."""
    return np.repeat(np.arange(len(start) - 1), np.diff(start))


def entries_of(start: I64, rows: I64) -> I64:
    """Return the entries of some rows, list by list in the order of the rows."""
    counts = np.diff(start)[rows]
    begins = np.repeat(start[rows] - starts_of(counts)[:-1], counts)
    return begins + np.arange(len(begins))


def chained(start: I64, next_start: I64) -> I64:
    """Return the starts of lists that stand behind others."""
    return np.concatenate((start[:-1], start[-1] + next_start))
