import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.geo import Point, distance_m
from service.travel.graph import RoadGraph
from service.travel.road_file import Edges, RoadFile, read_road_file
from service.travel.shortest import graph_of, largest_part, tree_from
from service.travel.source import Profile
from tests.unit.travel.road_makers import (
    PORTLAND,
    at,
    line,
    needs_portland,
    twin_columns,
    write_roads,
)

NODES_COUNT = 7

graphs = st.dictionaries(
    st.tuples(st.integers(0, NODES_COUNT - 1), st.integers(0, NODES_COUNT - 1)).filter(
        lambda ends: ends[0] != ends[1]
    ),
    st.tuples(st.integers(1, 1_000), st.integers(1, 1_000)),
    min_size=1,
    max_size=30,
)


def edges_of(drawn):
    """Return edges of which no two ways take equally long, so that every length is decided."""
    (tail, head), (metres, seconds) = zip(*drawn, strict=True), zip(*drawn.values(), strict=True)
    unlike = 1e-4 * 2.0 ** -np.arange(len(drawn))
    return Edges(
        np.array(tail, np.intp),
        np.array(head, np.intp),
        np.array(metres, np.float64),
        np.array(seconds, np.float64) + unlike,
    )


@given(graphs, st.integers(0, NODES_COUNT - 1))
def test_ways_are_those_of_a_plain_dijkstra(drawn, root):
    edges = edges_of(drawn)
    tree = tree_from(graph_of(edges, nodes_count=NODES_COUNT), root)
    seconds, metres = twin_columns(edges, root, NODES_COUNT)
    assert tree.seconds == pytest.approx(seconds, rel=1e-6)
    assert tree.metres == pytest.approx(metres, rel=1e-6)


@given(graphs)
def test_from_the_largest_part_every_node_of_it_is_reached(drawn):
    graph = graph_of(edges_of(drawn), nodes_count=NODES_COUNT)
    part = largest_part(graph)
    for root in part.tolist():
        assert np.isfinite(tree_from(graph, root).seconds[part]).all()


@pytest.fixture
def island(tmp_path):
    """A long street, and a short one that no road leads to, in reach of the same places."""
    path = write_roads(
        tmp_path / "roads",
        line(at(0, 0), at(0, 1), at(0, 2), at(0, 3)),
        line(at(1, 0), at(1, 1)),
    )
    return RoadGraph(read_road_file(path))


async def test_a_place_is_put_on_the_nearest_road_that_leads_somewhere(island):
    table = await island.table(Profile.CAR, [at(1, 0)], [at(0, 3)])
    assert table.metres[0, 0] == pytest.approx(3.0 * distance_m(at(0, 0), at(0, 1)), rel=1e-3)
    assert table.seconds[0, 0] == pytest.approx(table.metres[0, 0] / 10.0, rel=1e-3)


async def test_a_place_off_the_map_has_no_ways(island):
    away = Point(0.0, 0.0)
    table = await island.table(Profile.CAR, [at(0, 0), away], [away, at(0, 3)])
    assert np.isnan(table.seconds).tolist() == [[True, False], [True, True]]
    assert np.isnan(table.metres).tolist() == [[True, False], [True, True]]


async def test_what_is_forgotten_is_found_again(tmp_path):
    path = write_roads(tmp_path / "roads", line(at(0, 0), at(0, 1), at(0, 3)))
    graph = RoadGraph(read_road_file(path), trees_count_max=1)
    first = await graph.table(Profile.CAR, [at(0, 0), at(0, 1)], [at(0, 3)])
    again = await graph.table(Profile.CAR, [at(0, 0), at(0, 1)], [at(0, 3)])
    assert (first.seconds == again.seconds).all()
    assert first.seconds[0, 0] > first.seconds[1, 0]


@needs_portland
@settings(max_examples=5, deadline=None)
@given(st.integers(0, 7_000))
def test_portland_agrees_with_a_plain_dijkstra(node):
    roads = portland()
    edges = roads.edges[Profile.CAR]
    tree = tree_from(graph_of(edges, nodes_count=len(roads.node_deg)), node)
    seconds, metres = twin_columns(edges, node, len(roads.node_deg))
    assert tree.seconds == pytest.approx(seconds, rel=1e-5)
    assert tree.metres == pytest.approx(metres, rel=1e-2)  # some ways take equally long


@needs_portland
async def test_across_the_river_the_way_is_much_longer_than_the_line():
    graph = RoadGraph(portland())
    west, east = Point(45.5015, -122.6735), Point(45.5015, -122.6645)
    table = await graph.table(Profile.CAR, [west], [east])
    assert table.metres[0, 0] > 2.0 * distance_m(west, east)


def portland() -> RoadFile:
    return read_road_file(PORTLAND)
