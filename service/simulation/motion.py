"""One courier's way along a line at a speed: where it is at a time, and when it arrives."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from service.domain.geo import Point, distance_m
from service.simulation.geometry import Plane


@dataclass(frozen=True, slots=True)
class Polyline:
    """Points with the metres travelled up to each of them; at least one point."""

    points: tuple[Point, ...]
    along_m: tuple[float, ...]

    @property
    def length_m(self) -> float:
        return self.along_m[-1]

    def point_at(self, along_m: float) -> Point:
        """Return the point after so many metres; the ends hold outside the line.

        Between two points latitude and longitude are interpolated linearly, which is exact to
        about 0.1 % over a city's distances.
        """
        leg = bisect_right(self.along_m, along_m)
        if leg == 0:
            return self.points[0]
        if leg == len(self.points):
            return self.points[-1]
        here, there = self.points[leg - 1], self.points[leg]
        start_m, end_m = self.along_m[leg - 1], self.along_m[leg]
        share = (along_m - start_m) / (end_m - start_m)
        return Point(
            here.lat_deg + share * (there.lat_deg - here.lat_deg),
            here.lng_deg + share * (there.lng_deg - here.lng_deg),
        )


def line_through(points: Sequence[Point]) -> Polyline:
    """Return the line through the points, as long as its great-circle legs. Needs a point."""
    assert points, "a line needs a point"
    legs_m = (distance_m(here, there) for here, there in pairwise(points))
    return Polyline(tuple(points), tuple(accumulate(legs_m, initial=0.0)))


def straight_line(here: Point, there: Point, *, detour_factor: float) -> Polyline:
    """Return the straight line, travelled as if it were `detour_factor` (>= 1) times as long.

    It stands in for roads where a public day has none.
    """
    assert detour_factor >= 1.0, "no road is shorter than the straight line"
    return Polyline((here, there), (0.0, distance_m(here, there) * detour_factor))


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """A departure along a line at a constant speed, > 0; times are seconds of the simulation."""

    line: Polyline
    speed_mps: float
    departs_s: float

    @property
    def arrives_s(self) -> float:
        return self.departs_s + self.line.length_m / self.speed_mps

    def position_at(self, time_s: float) -> Point:
        """Return the place at a time; before departure the start, after arrival the end."""
        return self.line.point_at((time_s - self.departs_s) * self.speed_mps)


def with_noise(point: Point, *, noise_m: float, rng: np.random.Generator) -> Point:
    """Return the point as a receiver reports it: off by a normal error of `noise_m` per axis.

    The error is cut at three `noise_m`: receivers filter out worse ones themselves.
    """
    return Plane(point).to_point(np.clip(rng.normal(0.0, 1.0, 2), -3.0, 3.0) * noise_m)
