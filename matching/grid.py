"""Points in square cells of a plane: what is near a place is a few contiguous ranges.

The plane touches the earth at the middle of the points and takes every point straight down: the
distance in it is never more than the straight line, so a window of cells misses nobody, wherever
on the globe the points lie. A row of cells is one range of the sorted points.
"""

import math
from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.kernel import kernel, lean_kernel

CELLS_COUNT_MAX = 1 << 18
_POINTS_PER_CELL = 2.0
_CELL_M_MIN = 50.0
_REACH_MAX = 1e9  # cells, in place of infinitely many
_SLACK = 1e-6  # cells: more than their rounding
_SPREADS = 3.0  # standard deviations that the cells cover; farther points are in those at the edge


class Plane(NamedTuple):
    """The plane and its cells, rows from south to north."""

    axes: F64  # (2, 3) unit vectors east and north
    west_m: float
    south_m: float
    cell_m: float
    columns_count: int
    rows_count: int


class Cells(NamedTuple):
    """N points by cell, and within a cell in the order of their rows."""

    start: I64  # (rows x columns + 1,)
    row: I64  # (N,)


class Window(NamedTuple):
    """The cells around a point up to some rings away."""

    west: int
    east: int  # inclusive, as north
    south: int
    north: int


def plane_of(points: F64, *, cells_count_max: int = CELLS_COUNT_MAX) -> Plane:
    """Return the plane for (N, 3 or more) rows that begin with points, metres."""
    axes = axes_at(points[:, :3].mean(axis=0)) if len(points) else axes_at(np.zeros(3))
    flat_m = points[:, :3] @ axes.T if len(points) else np.zeros((1, 2))
    middle_m, spread_m = flat_m.mean(axis=0), _SPREADS * flat_m.std(axis=0)
    lowest_m = np.maximum(flat_m.min(axis=0), middle_m - spread_m)
    size_m = np.minimum(flat_m.max(axis=0), middle_m + spread_m) - lowest_m
    cells_count = max(1.0, min(cells_count_max / 2.0, len(points) / _POINTS_PER_CELL))
    area_m2 = float(max(size_m[0], _CELL_M_MIN) * max(size_m[1], _CELL_M_MIN))
    thinnest_m = float(size_m.max()) / cells_count  # of a street: no more cells than points in it
    cell_m = max(_CELL_M_MIN, math.sqrt(area_m2 / cells_count), thinnest_m)
    return Plane(
        axes=axes,
        west_m=float(lowest_m[0]),
        south_m=float(lowest_m[1]),
        cell_m=cell_m,
        columns_count=1 + int(size_m[0] / cell_m),
        rows_count=1 + int(size_m[1] / cell_m),
    )


def axes_at(centre: F64) -> F64:
    """Return the (2, 3) unit vectors of a plane across a direction, any one across no direction."""
    length = float(np.linalg.norm(centre))
    up = centre / length if length > 1.0 else np.array((1.0, 0.0, 0.0))
    pole = np.zeros(3)
    pole[int(np.abs(up).argmin())] = 1.0
    east = np.cross(pole, up)
    east /= np.linalg.norm(east)
    return np.ascontiguousarray(np.stack((east, np.cross(up, east))))


@lean_kernel
def flat_m(plane: Plane, point: F64, row: int) -> tuple[float, float]:
    """Return how far east and north of the first cell's corner a point is, metres."""
    east_m, north_m = -plane.west_m, -plane.south_m
    for d in range(3):
        east_m += plane.axes[0, d] * point[row, d]
        north_m += plane.axes[1, d] * point[row, d]
    return east_m, north_m


@lean_kernel
def across(plane: Plane, point: F64, row: int) -> tuple[float, float]:
    """Return how many cells east and north of the first one's corner a point is."""
    east_m, north_m = flat_m(plane, point, row)
    return east_m / plane.cell_m, north_m / plane.cell_m


@lean_kernel
def within(cell: float, count: int) -> int:
    """Return the row or column of cells, the nearest one for what is outside."""
    return min(max(math.floor(cell), 0), count - 1)


@kernel
def sort_into(plane: Plane, point: F64) -> Cells:
    """Return the rows of a table that begin with points, by cell: a counting sort."""
    start = np.zeros(plane.columns_count * plane.rows_count + 1, np.int64)
    cell, row = np.empty(point.shape[0], np.int64), np.empty(point.shape[0], np.int64)
    for i in range(point.shape[0]):
        east, north = across(plane, point, i)
        column = within(east, plane.columns_count)
        cell[i] = within(north, plane.rows_count) * plane.columns_count + column
        start[cell[i] + 1] += 1
    for k in range(start.shape[0] - 1):
        start[k + 1] += start[k]
    fill = start.copy()
    for i in range(point.shape[0]):
        row[fill[cell[i]]] = i
        fill[cell[i]] += 1
    return Cells(start, row)


@lean_kernel
def window_around(plane: Plane, east: float, north: float, rings: int) -> Window:
    """Return the cells up to some rings around a point."""
    column, row = within(east, plane.columns_count), within(north, plane.rows_count)
    return Window(
        max(column - rings, 0),
        min(column + rings, plane.columns_count - 1),
        max(row - rings, 0),
        min(row + rings, plane.rows_count - 1),
    )


@lean_kernel
def beyond_m(plane: Plane, window: Window, east: float, north: float) -> float:
    """Return how far away at least everything outside a window around a point is, metres."""
    apart = np.inf
    if window.west > 0:
        apart = min(apart, east - window.west)
    if window.east < plane.columns_count - 1:
        apart = min(apart, window.east + 1 - east)
    if window.south > 0:
        apart = min(apart, north - window.south)
    if window.north < plane.rows_count - 1:
        apart = min(apart, window.north + 1 - north)
    return max(apart, 0.0) * plane.cell_m


@lean_kernel
def ranges_within(
    plane: Plane, cells: Cells, at: tuple[float, float], reach: float, ranges: I64
) -> int:
    """Return how many ranges of sorted points have all that are so near a place, in cells.

    They are left in the (R, 2) `ranges`, ends exclusive: of each row of cells what a circle cuts.
    The cells at the edge have no end.
    """
    east, north = at
    reach, rows_count = min(reach + _SLACK, _REACH_MAX), plane.rows_count
    south, count = within(north - reach, rows_count), 0
    for row in range(south, within(north + reach, rows_count) + 1):
        above = row - north if row > 0 else 0.0
        below = north - row - 1.0 if row < rows_count - 1 else 0.0
        apart = max(above, below, 0.0)
        half = math.sqrt(max(reach * reach - apart * apart, 0.0))
        first = row * plane.columns_count
        ranges[count, 0] = cells.start[first + within(east - half, plane.columns_count)]
        ranges[count, 1] = cells.start[first + within(east + half, plane.columns_count) + 1]
        count += 1
    return count
