"""Shortest ways by road, against the definition of a shortest way."""

from itertools import pairwise

import numpy as np
import pytest

from service.domain.geo import Point, distance_m
from service.simulation.city.city import City
from service.simulation.city.roads import RoadClass, RoadGraph, Street
from service.simulation.city.routes import Routes

CENTER = Point(48.0, 16.0)


def square_with_a_tail() -> RoadGraph:
    """Return junctions 0-1-2-3-0 with one long side (3-0), and a tail 2-4."""
    edge_node = np.array([(0, 1), (1, 2), (2, 3), (3, 0), (2, 4)])
    node_deg = np.array(
        [(48.0, 16.0), (48.001, 16.0), (48.001, 16.001), (48.0, 16.001), (48.002, 16.001)]
    )
    return RoadGraph(
        node_m=np.zeros((5, 2)),
        node_deg=node_deg,
        edge_node=edge_node,
        edge_m=np.array([100.0, 100.0, 100.0, 500.0, 70.0]),
        edge_street=np.zeros(5, dtype=np.intp),
        streets=(Street("Only Street", RoadClass.STREET),),
    )


def test_the_short_way_round_is_taken() -> None:
    routes = Routes(square_with_a_tail())
    assert routes.path(0, 3) == (0, 1, 2, 3)
    assert routes.distance_m(0, 3) == pytest.approx(300.0)
    assert routes.path(4, 0) == (4, 2, 1, 0)
    assert routes.distance_m(4, 0) == pytest.approx(270.0)


def test_a_way_to_where_one_is_has_no_length() -> None:
    routes = Routes(square_with_a_tail())
    assert routes.path(2, 2) == (2,)
    assert routes.distance_m(2, 2) == 0.0


def test_answers_do_not_depend_on_what_is_remembered(city: City) -> None:
    forgetful, mindful = Routes(city.roads, trees_count_max=1), Routes(city.roads)
    pairs = [(0, 900), (17, 2_000), (900, 0), (0, 900), (2_000, 17), (17, 2_000)]
    assert [forgetful.path(*pair) for pair in pairs] == [mindful.path(*pair) for pair in pairs]


def test_a_way_is_made_of_edges_and_as_long_as_they_are(city: City) -> None:
    roads, routes = city.roads, Routes(city.roads)
    edge_m = {
        frozenset(ends): length_m
        for ends, length_m in zip(roads.edge_node.tolist(), roads.edge_m.tolist(), strict=True)
    }
    for start, end in ((0, 3_000), (1_200, 40), (2_500, 2_501)):
        path = routes.path(start, end)
        legs_m = [edge_m[frozenset(leg)] for leg in pairwise(path)]
        assert sum(legs_m) == pytest.approx(routes.distance_m(start, end))
        assert routes.distance_m(end, start) == pytest.approx(routes.distance_m(start, end))


def test_a_line_by_road_starts_and_ends_at_the_doors_and_is_longer_than_the_crow_flies(
    city: City,
) -> None:
    routes = Routes(city.roads)
    for merchant, door in zip(city.merchants[::40], city.doors[::280], strict=False):
        line = routes.line(merchant.point, door.point)
        assert (line.points[0], line.points[-1]) == (merchant.point, door.point)
        assert line.length_m >= distance_m(merchant.point, door.point)
        by_road_m = routes.distance_m(merchant.node, door.node)
        assert line.length_m == pytest.approx(by_road_m, rel=2e-3, abs=200.0)


def test_the_river_makes_near_places_far(city: City) -> None:
    roads, routes = city.roads, Routes(city.roads)
    is_west = city.river.is_west(roads.node_m)
    west = np.flatnonzero(is_west)[::11]
    east = np.flatnonzero(~is_west)
    stretches = []
    for node in west.tolist():
        apart_m = np.linalg.norm(roads.node_m[east] - roads.node_m[node], axis=1)
        if apart_m.min() < 350.0:
            opposite = int(east[apart_m.argmin()])
            stretches.append(routes.distance_m(node, opposite) / apart_m.min())
    assert max(stretches) > 4.0


def test_the_nearest_junction_of_a_door_is_its_own(city: City) -> None:
    assert all(city.roads.nearest_node(place.point) == place.node for place in city.merchants[::10])
