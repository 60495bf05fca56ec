"""A city as GeoJSON (RFC 7946), for a map that needs no tiles."""

from collections.abc import Iterator
from typing import TypedDict

import numpy as np

from service.simulation.city.city import SIZE_M, City
from service.simulation.city.roads import RoadGraph

_DECIMALS = 6  # of a degree: 0.1 m
_BANK_STEP_M = 100.0
_BANK_BEYOND_M = 600.0  # the river does not end with the streets

# `class` is a word of Python, so this one is written in the functional form.
RoadProperties = TypedDict("RoadProperties", {"name": str, "class": str, "is_bridge": bool})


class LineString(TypedDict):
    type: str
    coordinates: list[list[float]]  # longitude before latitude, as the format wants


class RoadFeature(TypedDict):
    type: str
    properties: RoadProperties
    geometry: LineString


class RoadCollection(TypedDict):
    type: str
    features: list[RoadFeature]


# As above. Water has no street's name to bear, and is no bridge.
WaterProperties = TypedDict("WaterProperties", {"name": str, "class": str})


class Polygon(TypedDict):
    type: str
    coordinates: list[list[list[float]]]  # rings


class WaterFeature(TypedDict):
    type: str
    properties: WaterProperties
    geometry: Polygon


class CityCollection(TypedDict):
    type: str
    features: list[RoadFeature | WaterFeature]


def city_geojson(city: City) -> CityCollection:
    """Return the river as a polygon of class `water`, and the roads."""
    return {
        "type": "FeatureCollection",
        "features": [_river(city), *roads_geojson(city.roads)["features"]],
    }


def _river(city: City) -> WaterFeature:
    end_m = SIZE_M / 2.0 + _BANK_BEYOND_M
    north_m = np.arange(-end_m, end_m + 1.0, _BANK_STEP_M)
    middle_m, half_m = city.river.course_m(north_m), city.river.half_width_m
    west = np.column_stack((middle_m - half_m, north_m))
    east = np.column_stack((middle_m + half_m, north_m))
    # Counterclockwise, as the format wants of an outer ring: up the east bank, down the west one.
    ring_m = np.concatenate((east, west[::-1], east[:1]))
    ring = city.plane.to_deg(ring_m)[:, ::-1].round(_DECIMALS).tolist()
    return {
        "type": "Feature",
        "properties": {"name": city.river.name, "class": "water"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def roads_geojson(roads: RoadGraph) -> RoadCollection:
    """Return a FeatureCollection with one line per unbroken stretch of a street."""
    return {
        "type": "FeatureCollection",
        "features": [_feature(roads, *s) for s in _stretches(roads)],
    }


def _stretches(roads: RoadGraph) -> Iterator[tuple[int, list[int]]]:
    """Yield a street's row and the junctions of an unbroken stretch of it, in order."""
    street, nodes = -1, [-1]
    for (head, tail), edge_street in zip(
        roads.edge_node.tolist(), roads.edge_street.tolist(), strict=True
    ):
        if edge_street == street and head == nodes[-1]:
            nodes.append(tail)
            continue
        if street >= 0:
            yield street, nodes
        street, nodes = edge_street, [head, tail]
    yield street, nodes


def _feature(roads: RoadGraph, street: int, nodes: list[int]) -> RoadFeature:
    named = roads.streets[street]
    coordinates = roads.node_deg[nodes][:, ::-1].round(_DECIMALS).tolist()
    return {
        "type": "Feature",
        "properties": {
            "name": named.name,
            "class": named.road_class.value,
            "is_bridge": named.is_bridge,
        },
        "geometry": {"type": "LineString", "coordinates": coordinates},
    }
