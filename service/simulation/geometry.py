"""Many points at once: great-circle distances, and the metric plane around a city's centre."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from service.domain.geo import EARTH_RADIUS_M, Point

_DEGREE_M = math.radians(1.0) * EARTH_RADIUS_M


def degrees_of(points: Sequence[Point]) -> NDArray[np.float64]:
    """Return (K, 2) latitude, longitude, degrees."""
    return np.array([(point.lat_deg, point.lng_deg) for point in points]).reshape(-1, 2)


def distances_m(points_deg: NDArray[np.float64], there: Point) -> NDArray[np.float64]:
    """Return (K,) great-circle distances (haversine), metres.

    Args:
        points_deg: (K, 2) latitude, longitude, degrees.
        there: where all of them are measured to.
    """
    lat_rad, lng_rad = np.radians(points_deg).T
    lat_there_rad, lng_there_rad = math.radians(there.lat_deg), math.radians(there.lng_deg)
    chord = (
        np.sin((lat_there_rad - lat_rad) / 2.0) ** 2
        + np.cos(lat_rad) * math.cos(lat_there_rad) * np.sin((lng_there_rad - lng_rad) / 2.0) ** 2
    )
    return 2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, chord)))


class Plane(NamedTuple):
    """Metres east and north of a centre: the equirectangular projection, fit for a city's size."""

    center: Point

    def to_deg(self, at_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (K, 2) latitude, longitude in degrees of (K, 2) metres east, north."""
        lat_deg = self.center.lat_deg + at_m[:, 1] / _DEGREE_M
        lng_degree_m = _DEGREE_M * math.cos(math.radians(self.center.lat_deg))
        lng_deg = self.center.lng_deg + at_m[:, 0] / lng_degree_m
        return np.column_stack((lat_deg, lng_deg))

    def to_point(self, at_m: NDArray[np.float64]) -> Point:
        """Return the point at (2,) metres east, north."""
        lat_deg, lng_deg = self.to_deg(at_m[None, :])[0].tolist()
        return Point(lat_deg, lng_deg)
