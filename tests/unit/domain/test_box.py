"""A box is what a map shows, wherever on the globe."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.geo import EARTH_RADIUS_M, Box, Point, distance_m

VIENNA = Box(south_deg=48.1, west_deg=16.2, north_deg=48.3, east_deg=16.5)
FIJI = Box(south_deg=-20.0, west_deg=175.0, north_deg=-15.0, east_deg=-178.0)
EARTH = Box(south_deg=-90.0, west_deg=-180.0, north_deg=90.0, east_deg=180.0)


def test_what_is_between_parallels_and_meridians_is_inside() -> None:
    assert VIENNA.contains(48.2, 16.37)
    assert VIENNA.contains(48.1, 16.2)  # the border too
    assert not VIENNA.contains(48.2, 16.6)
    assert not VIENNA.contains(48.4, 16.37)


def test_a_box_may_cross_the_antimeridian() -> None:
    assert FIJI.contains(-18.0, 178.4)
    assert FIJI.contains(-18.0, -179.0)
    assert not FIJI.contains(-18.0, 0.0)
    assert FIJI.width_deg == 7.0
    assert FIJI.middle == Point(-17.5, 178.5)


def test_the_whole_earth_is_a_box() -> None:
    assert EARTH.width_deg == 360.0
    assert EARTH.grown(1e6) == EARTH
    assert EARTH.contains(-90.0, 180.0)


def test_a_box_that_grows_around_a_pole_goes_all_the_way() -> None:
    arctic = Box(south_deg=89.0, west_deg=10.0, north_deg=89.9, east_deg=20.0)
    assert arctic.grown(50_000.0).contains(89.99, -170.0)


@pytest.mark.parametrize("box", [VIENNA, FIJI])
def test_the_radius_reaches_every_corner(box: Box) -> None:
    for lat_deg in (box.south_deg, box.north_deg):
        for lng_deg in (box.west_deg, box.east_deg):
            assert distance_m(box.middle, Point(lat_deg, lng_deg)) <= box.radius_m + 1e-6


@given(
    south_deg=st.floats(-89.0, 89.0),
    height_deg=st.floats(0.0, 20.0),
    west_deg=st.floats(-180.0, 180.0),
    width_deg=st.floats(0.0, 200.0),
    inside=st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)),
    bearing=st.floats(0.0, 2.0 * math.pi),
    margin_m=st.floats(1.0, 500_000.0),
)
def test_a_grown_box_holds_whatever_is_within_the_margin(
    south_deg, height_deg, west_deg, width_deg, inside, bearing, margin_m
) -> None:
    box = Box(
        south_deg=south_deg,
        west_deg=west_deg,
        north_deg=min(90.0, south_deg + height_deg),
        east_deg=wrapped(west_deg + width_deg),
    )
    start = Point(
        south_deg + inside[0] * (box.north_deg - south_deg),
        wrapped(west_deg + inside[1] * box.width_deg),
    )
    there = destination(start, bearing=bearing, distance_m=0.999 * margin_m)
    assert box.grown(margin_m).contains(there.lat_deg, there.lng_deg)


def wrapped(lng_deg: float) -> float:
    return (lng_deg + 180.0) % 360.0 - 180.0


def destination(start: Point, *, bearing: float, distance_m: float) -> Point:
    """Return where a great circle leads that begins with this bearing."""
    angle, lat = distance_m / EARTH_RADIUS_M, math.radians(start.lat_deg)
    sin_there = math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * math.cos(
        bearing
    )
    turn = math.atan2(
        math.sin(bearing) * math.sin(angle) * math.cos(lat),
        math.cos(angle) - math.sin(lat) * sin_there,
    )
    lat_deg = math.degrees(math.asin(max(-1.0, min(1.0, sin_there))))
    return Point(lat_deg, wrapped(start.lng_deg + math.degrees(turn)))
