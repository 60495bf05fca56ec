"""A road file as a source: the fastest ways by its graph, in this process."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from service.domain.geo import Point
from service.travel.nearest import Nearest
from service.travel.road_file import RoadFile
from service.travel.shortest import Graph, Tree, graph_of, largest_part, tree_from
from service.travel.source import F64, Profile, Table

TREES_COUNT_MAX = 512  # kept; one of 8,000 nodes takes 64 kB
SNAP_M_MAX = 500.0  # a place further from any road is not on this map
OFF_MAP = -1


class _Roads(NamedTuple):
    """The roads of one profile, and the nodes that all others can be reached from."""

    graph: Graph
    node: NDArray[np.intp]
    nearest: Nearest


class RoadGraph:
    """Fastest ways between the nodes of a road file that are nearest to the places.

    The way to the node and from it is not counted: places are cells, which are as coarse.
    """

    name = "graph"

    def __init__(self, roads: RoadFile, *, trees_count_max: int = TREES_COUNT_MAX) -> None:
        self._roads = {profile: _roads_of(roads, profile) for profile in Profile}
        self._trees: OrderedDict[tuple[Profile, int], Tree] = OrderedDict()
        self._trees_count_max = trees_count_max

    async def table(
        self, profile: Profile, origins: Sequence[Point], destinations: Sequence[Point]
    ) -> Table:
        """Return the fastest ways; see `Source.table`. A place off the map has none.

        Origin by origin: the search holds the interpreter, and the loop gets its turn in between.
        """
        roads = self._roads[profile]
        from_nodes = _snap(roads, origins)
        to_nodes = _snap(roads, destinations)
        table = Table(*np.full((2, len(origins), len(destinations)), np.nan))
        for row, node in enumerate(from_nodes.tolist()):
            if node != OFF_MAP:
                tree = await self._tree(profile, node)
                for told, known in zip(table, tree, strict=True):
                    told[row] = np.where(to_nodes == OFF_MAP, np.nan, known[to_nodes])
        return Table(*(np.where(np.isinf(part), np.nan, part) for part in table))

    async def _tree(self, profile: Profile, root: int) -> Tree:
        key = profile, root
        tree = self._trees.get(key)
        if tree is None:
            tree = await asyncio.to_thread(tree_from, self._roads[profile].graph, root)
            self._trees[key] = tree
            if len(self._trees) > self._trees_count_max:
                self._trees.popitem(last=False)
        else:
            self._trees.move_to_end(key)
        return tree


def _roads_of(roads: RoadFile, profile: Profile) -> _Roads:
    graph = graph_of(roads.edges[profile], nodes_count=len(roads.node_deg))
    node = largest_part(graph)
    return _Roads(graph, node, Nearest(roads.node_deg[node]))


def _snap(roads: _Roads, places: Sequence[Point]) -> NDArray[np.intp]:
    """Return the nearest node of each place, `OFF_MAP` where that is far."""
    places_deg: F64 = np.array([(place.lat_deg, place.lng_deg) for place in places])
    away_m, row = roads.nearest.of(places_deg)
    return np.where(away_m <= SNAP_M_MAX, roads.node[row], OFF_MAP)
