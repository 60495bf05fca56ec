"""The synthetic city: connected, cut by its river, and the same for the same seed."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from service.domain.geo import Point, distance_m
from service.simulation.city.city import City, build_city
from service.simulation.city.districts import DistrictKind
from service.simulation.city.graph_search import largest_part, two_way_graph
from service.simulation.city.places import DROPOFF_CATEGORIES, PICKUP_CATEGORIES, Category
from service.simulation.city.roads import RoadClass, RoadGraph

SEEDS = pytest.mark.parametrize("seed", range(10))
built = cache(build_city)


def is_connected(roads: RoadGraph, edges: np.ndarray) -> bool:
    graph = two_way_graph(len(roads.node_m), roads.edge_node[edges], roads.edge_m[edges])
    return bool(largest_part(graph).all())


@SEEDS
def test_every_junction_is_reached_and_only_over_a_bridge_from_the_other_bank(seed: int) -> None:
    roads = built(seed).roads
    assert 2_500 <= len(roads.node_m) <= 5_000
    assert is_connected(roads, np.ones(len(roads.edge_m), dtype=bool))
    assert not is_connected(roads, ~roads.edge_is_bridge())


@SEEDS
def test_no_road_but_a_bridge_touches_the_water(seed: int) -> None:
    city = built(seed)
    roads, is_bridge = city.roads, city.roads.edge_is_bridge()
    head_m, tail_m = roads.node_m[roads.edge_node[:, 0]], roads.node_m[roads.edge_node[:, 1]]
    for share in np.linspace(0.0, 1.0, 33):
        assert not city.river.is_water(head_m + share * (tail_m - head_m))[~is_bridge].any()
    crosses = city.river.is_west(head_m) != city.river.is_west(tail_m)
    assert np.array_equal(crosses, is_bridge)
    assert 3 <= is_bridge.sum() <= 6


@SEEDS
def test_both_banks_are_lived_on(seed: int) -> None:
    city = built(seed)
    assert 0.3 < city.river.is_west(city.roads.node_m).mean() < 0.8


def test_the_same_seed_builds_the_same_city(city: City) -> None:
    again = build_city(city.seed)
    assert np.array_equal(again.roads.node_deg, city.roads.node_deg)
    assert np.array_equal(again.roads.edge_node, city.roads.edge_node)
    assert again.roads.streets == city.roads.streets
    assert (again.merchants, again.doors) == (city.merchants, city.doors)
    assert (again.river, again.districts) == (city.river, city.districts)


def test_another_seed_builds_another_city(city: City) -> None:
    other = build_city(city.seed + 1)
    assert other.merchants != city.merchants
    assert other.river != replace(city.river, name=other.river.name)


def test_a_city_stands_where_it_is_asked_to() -> None:
    center = Point(-33.45, -70.66)
    merchants = build_city(1, center=center).merchants
    assert max(distance_m(center, place.point) for place in merchants) < 6_500.0


def test_the_plane_keeps_distances(city: City) -> None:
    roads = city.roads
    for edge in range(0, len(roads.edge_m), 97):
        head, tail = (roads.point(int(node)) for node in roads.edge_node[edge])
        assert distance_m(head, tail) == pytest.approx(roads.edge_m[edge], rel=2e-3)


def test_every_place_is_a_door_near_its_junction_and_on_a_street(city: City) -> None:
    street_names = {street.name for street in city.roads.streets if not street.is_bridge}
    for place in (*city.merchants, *city.doors):
        assert distance_m(place.point, city.roads.point(place.node)) <= 20.0
        number, street_name = place.address.split(" ", maxsplit=1)
        assert int(number) > 0
        assert street_name in street_names


def test_addresses_and_names_of_businesses_are_unique(city: City) -> None:
    places = (*city.merchants, *city.doors)
    assert len({place.address for place in places}) == len(places)
    assert len({place.name for place in city.merchants}) == len(city.merchants)


def test_every_category_has_places_on_its_side_of_the_trade(city: City) -> None:
    assert {place.category for place in city.merchants} == set(PICKUP_CATEGORIES)
    assert {place.category for place in city.doors} == set(DROPOFF_CATEGORIES)


def test_nobody_lives_in_the_park_and_the_center_eats_out(city: City) -> None:
    kinds = [district.kind for district in city.districts]
    assert set(kinds) == set(DistrictKind)
    assert all(
        kinds[place.district] is not DistrictKind.PARK for place in (*city.merchants, *city.doors)
    )
    restaurants = [p for p in city.merchants if p.category is Category.RESTAURANT]
    lively = {DistrictKind.CENTER, DistrictKind.OLD_TOWN}
    assert sum(kinds[place.district] in lively for place in restaurants) > len(restaurants) / 3


def test_streets_have_names_of_their_own_and_a_class(city: City) -> None:
    names = [street.name for street in city.roads.streets]
    assert len(set(names)) == len(names)
    classes = {street.road_class for street in city.roads.streets}
    assert classes == {RoadClass.AVENUE, RoadClass.STREET}
