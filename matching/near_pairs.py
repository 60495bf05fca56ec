"""Jobs with near pickups: for each the few that look best to be carried together with it."""

import numpy as np

from matching.arrays import F64, I64, Bools
from matching.ground import Ground
from matching.kernel import kernel
from matching.shortlist import keep_least
from matching.travel import distance_m

LOOKS_PER_BAND_MAX = 128  # others looked at in each of the three bands of cells around a pickup


def near_pairs(
    ground: Ground, is_eligible: Bools, *, pickup_m_max: float, neighbours_max: int
) -> I64:
    """Return (P, 2) rows of jobs worth trying together, the lower one first, ascending.

    Near are pickups within `pickup_m_max`, and of them those with the least distance of pickups
    and drop-offs together. Sorted by cells as wide as that, so it takes as long as jobs are dense.
    """
    jobs = np.flatnonzero(is_eligible)
    pickups = ground.places[ground.stops_count + jobs, :3]
    dropoffs = ground.places[ground.stops_count + ground.jobs_count + jobs, :3]
    row, column = _cells_of(pickups, cell_m=max(1.0, pickup_m_max))
    width = int(column.max(initial=0)) + 3  # an empty cell at each end: bands do not wrap around
    key = row * width + column
    order = np.argsort(key, kind="stable")
    ends = (np.ascontiguousarray(pickups[order]), np.ascontiguousarray(dropoffs[order]))
    near = nearest(*ends, _bands_of(key[order], width), float(pickup_m_max), neighbours_max)
    here, rank = np.nonzero(near >= 0)
    pair = np.stack((jobs[order[here]], jobs[order[near[here, rank]]]), axis=1)
    pair.sort(axis=1)
    code = np.unique(pair[:, 0] * ground.jobs_count + pair[:, 1])
    return np.stack((code // ground.jobs_count, code % ground.jobs_count), axis=1)


def _cells_of(points: F64, *, cell_m: float) -> tuple[I64, I64]:
    """Return row and column of a grid on the plane that touches the earth amidst the points.

    A distance on the plane is at most that of the points, so whoever is near is in the next cell.
    """
    centre = points.sum(axis=0) + np.array((0.0, 0.0, 1e-3))
    up = centre / np.linalg.norm(centre)
    axis = np.eye(3)[np.argmin(np.abs(up))]
    east = np.cross(axis, up)
    east /= np.linalg.norm(east)
    plane = np.stack((points @ np.cross(up, east), points @ east))
    cell = np.floor((plane - plane.min(axis=1, initial=0.0)[:, None]) / cell_m).astype(np.int64)
    return cell[0], cell[1]


def _bands_of(key: I64, width: int) -> I64:
    """Return (J, 3, 2) begins and ends of three neighbouring cells in three neighbouring rows."""
    first = key[:, None] + width * np.arange(-1, 2) - 1
    return np.stack((np.searchsorted(key, first), np.searchsorted(key, first + 3)), axis=2)


@kernel
def nearest(
    pickups: F64, dropoffs: F64, band: I64, pickup_m_max: float, neighbours_max: int
) -> I64:
    """Return (J, K) rows of those near each, -1 filled.

    Each looks at a band from behind its own row on, all around, so that of many equal ones not
    all choose the same few.
    """
    count = pickups.shape[0]
    near = np.full((count, neighbours_max), -1, np.int64)
    keys = np.empty(neighbours_max)
    for i in range(count):
        keys[:] = np.inf
        for b in range(3):
            begin, end = band[i, b, 0], band[i, b, 1]
            j = min(max(i, begin), end - 1)
            for _ in range(min(end - begin, LOOKS_PER_BAND_MAX)):
                j = j + 1 if j + 1 < end else begin
                pickups_m = distance_m(pickups, i, pickups, j)
                if pickups_m > pickup_m_max or pickups_m >= keys[-1] or j == i:
                    continue
                both_m = pickups_m + distance_m(dropoffs, i, dropoffs, j)
                if both_m < keys[-1]:
                    keep_least(near[i], keys, j, both_m)
    return near
