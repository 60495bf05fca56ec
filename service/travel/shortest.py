"""Fastest ways on a road graph from one node to all others, with their lengths."""

from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csgraph, csr_array

from service.travel.road_file import Edges

Rows = NDArray[np.intp]


class Tree(NamedTuple):
    """The fastest ways from one node to each of N; infinite where there is none."""

    seconds: NDArray[np.float32]  # (N,)
    metres: NDArray[np.float32]  # (N,)


class Graph(NamedTuple):
    """N nodes and the E edges between them."""

    seconds: csr_array  # (N, N)
    key: Rows  # (E,) tail times N plus head, ascending
    metres: NDArray[np.float64]  # (E,) in the same order


def graph_of(edges: Edges, *, nodes_count: int) -> Graph:
    """Return the edges as a graph; no two of them join the same nodes in the same direction."""
    key = edges.tail * nodes_count + edges.head
    order = np.argsort(key)
    shape = (nodes_count, nodes_count)
    seconds = csr_array((edges.seconds, (edges.tail, edges.head)), shape)
    return Graph(seconds, key[order], edges.metres[order])


def largest_part(graph: Graph) -> Rows:
    """Return the rows of the largest set of nodes that can all be reached from each other."""
    _parts_count, part = cast(
        "tuple[int, NDArray[np.int32]]",
        csgraph.connected_components(  # pyright: ignore[reportUnknownMemberType]  # untyped
            graph.seconds, directed=True, connection="strong"
        ),
    )
    return np.flatnonzero(part == np.argmax(np.bincount(part)))


def tree_from(graph: Graph, root: int) -> Tree:
    """Return the fastest ways from a node (Dijkstra, 1959)."""
    seconds, before = cast(
        "tuple[NDArray[np.float64], NDArray[np.int32]]",
        csgraph.dijkstra(  # pyright: ignore[reportUnknownMemberType]  # untyped, hence the cast
            graph.seconds, directed=True, indices=root, return_predecessors=True
        ),
    )
    nodes = np.arange(len(seconds))
    is_step = before >= 0
    step_m = np.zeros(len(seconds))
    key = before[is_step].astype(np.intp) * len(nodes) + nodes[is_step]
    step_m[is_step] = graph.metres[np.searchsorted(graph.key, key)]
    metres = _back_to_root(np.where(is_step, before, nodes), step_m)
    metres[np.isinf(seconds)] = np.inf
    return Tree(seconds.astype(np.float32), metres.astype(np.float32))


def _back_to_root(before: Rows, step_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (N,) the sum of steps back to the root, which is its own predecessor.

    Pointer doubling: each round adds up twice as many steps, so that there are as many rounds as
    the longest way has binary digits, and no loop over nodes.
    """
    while True:
        step_m = step_m + step_m[before]
        further = before[before]
        if np.array_equal(further, before):
            return step_m
        before = further
