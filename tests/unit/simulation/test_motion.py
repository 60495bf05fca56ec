"""Motion along a line: on time, never faster than its speed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.geo import Point, distance_m
from service.simulation.city.city import City
from service.simulation.city.routes import Routes
from service.simulation.motion import Motion, line_through, straight_line, with_noise

HERE, THERE = Point(48.20, 16.37), Point(48.21, 16.37)
POINTS = st.builds(Point, st.floats(48.15, 48.25), st.floats(16.3, 16.45))
TIMES_S = st.floats(-100.0, 20_000.0)


@given(
    points=st.lists(POINTS, min_size=1, max_size=8),
    speed_mps=st.floats(0.5, 20.0),
    earlier_s=TIMES_S,
    later_s=TIMES_S,
)
def test_nobody_is_faster_than_their_speed(
    points: list[Point], speed_mps: float, earlier_s: float, later_s: float
) -> None:
    earlier_s, later_s = sorted((earlier_s, later_s))
    motion = Motion(line=line_through(points), speed_mps=speed_mps, departs_s=0.0)
    moved_m = distance_m(motion.position_at(earlier_s), motion.position_at(later_s))
    assert moved_m <= speed_mps * (later_s - earlier_s) * 1.002 + 1e-3


@given(points=st.lists(POINTS, min_size=1, max_size=8), speed_mps=st.floats(0.5, 20.0))
def test_a_motion_starts_at_its_departure_and_ends_at_its_arrival(
    points: list[Point], speed_mps: float
) -> None:
    motion = Motion(line=line_through(points), speed_mps=speed_mps, departs_s=50.0)
    assert motion.position_at(0.0) == motion.position_at(50.0) == points[0]
    arrived = motion.position_at(motion.arrives_s)
    assert distance_m(arrived, points[-1]) < 1e-3
    assert motion.position_at(motion.arrives_s + 1.0) == points[-1]


def test_halfway_in_time_is_halfway_on_the_way() -> None:
    motion = Motion(line=line_through((HERE, THERE)), speed_mps=4.0, departs_s=10.0)
    assert motion.arrives_s == pytest.approx(10.0 + distance_m(HERE, THERE) / 4.0)
    middle = motion.position_at((10.0 + motion.arrives_s) / 2.0)
    assert middle.lat_deg == pytest.approx(48.205)
    assert middle.lng_deg == pytest.approx(16.37)


def test_a_straight_line_is_travelled_as_long_as_its_detour() -> None:
    line = straight_line(HERE, THERE, detour_factor=1.3)
    assert line.length_m == pytest.approx(1.3 * distance_m(HERE, THERE))
    assert line.point_at(line.length_m / 2.0).lat_deg == pytest.approx(48.205)


def test_standing_still_takes_no_time() -> None:
    motion = Motion(line=line_through((HERE, HERE)), speed_mps=4.0, departs_s=10.0)
    assert motion.arrives_s == 10.0
    assert motion.position_at(10.0) == HERE


def test_a_courier_never_leaves_the_streets(city: City) -> None:
    line = Routes(city.roads).line(city.merchants[0].point, city.doors[-1].point)
    motion = Motion(line=line, speed_mps=5.0, departs_s=0.0)
    for time_s in np.linspace(0.0, motion.arrives_s, 60):
        position = motion.position_at(float(time_s))
        # No stretch of road is longer than a bridge, so a junction is never far.
        assert distance_m(position, city.roads.point(city.roads.nearest_node(position))) < 250.0


def test_noise_has_its_size_and_an_end() -> None:
    rng = np.random.default_rng(3)
    errors_m = [distance_m(HERE, with_noise(HERE, noise_m=6.0, rng=rng)) for _ in range(2_000)]
    assert np.sqrt(np.mean(np.square(errors_m)) / 2.0) == pytest.approx(6.0, rel=0.1)
    assert max(errors_m) <= 6.0 * 3.0 * np.sqrt(2.0) * 1.01


def test_no_noise_changes_nothing() -> None:
    quiet = with_noise(HERE, noise_m=0.0, rng=np.random.default_rng(3))
    assert distance_m(HERE, quiet) == 0.0
