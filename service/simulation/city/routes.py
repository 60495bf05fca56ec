"""Shortest ways by road, from search trees that are kept for the destinations asked for last."""

from collections import OrderedDict

from service.domain.geo import Point
from service.simulation.city.graph_search import SearchTree, search_tree, two_way_graph
from service.simulation.city.roads import RoadGraph
from service.simulation.motion import Polyline, line_through


class Routes:
    """Shortest ways on one road graph.

    A search tree is rooted at the destination, because many couriers go to one merchant; the
    roads are two-way, so it holds the ways to its root as well as from it.
    """

    def __init__(self, roads: RoadGraph, *, trees_count_max: int = 256) -> None:
        self._roads = roads
        self._graph = two_way_graph(len(roads.node_m), roads.edge_node, roads.edge_m)
        self._trees: OrderedDict[int, SearchTree] = OrderedDict()
        self._trees_count_max = trees_count_max

    def distance_m(self, start: int, end: int) -> float:
        """Return the length of the shortest way between two junctions, metres."""
        return float(self._tree(end).distance_m[start])

    def path(self, start: int, end: int) -> tuple[int, ...]:
        """Return the junctions of the shortest way, both ends included."""
        next_node = self._tree(end).next_node
        nodes = [start]
        while nodes[-1] != end:
            nodes.append(int(next_node[nodes[-1]]))
        return tuple(nodes)

    def line(self, start: Point, end: Point) -> Polyline:
        """Return the way along streets between any two points near them."""
        nodes = self.path(self._roads.nearest_node(start), self._roads.nearest_node(end))
        return line_through((start, *map(self._roads.point, nodes), end))

    def _tree(self, root: int) -> SearchTree:
        tree = self._trees.get(root)
        if tree is None:
            tree = self._trees[root] = search_tree(self._graph, root)
            if len(self._trees) > self._trees_count_max:
                self._trees.popitem(last=False)
        self._trees.move_to_end(root)
        return tree
