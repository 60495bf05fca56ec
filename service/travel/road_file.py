"""A road file: GeoJSON lines that share vertices where roads meet, read as one graph a profile.

Properties of a line: `k` class (0 motorway or trunk, 1 primary, 2 secondary, 3 tertiary, 4 street,
5 cycleway or footway), `v` km/h of a car, `o` one way (1 along the line, -1 against it).
"""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
import numpy as np
from msgspec import Meta, Struct, field
from numpy.typing import NDArray

from service.domain.geo import EARTH_RADIUS_M, Latitude, Longitude
from service.domain.policy import SPEED_MPS
from service.domain.vocabulary import Vehicle
from service.travel.source import F64, Profile

MOTORWAY_CLASS, PATH_CLASS = 0, 5
_MPS_PER_KMH = 1.0 / 3.6


class _Properties(Struct, frozen=True):
    road_class: Annotated[int, Meta(ge=0, le=9)] = field(name="k")
    speed_kmh: Annotated[float, Meta(gt=0.0, le=300.0)] = field(name="v")
    one_way: Annotated[int, Meta(ge=-1, le=1)] = field(name="o", default=0)


class _Line(Struct, frozen=True):
    coordinates: Annotated[list[tuple[Longitude, Latitude]], Meta(min_length=2)]


class _Feature(Struct, frozen=True):
    properties: _Properties
    geometry: _Line


class _Roads(Struct, frozen=True):
    features: Annotated[list[_Feature], Meta(min_length=1)]


class Edges(NamedTuple):
    """E directed stretches between N nodes that one profile may use."""

    tail: NDArray[np.intp]  # (E,)
    head: NDArray[np.intp]  # (E,)
    metres: F64  # (E,) > 0
    seconds: F64  # (E,) > 0


class RoadFile(NamedTuple):
    """The nodes of a road file, and what each profile may use between them."""

    node_deg: F64  # (N, 2) latitude, longitude, degrees
    edges: dict[Profile, Edges]


def read_road_file(path: Path) -> RoadFile:
    """Return the roads of a file.

    Raises:
        OSError: it cannot be read.
        msgspec.ValidationError: it is not of this form.
    """
    roads = msgspec.json.decode(path.read_bytes(), type=_Roads)
    row_of: dict[tuple[float, float], int] = {}
    stretches = [stretch for feature in roads.features for stretch in _stretches(feature, row_of)]
    node_deg = np.array([(lat_deg, lng_deg) for lng_deg, lat_deg in row_of], np.float64)
    columns = np.array(stretches, np.float64)
    return RoadFile(
        node_deg, {profile: _edges_of(profile, node_deg, columns) for profile in Profile}
    )


def _stretches(
    feature: _Feature, row_of: dict[tuple[float, float], int]
) -> Iterator[tuple[int, int, int, float, int]]:
    """Yield (from, to, class, km/h, one way) of each stretch, in the direction of the line."""
    nodes = [row_of.setdefault(place, len(row_of)) for place in feature.geometry.coordinates]
    told = feature.properties
    for tail, head in pairwise(nodes):
        if tail != head:
            yield tail, head, told.road_class, told.speed_kmh, told.one_way


def _edges_of(profile: Profile, node_deg: F64, columns: F64) -> Edges:
    """Return the directed edges of a profile.

    Whoever walks goes both ways everywhere but on motorways; a bike keeps to one-way streets and
    may use paths; a car may not.
    """
    tail, head, road_class, speed_kmh, one_way = columns.T
    banned = PATH_CLASS if profile is Profile.CAR else MOTORWAY_CLASS
    is_open = road_class != banned
    if profile is Profile.FOOT:
        one_way = np.zeros_like(one_way)
    along, against = is_open & (one_way >= 0), is_open & (one_way <= 0)
    tails = np.concatenate((tail[along], head[against])).astype(np.intp)
    heads = np.concatenate((head[along], tail[against])).astype(np.intp)
    metres = _lengths_m(node_deg, tails, heads)
    speed_mps = np.concatenate((speed_kmh[along], speed_kmh[against])) * _MPS_PER_KMH
    if profile is not Profile.CAR:
        speed_mps = np.full_like(speed_mps, SPEED_MPS[_RIDDEN[profile]])
    return _fastest(Edges(tails, heads, metres, metres / speed_mps))


_RIDDEN = {Profile.FOOT: Vehicle.FOOT, Profile.BIKE: Vehicle.BIKE}


def _lengths_m(node_deg: F64, tail: NDArray[np.intp], head: NDArray[np.intp]) -> F64:
    """Return (E,) lengths on a plane that touches the earth there: exact enough for a street."""
    deg = np.radians(node_deg)
    north = deg[head, 0] - deg[tail, 0]
    east = (deg[head, 1] - deg[tail, 1]) * np.cos((deg[head, 0] + deg[tail, 0]) / 2.0)
    return np.maximum(0.01, EARTH_RADIUS_M * np.hypot(north, east))


def _fastest(edges: Edges) -> Edges:
    """Return the edges with only the fastest of those that join the same nodes."""
    order = np.lexsort((edges.seconds, edges.head, edges.tail))
    is_first = np.ones(len(order), np.bool_)
    is_first[1:] = (np.diff(edges.tail[order]) != 0) | (np.diff(edges.head[order]) != 0)
    kept = order[is_first]
    return Edges(edges.tail[kept], edges.head[kept], edges.metres[kept], edges.seconds[kept])
