"""PURE. What a part of the map at some zoom takes: which cells, at which resolution."""

from math import log2

from msgspec import Struct

from matching.cells import cell_of, center_of, disk, reach_m, rings_covering
from service.domain.geo import Box
from service.live.keys import CELL_RESOLUTION

CLOSE_ZOOM_MIN = 12.0  # farther out, couriers are dots on dots
CLOSE_RADIUS_M_MAX = 10_000.0  # of the box; some 400 cells, and within the largest disk everywhere

_FINEST_ZOOM = 13.0  # from here on cells are as fine as the index: some 40 pixels an edge
_ZOOMS_PER_RESOLUTION = log2(7.0) / 2.0  # a zoom doubles lengths, a resolution makes 7 cells of one


class Viewport(Struct, frozen=True, kw_only=True):
    box: Box
    zoom: float
    frames_per_s: float


def resolution_of(zoom: float) -> int:
    """Return the H3 resolution whose cells are some tens of pixels wide at this zoom."""
    finer_by = round((zoom - _FINEST_ZOOM) / _ZOOMS_PER_RESOLUTION)
    return max(0, min(CELL_RESOLUTION, CELL_RESOLUTION + finer_by))


def surroundings(box: Box, *, resolution: int) -> Box:
    """Return a box that holds the middle of each cell with a point in this one."""
    return box.grown(reach_m(resolution))


def cells_close_in(viewport: Viewport) -> tuple[int, ...]:
    """Return the cells of the index with a point in the box, or none if it is too large for that.

    A few more at its border are among them.
    """
    box = viewport.box
    if viewport.zoom < CLOSE_ZOOM_MIN or box.radius_m > CLOSE_RADIUS_M_MAX:
        return ()
    middle = cell_of(box.middle.lat_deg, box.middle.lng_deg, resolution=CELL_RESOLUTION)
    rings_count = rings_covering(middle, radius_m=box.radius_m)
    around = surroundings(box, resolution=CELL_RESOLUTION)
    cells = disk(middle, rings_count=rings_count)
    return tuple(cell for cell in cells if around.contains(*center_of(cell)))
