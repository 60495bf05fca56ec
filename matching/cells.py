"""H3 cells as integers: of a point, around a cell, above a cell. The only importer of h3.

h3 4.5 answers points outside the globe with valid-looking cells, so ranges are checked here first.
"""

# pyright: reportUnknownMemberType=false
# h3 ships no types: what leaves its functions is given one here.

import math
from typing import cast

import h3.api.basic_int as h3

RESOLUTION_MAX = 15
RINGS_MAX = 20  # 1,261 cells; a disk grows with the square, and 300 rings would be 270,901

_REACH_OF_EDGE = 1.4  # cells differ: none has a point farther from its middle, in mean edges
_EDGE_SHRINKS_TO = 0.9  # cells some rings away are smaller than the one whose edges were measured


def cell_of(lat_deg: float, lng_deg: float, *, resolution: int) -> int:
    """Return the cell of a point.

    Raises:
        ValueError: the point is not on the globe, or there is no such resolution.
    """
    if not (abs(lat_deg) <= 90.0 and abs(lng_deg) <= 180.0):  # NaN fails this too
        raise ValueError(f"not a place on earth: {lat_deg}, {lng_deg}")
    _check_resolution(resolution)
    return cast("int", h3.latlng_to_cell(lat_deg, lng_deg, resolution))


def center_of(cell: int) -> tuple[float, float]:
    """Return the latitude and longitude of the middle of a cell, degrees.

    Raises:
        ValueError: not a cell.
    """
    _check_cell(cell)
    return cast("tuple[float, float]", h3.cell_to_latlng(cell))


def disk(cell: int, *, rings_count: int) -> list[int]:
    """Return the cell and its rings, in ascending order; never more than `RINGS_MAX` rings.

    Raises:
        ValueError: not a cell, or a negative number of rings.
    """
    _check_cell(cell)
    if rings_count < 0:
        raise ValueError(f"{rings_count} rings")
    return sorted(cast("list[int]", h3.grid_disk(cell, min(rings_count, RINGS_MAX))))


def parent_of(cell: int, *, resolution: int) -> int:
    """Return the cell that contains this one at a coarser or the same resolution.

    Raises:
        ValueError: not a cell, or a finer resolution than its own.
    """
    _check_cell(cell)
    _check_resolution(resolution)
    if resolution > cast("int", h3.get_resolution(cell)):
        raise ValueError(f"{cell:x} has no parent of resolution {resolution}")
    return cast("int", h3.cell_to_parent(cell, resolution))


def reach_m(resolution: int) -> float:
    """Return a distance within which of its middle each cell of the resolution lies.

    Raises:
        ValueError: there is no such resolution.
    """
    _check_resolution(resolution)
    return _REACH_OF_EDGE * cast("float", h3.average_hexagon_edge_length(resolution, unit="m"))


def rings_covering(cell: int, *, radius_m: float) -> int:
    """Return how many rings hold every point within the radius of any point in the cell.

    From a corner of a hexagon with edge a, everything within (1.5 k - 0.5) a lies in k rings.

    Raises:
        ValueError: not a cell, or a negative radius.
    """
    _check_cell(cell)
    if not radius_m >= 0.0:
        raise ValueError(f"radius of {radius_m} m")
    edges = cast("list[int]", h3.origin_to_directed_edges(cell))
    edge_m = min(cast("float", h3.edge_length(edge, unit="m")) for edge in edges)
    rings = (radius_m / (edge_m * _EDGE_SHRINKS_TO) + 0.5) / 1.5
    return RINGS_MAX if rings > RINGS_MAX else math.ceil(rings)


def _check_cell(cell: int) -> None:
    if not (0 <= cell < 1 << 64 and cast("bool", h3.is_valid_cell(cell))):
        raise ValueError(f"not a cell: {cell:x}")


def _check_resolution(resolution: int) -> None:
    if not 0 <= resolution <= RESOLUTION_MAX:
        raise ValueError(f"no resolution {resolution}")
