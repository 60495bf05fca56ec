"""Travel times of one tick by road, and by straight line where no road is known."""

import asyncio
from collections.abc import Mapping

import numpy as np

from matching.arrays import Bools
from matching.cells import cell_of
from matching.snapshot import Roads, Snapshot, Travel
from service.dispatch.arrays import VEHICLE_BIT
from service.dispatch.places import TRAVEL_RESOLUTION, Places, nearness_of, places_of, wanted_of
from service.dispatch.travel import StraightLine, TravelReport
from service.domain.geo import Point
from service.domain.policy import Policy
from service.domain.vocabulary import Vehicle
from service.settings import Settings
from service.travel.requests import Wanted
from service.travel.source import PROFILE_OF, Profile, Table
from service.travel.ways import Ways, Wish


class RoadTravel:
    """By road for the ways that are known, by straight line for all others.

    The engine reckons with metres at a courier's own speed, so its tables hold the seconds of the
    source, corrected, times that speed; `way_m` tells the metres of the source.
    """

    def __init__(
        self,
        ways: Ways,
        policy: Policy,
        settings: Settings,
        *,
        speeds_mps: Mapping[Vehicle, float],
        road_ratio: Mapping[Vehicle, float],
    ) -> None:
        self._ways = ways
        self._settings = settings
        self._detour_factor = policy.detour_factor
        self._straight = StraightLine(policy, speeds_mps=speeds_mps)
        self._speeds_mps = speeds_mps
        self._road_ratio = road_ratio
        self._node_of: Mapping[int, int] = {}
        self._tables: Mapping[Profile, Table] = {}
        self._road_share = 1.0  # nothing is missing yet

    async def measure(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with what is known of the roads; waits `travel_budget_s` at most."""
        near_m = self._settings.travel_near_m
        places, wanted = await asyncio.to_thread(
            _prepare,
            snapshot,
            cells_count_max=self._settings.travel_tick_cells_count_max,
            near_m=near_m,
        )
        self._tables = await self._ways.ask(Wish(places.cells, wanted))
        self._node_of = {cell: node for node, cell in enumerate(places.cells)}
        self._road_share = _share_known(self._tables, wanted)
        measured = await self._straight.measure(snapshot)
        roads = self._roads(snapshot, places)
        return measured._replace(travel=Travel(self._detour_factor, roads))

    def way_m(self, start: Point, end: Point, *, vehicle: Vehicle) -> float:
        """Return the length of the way by road, or else by straight line, metres."""
        metres = self._known(start, end, vehicle)[1]
        return self._straight.way_m(start, end, vehicle=vehicle) if np.isnan(metres) else metres

    def way_s(self, start: Point, end: Point, *, vehicle: Vehicle) -> float:
        """Return how long the way takes by road, or else by straight line, seconds."""
        seconds = self._known(start, end, vehicle)[0] * self._road_ratio[vehicle]
        return self._straight.way_s(start, end, vehicle=vehicle) if np.isnan(seconds) else seconds

    def report(self) -> TravelReport:
        """Return the source, and how much of what mattered it has told."""
        source = self._ways.source
        return TravelReport(
            source=source.name, road_share=self._road_share, is_degraded=source.is_degraded
        )

    def _known(self, start: Point, end: Point, vehicle: Vehicle) -> tuple[float, float]:
        """Return the seconds and metres of a way, NaN where it is not known."""
        table = self._tables.get(PROFILE_OF[vehicle])
        origin, destination = (self._node_of.get(_cell(place)) for place in (start, end))
        if table is None or origin is None or destination is None or origin == destination:
            return np.nan, np.nan
        return (
            float(table.seconds[origin, destination]),
            float(table.metres[origin, destination]),
        )

    def _roads(self, snapshot: Snapshot, places: Places) -> Roads:
        """Return a table for each vehicle on duty."""
        vehicles = _vehicles_of(snapshot)
        cells_count = len(places.cells)
        table_m = np.empty((len(vehicles), cells_count, cells_count))
        courier_table = np.zeros(len(snapshot.courier_deg), np.int64)
        for number, (vehicle, is_its) in enumerate(vehicles.items()):
            metres_per_s = self._road_ratio[vehicle] * self._speeds_mps[vehicle]
            ways_m = self._tables[PROFILE_OF[vehicle]].seconds * metres_per_s
            table_m[number] = np.round(ways_m)  # whole metres take a third of the room on record
            np.fill_diagonal(table_m[number], np.nan)
            courier_table[is_its] = number
        return Roads(
            table_m=table_m,
            courier_table=courier_table,
            courier_node=places.courier_node,
            stop_node=places.stop_node,
            pickup_node=places.pickup_node,
            dropoff_node=places.dropoff_node,
        )


def _prepare(
    snapshot: Snapshot, *, cells_count_max: int, near_m: float
) -> tuple[Places, dict[Profile, Wanted]]:
    """Return the places, and the ways wanted between them for each profile on duty."""
    places = places_of(snapshot, cells_count_max=cells_count_max, near_m=near_m)
    of_profile: dict[Profile, Bools] = {}
    for vehicle, is_its in _vehicles_of(snapshot).items():
        profile = PROFILE_OF[vehicle]
        of_profile[profile] = of_profile.get(profile, np.zeros_like(is_its)) | is_its
    is_near = nearness_of(places, near_m=near_m)
    return places, {
        profile: wanted_of(places, snapshot, of_profile=couriers, is_near=is_near)
        for profile, couriers in of_profile.items()
    }


def _vehicles_of(snapshot: Snapshot) -> dict[Vehicle, Bools]:
    """Return the vehicles on duty, and (C,) who has each."""
    having = {v: snapshot.courier_vehicle_bit == bit for v, bit in VEHICLE_BIT.items()}
    return {vehicle: is_its for vehicle, is_its in having.items() if is_its.any()}


def _share_known(tables: Mapping[Profile, Table], wanted: Mapping[Profile, Wanted]) -> float:
    """Return the part of the wanted ways that is known; 1 where none was wanted."""
    known_count = sum(
        int(np.count_nonzero(wants[np.isfinite(tables[profile].seconds)]))
        for profile, wants in wanted.items()
    )
    wanted_count = sum(int(np.count_nonzero(wants)) for wants in wanted.values())
    return known_count / wanted_count if wanted_count else 1.0


def _cell(place: Point) -> int:
    return cell_of(place.lat_deg, place.lng_deg, resolution=TRAVEL_RESOLUTION)
