"""Cells refuse what h3 would answer nonsense to, and disks hold what they promise."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.cells import (
    RINGS_MAX,
    cell_of,
    center_of,
    disk,
    parent_of,
    reach_m,
    rings_covering,
)
from service.domain.geo import Point, distance_m

VIENNA = cell_of(48.2, 16.37, resolution=8)


@pytest.mark.parametrize(
    ("lat_deg", "lng_deg"),
    [(91.0, 0.0), (-1_000.0, 0.0), (0.0, 1e6), (1e308, 1e308), (math.nan, 0.0), (0.0, math.inf)],
)
def test_a_point_off_the_globe_has_no_cell(lat_deg, lng_deg) -> None:
    with pytest.raises(ValueError, match="not a place"):
        cell_of(lat_deg, lng_deg, resolution=8)


@pytest.mark.parametrize("resolution", [-1, 16])
def test_there_are_sixteen_resolutions(resolution) -> None:
    with pytest.raises(ValueError, match="resolution"):
        cell_of(48.2, 16.37, resolution=resolution)


@pytest.mark.parametrize("cell", [0, -1, 1 << 64, VIENNA + 1])
def test_what_is_not_a_cell_is_refused(cell) -> None:
    with pytest.raises(ValueError, match="not a cell"):
        disk(cell, rings_count=1)
    with pytest.raises(ValueError, match="not a cell"):
        parent_of(cell, resolution=1)
    with pytest.raises(ValueError, match="not a cell"):
        center_of(cell)


def test_the_middle_of_a_cell_lies_in_it() -> None:
    assert cell_of(*center_of(VIENNA), resolution=8) == VIENNA


def test_a_disk_grows_by_six_cells_a_ring_and_stops_at_its_limit() -> None:
    assert disk(VIENNA, rings_count=0) == [VIENNA]
    assert len(disk(VIENNA, rings_count=2)) == 19
    assert disk(VIENNA, rings_count=300) == disk(VIENNA, rings_count=RINGS_MAX)
    with pytest.raises(ValueError, match="rings"):
        disk(VIENNA, rings_count=-1)


def test_a_disk_around_a_pentagon_is_smaller() -> None:
    pentagon = 0x8009FFFFFFFFFFF
    assert len(disk(pentagon, rings_count=1)) == 6


def test_a_parent_is_the_cell_of_the_same_point_above() -> None:
    assert parent_of(VIENNA, resolution=6) == cell_of(48.2, 16.37, resolution=6)
    with pytest.raises(ValueError, match="no parent"):
        parent_of(VIENNA, resolution=9)


@given(
    lat_deg=st.floats(-60.0, 70.0),
    lng_deg=st.floats(-180.0, 180.0),
    bearing=st.floats(0.0, 2.0 * math.pi),
    radius_m=st.floats(0.0, 8_000.0),
)
def test_the_rings_that_cover_a_radius_hold_every_point_in_it(
    lat_deg, lng_deg, bearing, radius_m
) -> None:
    north_deg = 0.999 * radius_m * math.cos(bearing) / 111_195.0
    east_deg = 0.999 * radius_m * math.sin(bearing) / 111_195.0 / math.cos(math.radians(lat_deg))
    there_lng = (lng_deg + east_deg + 540.0) % 360.0 - 180.0
    here = cell_of(lat_deg, lng_deg, resolution=8)
    there = cell_of(lat_deg + north_deg, there_lng, resolution=8)
    assert there in disk(here, rings_count=rings_covering(here, radius_m=radius_m))


@given(
    lat_deg=st.floats(-90.0, 90.0), lng_deg=st.floats(-180.0, 180.0), resolution=st.integers(0, 9)
)
def test_every_point_is_within_reach_of_the_middle_of_its_cell(
    lat_deg, lng_deg, resolution
) -> None:
    middle = Point(*center_of(cell_of(lat_deg, lng_deg, resolution=resolution)))
    assert distance_m(Point(lat_deg, lng_deg), middle) <= reach_m(resolution)


def test_a_radius_beyond_the_limit_takes_the_largest_disk() -> None:
    assert rings_covering(VIENNA, radius_m=math.inf) == RINGS_MAX
    with pytest.raises(ValueError, match="radius"):
        rings_covering(VIENNA, radius_m=-1.0)
