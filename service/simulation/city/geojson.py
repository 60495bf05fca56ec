"""The roads of a city as GeoJSON (RFC 7946), for a map that needs no tiles."""

from collections.abc import Iterator
from typing import TypedDict

from service.simulation.city.roads import RoadGraph

_DECIMALS = 6  # of a degree: 0.1 m

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
