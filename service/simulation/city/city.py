"""The whole synthetic city as one value, built from a seed. No street of it exists."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from service.domain.geo import Point
from service.simulation.city.districts import District, DistrictKind, districts_at, draw_districts
from service.simulation.city.graph_search import largest_part, two_way_graph
from service.simulation.city.grid import Plan, draw_grid, draw_plan
from service.simulation.city.names import river_name
from service.simulation.city.places import (
    DROPOFF_CATEGORIES,
    PICKUP_CATEGORIES,
    Place,
    draw_places,
)
from service.simulation.city.river import River, draw_river
from service.simulation.city.roads import RoadGraph
from service.simulation.geometry import Plane

SIZE_M = 8_000.0
CENTER = Point(48.2082, 16.3738)  # any point would do: the city is made up
_MISSING_SHARE, _MISSING_SHARE_IN_PARK = 0.07, 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A synthetic city; rows of its tuples are the ids of its parts."""

    seed: int
    plane: Plane
    river: River
    roads: RoadGraph
    districts: tuple[District, ...]
    merchants: tuple[Place, ...]  # the pickups
    doors: tuple[Place, ...]  # the drop-offs: homes and offices


def build_city(seed: int, *, center: Point = CENTER) -> City:
    """Return the city of a seed, 8 by 8 km: the same in every run."""
    plane = Plane(center)
    land, streets, houses = np.random.default_rng(seed).spawn(3)
    river, districts = draw_river(river_name(land), land), draw_districts(land)
    grid = draw_grid(SIZE_M, streets)
    crossing_m = grid.node_m.reshape(-1, 2)
    in_park = np.array([district.kind is DistrictKind.PARK for district in districts])
    missing_share = np.where(
        in_park[districts_at(crossing_m, districts)], _MISSING_SHARE_IN_PARK, _MISSING_SHARE
    )
    roads = _roads(crossing_m, draw_plan(grid, river, missing_share, streets), plane)
    node_district = districts_at(roads.node_m, districts)
    places = draw_places(roads, plane, districts, node_district, houses)
    return City(
        seed=seed,
        plane=plane,
        river=river,
        roads=roads,
        districts=districts,
        merchants=tuple(place for place in places if place.category in PICKUP_CATEGORIES),
        doors=tuple(place for place in places if place.category in DROPOFF_CATEGORIES),
    )


def _roads(crossing_m: NDArray[np.float64], plan: Plan, plane: Plane) -> RoadGraph:
    """Return the plan's largest connected part as a road graph, its rows numbered anew."""
    edge_ones = np.ones(len(plan.edge_node))
    kept = largest_part(two_way_graph(len(crossing_m), plan.edge_node, edge_ones))
    edge_kept = kept[plan.edge_node[:, 0]]
    renumbered = np.cumsum(kept) - 1
    used, edge_street = np.unique(plan.edge_street[edge_kept], return_inverse=True)
    used_streets: list[int] = used.tolist()
    edge_node = renumbered[plan.edge_node[edge_kept]]
    node_m = crossing_m[kept]
    return RoadGraph(
        node_m=node_m,
        node_deg=plane.to_deg(node_m),
        edge_node=edge_node,
        edge_m=np.linalg.norm(node_m[edge_node[:, 0]] - node_m[edge_node[:, 1]], axis=1),
        edge_street=edge_street,
        streets=tuple(plan.streets[row] for row in used_streets),
    )
