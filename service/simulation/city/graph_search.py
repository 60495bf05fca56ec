"""The two graph algorithms of scipy that the city needs, with types, which scipy ships none of."""

from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph, csr_array


class SearchTree(NamedTuple):
    """The shortest ways from every node to the root of a search."""

    distance_m: NDArray[np.float64]  # (N,) to the root
    next_node: NDArray[np.int32]  # (N,) towards the root


def two_way_graph(
    nodes_count: int, edge_node: NDArray[np.intp], edge_m: NDArray[np.float64]
) -> csr_array:
    """Return N nodes joined by E edges, (E, 2) and (E,) metres, for the functions below."""
    head, tail = edge_node.T
    return csr_array((edge_m, (head, tail)), shape=(nodes_count, nodes_count))


def search_tree(graph: csr_array, root: int) -> SearchTree:
    """Return the shortest ways to a root (Dijkstra, 1959)."""
    found = cast(
        "tuple[NDArray[np.float64], NDArray[np.int32]]",
        csgraph.dijkstra(  # pyright: ignore[reportUnknownMemberType]  # untyped, hence the cast
            graph, directed=False, indices=root, return_predecessors=True
        ),
    )
    return SearchTree(*found)


def largest_part(graph: csr_array) -> NDArray[np.bool_]:
    """Return (N,) whether a node is in the largest connected part."""
    _parts_count, part = cast(
        "tuple[int, NDArray[np.int32]]",
        csgraph.connected_components(  # pyright: ignore[reportUnknownMemberType]  # likewise
            graph, directed=False
        ),
    )
    return part == np.argmax(np.bincount(part))
