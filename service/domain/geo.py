"""Places on the globe: ranges, and the great-circle distance."""

from math import asin, cos, radians, sin, sqrt
from typing import Annotated

from msgspec import Meta, Struct

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG

Latitude = Annotated[float, Meta(ge=-90.0, le=90.0)]
Longitude = Annotated[float, Meta(ge=-180.0, le=180.0)]


class Point(Struct, frozen=True):
    """A place in WGS84 degrees, latitude first."""

    lat_deg: Latitude
    lng_deg: Longitude


def distance_m(a: Point, b: Point) -> float:
    """Return the great-circle distance (haversine formula)."""
    lat_a, lat_b = radians(a.lat_deg), radians(b.lat_deg)
    half_lat, half_lng = (lat_b - lat_a) / 2.0, radians(b.lng_deg - a.lng_deg) / 2.0
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lng) ** 2
    return 2.0 * EARTH_RADIUS_M * asin(sqrt(min(1.0, chord)))
