"""How far it is: points on a sphere in metres, and the great circle between them."""

import math

import numpy as np

from matching.arrays import F64
from matching.kernel import kernel

EARTH_RADIUS_M = 6_371_008.8  # mean radius R1 of the IUGG


def points_of(degrees: F64) -> F64:
    """Return (N, 3) points on the sphere, metres, of (N, 2) latitudes and longitudes.

    A difference of two such points is exact to a micrometre, so that the kernels need neither
    sine nor cosine for each pair.
    """
    lat, lng = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    unit = (np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat))
    return np.ascontiguousarray(EARTH_RADIUS_M * np.stack(unit, axis=1))


@kernel
def chord_squared_m2(from_point: F64, a: int, to_point: F64, b: int) -> float:
    """Return the squared chord between two rows that begin with points."""
    x = from_point[a, 0] - to_point[b, 0]
    y = from_point[a, 1] - to_point[b, 1]
    z = from_point[a, 2] - to_point[b, 2]
    return x * x + y * y + z * z


@kernel
def arc_m(chord_squared: float) -> float:
    """Return the great circle, metres, over a squared chord."""
    half = math.sqrt(chord_squared) / (2.0 * EARTH_RADIUS_M)
    return 2.0 * EARTH_RADIUS_M * math.asin(min(1.0, half))


@kernel
def distance_m(from_point: F64, a: int, to_point: F64, b: int) -> float:
    """Return the great circle between two rows that begin with points, metres."""
    return arc_m(chord_squared_m2(from_point, a, to_point, b))
