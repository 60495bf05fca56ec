"""Windows of cells: they miss nobody, wherever on the globe."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.grid import (
    Window,
    across,
    beyond_m,
    plane_of,
    ranges_of,
    sort_into,
    window_around,
)
from matching.travel import points_of

NO_WINDOW = Window(0, -1, 0, -1)
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


def rows_in(plane, cells, window):
    ranges = np.empty((2 * plane.rows_count, 2), np.int64)
    count = ranges_of(plane, cells, window, NO_WINDOW, ranges)
    return {int(row) for begin, end in ranges[:count] for row in cells.row[begin:end]}


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=20, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1), rings=st.integers(0, 8))
def test_whoever_is_outside_a_window_is_as_far_away_as_it_says(place, seed, rings) -> None:
    points = scattered(place, seed)
    plane = plane_of(points)
    cells = sort_into(plane, points)
    for query in range(0, 200, 40):
        east, north = across(plane, points, query)
        window = window_around(plane, east, north, rings)
        inside = rows_in(plane, cells, window)
        apart_m = np.linalg.norm(points - points[query], axis=1)
        outside = np.array(sorted(set(range(200)) - inside), np.int64)
        assert (apart_m[outside] >= beyond_m(plane, window, east, north) - 1e-6).all()


@pytest.mark.parametrize("place", PLACES)
def test_every_point_is_in_one_cell_and_there_are_not_too_many_cells(place) -> None:
    points = scattered(place, 1)
    plane = plane_of(points, cells_count_max=64)
    cells = sort_into(plane, points)
    assert sorted(cells.row.tolist()) == list(range(200))
    assert len(cells.start) - 1 == plane.columns_count * plane.rows_count <= 64


@settings(max_examples=20, deadline=None, derandomize=True)
@given(inner=st.integers(-1, 4), more=st.integers(1, 5), at=st.integers(0, 199))
def test_a_ring_is_the_outer_window_without_the_inner_one(inner, more, at) -> None:
    points = scattered("a town", 3)
    plane = plane_of(points)
    cells = sort_into(plane, points)
    east, north = across(plane, points, at)
    hole = window_around(plane, east, north, inner) if inner >= 0 else NO_WINDOW
    outer = window_around(plane, east, north, inner + more)
    ranges = np.empty((2 * plane.rows_count, 2), np.int64)
    count = ranges_of(plane, cells, outer, hole, ranges)
    ring = [int(row) for begin, end in ranges[:count] for row in cells.row[begin:end]]
    assert len(ring) == len(set(ring))
    kept_out = rows_in(plane, cells, hole) if inner >= 0 else set()
    assert set(ring) == rows_in(plane, cells, outer) - kept_out


def test_no_points_are_no_trouble() -> None:
    plane = plane_of(np.empty((0, 3)))
    assert len(sort_into(plane, np.empty((0, 3))).row) == 0
