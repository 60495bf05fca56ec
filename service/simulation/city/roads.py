"""The road graph as arrays: junctions, the edges between them, and the streets they belong to."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from service.domain.geo import Point
from service.simulation.geometry import distances_m


class RoadClass(StrEnum):
    AVENUE = "avenue"
    STREET = "street"


@dataclass(frozen=True, slots=True)
class Street:
    """A name, and what carries it; a bridge is a street of its own."""

    name: str
    road_class: RoadClass
    is_bridge: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadGraph:
    """N junctions and E two-way edges, connected; edges of a street stand together, in order."""

    node_m: NDArray[np.float64]  # (N, 2) metres east, north of the city's centre
    node_deg: NDArray[np.float64]  # (N, 2) latitude, longitude, degrees
    edge_node: NDArray[np.intp]  # (E, 2) rows of nodes
    edge_m: NDArray[np.float64]  # (E,) length, metres
    edge_street: NDArray[np.intp]  # (E,) row of `streets`
    streets: tuple[Street, ...]

    def point(self, node: int) -> Point:
        """Return where a junction is."""
        lat_deg, lng_deg = self.node_deg[node].tolist()
        return Point(lat_deg, lng_deg)

    def nearest_node(self, point: Point) -> int:
        """Return the row of the junction nearest to a point, by straight line."""
        return int(np.argmin(distances_m(self.node_deg, point)))

    def edge_is_bridge(self) -> NDArray[np.bool_]:
        """Return (E,) whether the edge is a bridge."""
        return np.array([street.is_bridge for street in self.streets])[self.edge_street]
