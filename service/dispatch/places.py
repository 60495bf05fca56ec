"""The places of a snapshot as a few cells, and which ways between these matter."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64, Bools
from matching.cells import cell_of, center_of
from matching.snapshot import Snapshot
from matching.travel import EARTH_RADIUS_M, points_of
from service.travel.nearest import Nearest
from service.travel.requests import Wanted

TRAVEL_RESOLUTION = 10  # cells with edges of 76 m: a block or two
URGENT, USEFUL = 4, 1  # how much a way is wanted; a candidate's own ways come first
NOWHERE = -1


class Places(NamedTuple):
    """K unlike cells, and the one that each place of the snapshot is in."""

    cells: tuple[int, ...]
    courier_node: I64  # (C,) rows of the cells, NOWHERE for those that found no room
    stop_node: I64  # (S,)
    pickup_node: I64  # (J,)
    dropoff_node: I64  # (J,)


def places_of(snapshot: Snapshot, *, cells_count_max: int, near_m: float) -> Places:
    """Return the cells of the snapshot's places, or of as many as there is room for.

    Half of the room goes to the first jobs, the other half to the couriers nearest to their
    pickups, with the stops on their routes; what is left over, to further jobs.
    """
    nodes = _Nodes(snapshot, cells_count_max)
    jobs_count = len(snapshot.pickup_deg)
    first_count = nodes.add_jobs(range(jobs_count), cells_count_max=cells_count_max // 2)
    for courier in _couriers_near(snapshot, first_count, near_m):
        nodes.add_courier(courier)
    nodes.add_jobs(range(first_count, jobs_count), cells_count_max=cells_count_max)
    return nodes.places()


def nearness_of(places: Places, *, near_m: float) -> Bools:
    """Return (K, K) whether cells are near each other, by straight line."""
    centers = np.array([center_of(cell) for cell in places.cells], np.float64).reshape(-1, 2)
    points = points_of(centers)
    return points @ points.T >= EARTH_RADIUS_M**2 - near_m**2 / 2.0  # the law of cosines


def wanted_of(places: Places, snapshot: Snapshot, *, of_profile: Bools, is_near: Bools) -> Wanted:
    """Return (K, K) how much each way is wanted, for the couriers of one profile, (C,).

    From couriers to pickups near them, along their routes, and from pickups to drop-offs; then
    between all other places that one route could visit one after the other. A way within a cell
    is a straight line.
    """
    couriers = np.flatnonzero(of_profile)
    stop_courier = np.repeat(np.arange(len(of_profile)), np.diff(snapshot.route_start))
    stops = np.flatnonzero(of_profile[stop_courier])
    is_job = _marked(places, places.pickup_node, places.dropoff_node)
    is_stop = _marked(places, places.stop_node[stops])
    useful = np.outer(is_job, is_job | is_stop) | np.outer(is_stop, is_job)
    is_courier = _marked(places, places.courier_node[couriers])
    urgent = np.outer(is_courier, _marked(places, places.pickup_node)) & is_near
    before, after = _steps(places, snapshot, stops, stop_courier)
    urgent[before, after] = True
    wanted = np.where(urgent, URGENT, np.where(useful & is_near, USEFUL, 0)).astype(np.uint8)
    np.fill_diagonal(wanted, 0)
    return wanted


class _Nodes:
    """The cells that were taken up so far, and the nodes of the places in them."""

    def __init__(self, snapshot: Snapshot, cells_count_max: int) -> None:
        self._snapshot = snapshot
        self._cells_count_max = cells_count_max
        self._node_of: dict[int, int] = {}
        self._courier = np.full(len(snapshot.courier_deg), NOWHERE, np.int64)
        self._stop = np.full(len(snapshot.stop_deg), NOWHERE, np.int64)
        self._pickup = np.full(len(snapshot.pickup_deg), NOWHERE, np.int64)
        self._dropoff = np.full(len(snapshot.dropoff_deg), NOWHERE, np.int64)

    def add_jobs(self, jobs: range, *, cells_count_max: int) -> int:
        """Take up jobs while there is room for both of their places; return how many."""
        for count, job in enumerate(jobs):
            if len(self._node_of) + 2 > cells_count_max:
                return count
            self._pickup[job] = self._node(self._snapshot.pickup_deg, job)
            self._dropoff[job] = self._node(self._snapshot.dropoff_deg, job)
        return len(jobs)

    def add_courier(self, courier: int) -> None:
        """Take up where a courier is and goes, as far as there is room."""
        self._courier[courier] = self._node(self._snapshot.courier_deg, courier)
        begin, end = self._snapshot.route_start[courier : courier + 2].tolist()
        for stop in range(begin, end):
            self._stop[stop] = self._node(self._snapshot.stop_deg, stop)

    def places(self) -> Places:
        return Places(tuple(self._node_of), self._courier, self._stop, self._pickup, self._dropoff)

    def _node(self, degrees: F64, row: int) -> int:
        lat_deg, lng_deg = degrees[row].tolist()
        cell = cell_of(lat_deg, lng_deg, resolution=TRAVEL_RESOLUTION)
        if cell not in self._node_of and len(self._node_of) >= self._cells_count_max:
            return NOWHERE
        return self._node_of.setdefault(cell, len(self._node_of))


def _couriers_near(snapshot: Snapshot, jobs_count: int, near_m: float) -> Iterator[int]:
    """Yield the couriers near a pickup of the first jobs, the nearest first."""
    if jobs_count == 0 or len(snapshot.courier_deg) == 0:
        return
    away_m, _ = Nearest(snapshot.pickup_deg[:jobs_count]).of(snapshot.courier_deg)
    order = np.argsort(away_m, kind="stable")
    yield from order[away_m[order] <= near_m].tolist()


def _marked(places: Places, *columns: I64) -> Bools:
    """Return (K,) whether a cell is one of these nodes."""
    mark = np.zeros(len(places.cells) + 1, np.bool_)  # the last is that of NOWHERE
    for nodes in columns:
        mark[nodes] = True
    return mark[:-1]


def _steps(places: Places, snapshot: Snapshot, stops: I64, stop_courier: I64) -> tuple[I64, I64]:
    """Return from where to where the jobs and the committed routes go."""
    is_first = np.isin(stops, snapshot.route_start)
    before_stop = np.where(
        is_first, places.courier_node[stop_courier[stops]], places.stop_node[stops - 1]
    )
    before = np.concatenate((places.pickup_node, before_stop))
    after = np.concatenate((places.dropoff_node, places.stop_node[stops]))
    is_known = (before != NOWHERE) & (after != NOWHERE)
    return before[is_known], after[is_known]
