"""The zoom decides how coarse the cells are, the box which ones are read."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from matching.cells import cell_of
from service.api.viewport import (
    CLOSE_RADIUS_M_MAX,
    Viewport,
    cells_close_in,
    resolution_of,
)
from service.domain.geo import Box
from service.live.keys import CELL_RESOLUTION

CELLS_CLOSE_COUNT_MAX = 800  # what a viewer may make us read in a round


def viewport(box: Box, *, zoom: float = 14.0) -> Viewport:
    return Viewport(box=box, zoom=zoom, frames_per_s=1.0)


@pytest.mark.parametrize(
    ("zoom", "resolution"), [(0, 0), (6, 3), (8, 4), (9, 5), (11, 7), (13, 8), (22, 8)]
)
def test_the_resolution_follows_the_zoom(zoom, resolution) -> None:
    assert resolution_of(zoom) == resolution


@given(st.floats(0.0, 22.0), st.floats(0.0, 22.0))
def test_cells_are_never_coarser_closer_in(one, other) -> None:
    assert resolution_of(min(one, other)) <= resolution_of(max(one, other))


def test_far_out_no_cells_are_read() -> None:
    city = Box(south_deg=48.1, west_deg=16.2, north_deg=48.3, east_deg=16.5)
    block = Box(south_deg=48.2, west_deg=16.36, north_deg=48.21, east_deg=16.38)
    assert cells_close_in(viewport(city)) == ()
    assert cells_close_in(viewport(block, zoom=11.9)) == ()
    assert cells_close_in(viewport(block))


@given(
    south_deg=st.floats(-89.0, 89.0),
    west_deg=st.floats(-180.0, 180.0),
    height_m=st.floats(0.0, 15_000.0),
    width_m=st.floats(0.0, 15_000.0),
    inside=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)),
)
def test_every_point_in_the_box_is_in_one_of_its_cells(
    south_deg, west_deg, height_m, width_m, inside
) -> None:
    width_deg = width_m / 111_195.0 / math.cos(math.radians(south_deg))
    box = Box(
        south_deg=south_deg,
        west_deg=west_deg,
        north_deg=min(90.0, south_deg + height_m / 111_195.0),
        east_deg=(west_deg + width_deg + 180.0) % 360.0 - 180.0,
    )
    assume(box.radius_m <= CLOSE_RADIUS_M_MAX)
    cells = cells_close_in(viewport(box))
    lat_deg = box.south_deg + inside[0] * (box.north_deg - box.south_deg)
    lng_deg = (west_deg + inside[1] * box.width_deg + 180.0) % 360.0 - 180.0
    assert cell_of(lat_deg, lng_deg, resolution=CELL_RESOLUTION) in cells
    assert len(cells) <= CELLS_CLOSE_COUNT_MAX
