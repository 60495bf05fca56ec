"""Windows of cells: they miss nobody, wherever on the globe."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.grid import (
    across,
    beyond_m,
    plane_of,
    ranges_within,
    sort_into,
    window_around,
)
from matching.travel import points_of

PLACES = {
    "a town": ((48.2, 16.37), 0.05),
    "the date line": ((-17.0, 180.0), 0.3),
    "the pole": ((89.9, 0.0), 1.0),
    "a continent": ((50.0, 10.0), 25.0),
    "the globe": ((0.0, 0.0), 180.0),
    "one point": ((1.0, 1.0), 0.0),
}


def scattered(place, seed, count=200):
    (lat, lng), spread = PLACES[place]
    rng = np.random.default_rng(seed)
    degrees = np.array((lat, lng)) + rng.normal(size=(count, 2)) * spread
    degrees[:, 0] = np.clip(degrees[:, 0], -90.0, 90.0)
    degrees[:, 1] = (degrees[:, 1] + 180.0) % 360.0 - 180.0
    return points_of(degrees)


def rows_within(plane, cells, at, reach):
    ranges = np.empty((plane.rows_count, 2), np.int64)
    count = ranges_within(plane, cells, at, reach, ranges)
    return [int(row) for begin, end in ranges[:count] for row in cells.row[begin:end]]


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), rings=st.integers(0, 8))
def test_whoever_is_not_around_a_place_is_as_far_away_as_its_window_says(
    place, seed, rings
) -> None:
    points = scattered(place, seed)
    plane = plane_of(points)
    cells = sort_into(plane, points)
    for query in range(0, 200, 40):
        at = across(plane, points, query)
        far_m = beyond_m(plane, window_around(plane, *at, rings), *at)
        inside = rows_within(plane, cells, at, far_m / plane.cell_m)
        assert len(inside) == len(set(inside))
        apart_m = np.linalg.norm(points - points[query], axis=1)
        outside = np.array(sorted(set(range(200)) - set(inside)), np.int64)
        assert (apart_m[outside] >= far_m - 1e-3).all()


TOWN = plane_of(scattered("a town", 3))  # of ten rows and columns, about


@settings(max_examples=40, deadline=None, derandomize=True)
@given(east=st.floats(-9.0, 20.0), north=st.floats(-9.0, 20.0), reach=st.floats(0.0, 20.0))
def test_around_a_place_is_everybody_in_reach(east, north, reach) -> None:
    points = scattered("a town", 3)
    there = np.array([across(TOWN, points, row) for row in range(200)])
    inside = rows_within(TOWN, sort_into(TOWN, points), (east, north), reach)
    in_reach = np.hypot(*(there - (east, north)).T) <= reach
    assert set(np.flatnonzero(in_reach).tolist()) <= set(inside)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    east=st.floats(0.0, TOWN.columns_count - 0.1),
    north=st.floats(0.0, TOWN.rows_count - 0.1),
    reach=st.floats(0.0, 6.0),
)
def test_around_a_place_in_the_cells_is_nobody_in_them_two_cells_farther(
    east, north, reach
) -> None:
    points = scattered("a town", 3)
    there = np.array([across(TOWN, points, row) for row in range(200)])
    inside = rows_within(TOWN, sort_into(TOWN, points), (east, north), reach)
    is_in_cells = ((there >= 0.0) & (there < (TOWN.columns_count, TOWN.rows_count))).all(axis=1)
    is_far = np.hypot(*(there - (east, north)).T) > reach + 2.0
    assert not set(inside) & set(np.flatnonzero(is_in_cells & is_far).tolist())


def test_no_points_are_no_trouble() -> None:
    plane = plane_of(np.empty((0, 3)))
    assert len(sort_into(plane, np.empty((0, 3))).row) == 0
