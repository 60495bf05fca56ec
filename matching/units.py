"""Units: what the assignment gives to one courier whole, a single job or a bundle of some."""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.ragged import entries_of, row_of_entry, starts_of


class Units(NamedTuple):
    """U units of jobs; the jobs of a unit ascend."""

    start: I64  # (U + 1,) jobs of unit u are job[start[u] : start[u + 1]]
    job: I64  # (jobs of all units,)


def alone(jobs: I64) -> Units:
    """Return each job as a unit of its own."""
    return Units(np.arange(len(jobs) + 1), jobs)


def some_of(units: Units, rows: I64) -> Units:
    """Return some of the units."""
    counts = np.diff(units.start)[rows]
    return Units(starts_of(counts), units.job[entries_of(units.start, rows)])


def both_of(first: Units, second: Units) -> Units:
    """Return the units of both, those of the second behind those of the first."""
    start = np.concatenate((first.start[:-1], first.start[-1] + second.start))
    return Units(start, np.concatenate((first.job, second.job)))


def unit_of_job(units: Units, jobs_count: int) -> I64:
    """Return the (J,) unit of each job, -1 for a job in none."""
    unit = np.full(jobs_count, -1, np.int64)
    unit[units.job] = row_of_entry(units.start)
    return unit


def sums_by_unit(units: Units, amount: F64) -> F64:
    """Return the (U,) sums of an amount per job, (J,)."""
    total = np.zeros(len(units.start) - 1)
    np.add.at(total, row_of_entry(units.start), amount[units.job])
    return total
