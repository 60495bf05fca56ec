"""How far it is: points on a sphere in metres, and the straight line between them."""

import math

import numpy as np

from matching.arrays import F64
from matching.kernel import lean_kernel

EARTH_RADIUS_M = 6_371_008.8  # mean radius R1 of the IUGG


def points_of(degrees: F64) -> F64:
    """Return (N, 3) points on the sphere, metres, of (N, 2) latitudes and longitudes.

    A difference of two such points is exact to a micrometre, so that the kernels need neither
    sine nor cosine for each pair.
    """
    lat, lng = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    unit = (np.cos(lat) * np.cos(lng), np.cos(lat) * np.sin(lng), np.sin(lat))
    return np.ascontiguousarray(EARTH_RADIUS_M * np.stack(unit, axis=1))


@lean_kernel
def distance_m(from_point: F64, a: int, to_point: F64, b: int) -> float:
    """Return the straight line between two rows that begin with points, metres.

    It goes through the earth: 13 cm less than the great circle over 50 km, 1 km over 1,000.
    """
    x = from_point[a, 0] - to_point[b, 0]
    y = from_point[a, 1] - to_point[b, 1]
    z = from_point[a, 2] - to_point[b, 2]
    return math.sqrt(x * x + y * y + z * z)


@lean_kernel
def is_same_point(point: F64, a: int, b: int) -> bool:
    """Return whether two rows begin with exactly the same point."""
    return point[a, 0] == point[b, 0] and point[a, 1] == point[b, 1] and point[a, 2] == point[b, 2]
