"""Distances agree with the haversine formula all over the globe."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.travel import distance_m, points_of
from tests.unit.matching import twins

PLACES = st.tuples(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))


@given(a=PLACES, b=PLACES)
def test_a_distance_is_the_great_circle(a, b) -> None:
    points = points_of(np.array([a, b]))
    assert distance_m(points, 0, points, 1) == pytest.approx(
        twins.distance_m(a, b), rel=1e-6, abs=1.0
    )


def test_a_metre_is_seen() -> None:
    points = points_of(np.array([[48.2, 16.37], [48.2 + 1.0 / 111_195.0, 16.37]]))
    assert distance_m(points, 0, points, 1) == pytest.approx(1.0, abs=1e-4)


def test_the_date_line_is_no_border() -> None:
    points = points_of(np.array([[0.0, 179.999], [0.0, -179.999]]))
    assert distance_m(points, 0, points, 1) == pytest.approx(222.39, abs=0.01)
