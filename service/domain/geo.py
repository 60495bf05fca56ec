"""Places on the globe: ranges, and the great-circle distance."""

from math import asin, cos, degrees, radians, sin, sqrt
from typing import Annotated

from msgspec import Meta, Struct

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG

Latitude = Annotated[float, Meta(ge=-90.0, le=90.0)]
Longitude = Annotated[float, Meta(ge=-180.0, le=180.0)]


class Point(Struct, frozen=True):
    """A place in WGS84 degrees, latitude first."""

    lat_deg: Latitude
    lng_deg: Longitude


class Box(Struct, frozen=True, kw_only=True):
    """What lies between two parallels and two meridians; `west_deg` > `east_deg` crosses 180."""

    south_deg: Latitude
    west_deg: Longitude
    north_deg: Latitude
    east_deg: Longitude

    @property
    def width_deg(self) -> float:
        """Degrees of longitude from west to east, at most 360."""
        return self.east_deg - self.west_deg + (360.0 if self.west_deg > self.east_deg else 0.0)

    @property
    def middle(self) -> Point:
        """The place halfway between the parallels and between the meridians."""
        lng_deg = self.west_deg + self.width_deg / 2.0
        return Point((self.south_deg + self.north_deg) / 2.0, _wrapped(lng_deg))

    @property
    def radius_m(self) -> float:
        """The distance from the middle to the farthest corner."""
        corners = (Point(self.south_deg, self.west_deg), Point(self.north_deg, self.west_deg))
        return max(distance_m(self.middle, corner) for corner in corners)

    def contains(self, lat_deg: float, lng_deg: float) -> bool:
        """Whether the place lies inside or on the border."""
        if not self.south_deg <= lat_deg <= self.north_deg:
            return False
        if self.west_deg <= self.east_deg:
            return self.west_deg <= lng_deg <= self.east_deg
        return lng_deg >= self.west_deg or lng_deg <= self.east_deg

    def grown(self, margin_m: float) -> "Box":
        """Return a box that holds every place within the margin of a place in this one."""
        margin_rad = margin_m / EARTH_RADIUS_M
        south_deg = max(-90.0, self.south_deg - degrees(margin_rad))
        north_deg = min(90.0, self.north_deg + degrees(margin_rad))
        margin_deg = 180.0
        if south_deg > -90.0 and north_deg < 90.0:  # else it goes around a pole
            widest = max(abs(self.south_deg), abs(self.north_deg))
            margin_deg = degrees(asin(min(1.0, sin(margin_rad) / cos(radians(widest)))))
        if self.width_deg + 2.0 * margin_deg >= 360.0:
            return Box(south_deg=south_deg, west_deg=-180.0, north_deg=north_deg, east_deg=180.0)
        return Box(
            south_deg=south_deg,
            west_deg=_wrapped(self.west_deg - margin_deg),
            north_deg=north_deg,
            east_deg=_wrapped(self.east_deg + margin_deg),
        )


def _wrapped(lng_deg: float) -> float:
    """Return the same meridian from -180 to 180."""
    return (lng_deg + 180.0) % 360.0 - 180.0 if abs(lng_deg) > 180.0 else lng_deg


def coarse(place: Point, *, step_m: float) -> Point:
    """Return the nearest crossing of a grid with this step: no better is the place told."""
    step_deg = degrees(step_m / EARTH_RADIUS_M)
    lat_deg = max(-90.0, min(90.0, round(place.lat_deg / step_deg) * step_deg))
    # Of the parallel, so that all of it has one grid; at the poles every meridian is near.
    parallel = max(cos(radians(lat_deg)), 1e-6)
    lng_deg = _wrapped(round(place.lng_deg / (step_deg / parallel)) * (step_deg / parallel))
    return Point(round(lat_deg, 6), max(-180.0, min(180.0, round(lng_deg, 6))))


def distance_m(a: Point, b: Point) -> float:
    """Return the great-circle distance (haversine formula)."""
    lat_a, lat_b = radians(a.lat_deg), radians(b.lat_deg)
    half_lat, half_lng = (lat_b - lat_a) / 2.0, radians(b.lng_deg - a.lng_deg) / 2.0
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lng) ** 2
    return 2.0 * EARTH_RADIUS_M * asin(sqrt(min(1.0, chord)))
