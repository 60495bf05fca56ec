"""The roads as GeoJSON."""

import json
from itertools import pairwise

import numpy as np

from service.simulation.city.city import City
from service.simulation.city.geojson import city_geojson, roads_geojson


def test_every_road_is_drawn_once_with_its_name_class_and_bridge(city: City) -> None:
    roads = city.roads
    collection = json.loads(json.dumps(roads_geojson(roads)))
    assert collection["type"] == "FeatureCollection"
    drawn = [
        (feature["properties"]["name"], frozenset((tuple(head), tuple(tail))))
        for feature in collection["features"]
        for line in [feature["geometry"]["coordinates"]]
        for head, tail in pairwise(line)
    ]
    place = [(round(lng, 6), round(lat, 6)) for lat, lng in roads.node_deg.tolist()]
    expected = [
        (roads.streets[street].name, frozenset((place[head], place[tail])))
        for (head, tail), street in zip(
            roads.edge_node.tolist(), roads.edge_street.tolist(), strict=True
        )
    ]
    assert drawn == expected
    kinds = {s.name: (s.road_class.value, s.is_bridge) for s in roads.streets}
    for feature in collection["features"]:
        properties = feature["properties"]
        assert (properties["class"], properties["is_bridge"]) == kinds[properties["name"]]


def test_a_street_is_one_line_where_it_is_unbroken(city: City) -> None:
    features = roads_geojson(city.roads)["features"]
    assert len(features) < len(city.roads.edge_m) / 4


def test_the_river_is_a_closed_ring_counterclockwise_around_its_water(city: City) -> None:
    water, *roads = city_geojson(city)["features"]
    assert roads == roads_geojson(city.roads)["features"]
    assert water["properties"] == {"name": city.river.name, "class": "water"}
    (ring,) = water["geometry"]["coordinates"]
    assert ring[0] == ring[-1]
    lng, lat = np.array(ring).T
    assert np.sum(lng[:-1] * lat[1:] - lng[1:] * lat[:-1]) > 0
    # no junction of a street is in it
    at_m = city.roads.node_m
    assert not city.river.is_water(at_m).any()
