"""The places of the city where parcels are picked up or dropped off, each with its address."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from service.domain.geo import Point
from service.simulation.city.districts import District, DistrictKind
from service.simulation.city.names import business_names
from service.simulation.city.roads import RoadGraph
from service.simulation.geometry import Plane


class Category(StrEnum):
    RESTAURANT = "restaurant"
    SHOP = "shop"
    PHARMACY = "pharmacy"
    FLORIST = "florist"
    HOME = "home"
    OFFICE = "office"


PICKUP_CATEGORIES = (Category.RESTAURANT, Category.SHOP, Category.PHARMACY, Category.FLORIST)
DROPOFF_CATEGORIES = (Category.HOME, Category.OFFICE)

_COUNTS: Mapping[Category, int] = {
    Category.RESTAURANT: 140,
    Category.SHOP: 90,
    Category.PHARMACY: 30,
    Category.FLORIST: 20,
    Category.HOME: 1_600,
    Category.OFFICE: 320,
}

# How much likelier a place of the category is at a junction of the district, nothing in the park.
_DENSITY: Mapping[DistrictKind, Mapping[Category, float]] = {
    DistrictKind.CENTER: dict(zip(Category, (6.0, 6.0, 3.0, 4.0, 0.8, 8.0), strict=True)),
    DistrictKind.OLD_TOWN: dict(zip(Category, (8.0, 5.0, 2.0, 4.0, 1.0, 2.0), strict=True)),
    DistrictKind.RESIDENTIAL: dict(zip(Category, (1.0, 1.0, 1.0, 1.0, 2.0, 0.3), strict=True)),
    DistrictKind.PARK: dict(zip(Category, (0.0, 0.0, 0.0, 0.0, 0.0, 0.0), strict=True)),
    DistrictKind.INDUSTRIAL: dict(zip(Category, (0.3, 0.5, 0.2, 0.1, 0.2, 2.0), strict=True)),
    DistrictKind.CAMPUS: dict(zip(Category, (3.0, 1.5, 1.0, 0.5, 1.5, 2.0), strict=True)),
}
_SETBACK_M = 12.0  # of a door from the middle of the street
_FRONTAGE_M = 15.0  # one house number, on either side


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A door on a street, within 20 m of the junction it is reached from."""

    category: Category
    name: str  # of the business; of a home or an office, its address
    address: str  # house number and street
    district: int  # row of the city's districts
    node: int  # row of the road graph
    point: Point


class _Doors:
    """Gives out doors by junction, and no address twice."""

    def __init__(self, roads: RoadGraph, plane: Plane) -> None:
        self._roads, self._plane = roads, plane
        self._taken: set[tuple[int, int]] = set()
        on_land = np.flatnonzero(~roads.edge_is_bridge())
        ends = roads.edge_node[on_land].ravel()
        self._edge_at = dict(zip(ends.tolist(), np.repeat(on_land, 2).tolist(), strict=True))
        streets, first_edge = np.unique(roads.edge_street, return_index=True)
        first_node = roads.edge_node[first_edge, 0]
        self._street_start_m = dict(zip(streets.tolist(), roads.node_m[first_node], strict=True))
        self.nodes = np.array(sorted(self._edge_at))  # a door needs a street that is no bridge

    def open(self, node: int, rng: np.random.Generator) -> tuple[str, Point]:
        """Return the address and the point of a new door near the junction."""
        edge = self._edge_at[node]
        street = int(self._roads.edge_street[edge])
        ends_m = self._roads.node_m[self._roads.edge_node[edge]]
        side = int(rng.integers(2))
        along = (ends_m[1] - ends_m[0]) / np.linalg.norm(ends_m[1] - ends_m[0])
        across = np.array((-along[1], along[0])) * (1.0 if side else -1.0)
        door_m = self._roads.node_m[node] + along * rng.uniform(-12.0, 12.0) + across * _SETBACK_M
        blocks_m = float(np.linalg.norm(door_m - self._street_start_m[street]))
        number = 2 * int(blocks_m / _FRONTAGE_M) + 1 + side
        while (street, number) in self._taken:
            number += 2
        self._taken.add((street, number))
        return f"{number} {self._roads.streets[street].name}", self._plane.to_point(door_m)


def draw_places(
    roads: RoadGraph,
    plane: Plane,
    districts: tuple[District, ...],
    node_district: NDArray[np.intp],
    rng: np.random.Generator,
) -> tuple[Place, ...]:
    """Return every place of the city, by category, denser where the district attracts them.

    Args:
        roads: where they stand.
        plane: of the city.
        districts: of the city.
        node_district: (N,) row of the district of each junction.
        rng: decides.
    """
    doors = _Doors(roads, plane)
    kind_of = [district.kind for district in districts]
    places: list[Place] = []
    for category, places_count in _COUNTS.items():
        district_density = np.array([_DENSITY[kind][category] for kind in kind_of])
        density = district_density[node_district[doors.nodes]]
        nodes = rng.choice(doors.nodes, places_count, p=density / density.sum())
        for node, name in zip(nodes.tolist(), _names(category, rng), strict=False):
            address, point = doors.open(node, rng)
            places.append(
                Place(
                    category=category,
                    name=name or address,
                    address=address,
                    district=int(node_district[node]),
                    node=node,
                    point=point,
                )
            )
    return tuple(places)


def _names(category: Category, rng: np.random.Generator) -> Iterator[str]:
    return business_names(category, rng) if category in PICKUP_CATEGORIES else repeat("")
