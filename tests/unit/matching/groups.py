"""Units from groups of job rows, and back."""

from collections.abc import Sequence

import numpy as np

from matching.ragged import starts_of
from matching.units import Units


def units_of(groups: Sequence[Sequence[int]]) -> Units:
    """Return the units of groups of job rows, in the order of the groups."""
    start = starts_of(np.array([len(group) for group in groups], np.int64))
    return Units(start, np.array([job for group in groups for job in sorted(group)], np.int64))


def groups_of(units: Units) -> list[list[int]]:
    """Return the job rows of each unit."""
    bounds = zip(units.start[:-1], units.start[1:], strict=True)
    return [units.job[begin:end].tolist() for begin, end in bounds]
