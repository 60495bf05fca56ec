"""What one tick decides on: couriers, their committed routes and open jobs, as arrays.

Rows are the only identity in here. Times are seconds from the tick's instant, negative ones past.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.arrays import F64, I64, Bits, Bools

LOAD_WEIGHT_G, LOAD_VOLUME_L, LOAD_JOBS_COUNT = 0, 1, 2
"""The dimensions of every load and capacity, in this order."""


class Roads(NamedTuple):
    """Ways between K nodes, in T tables: couriers of unlike vehicles know unlike roads."""

    table_m: F64  # (T, K, K) metres, at the courier's own speed; NaN: not known, a straight line
    courier_table: I64  # (C,)
    courier_node: I64  # (C,) row of the table, -1: none, so straight lines from there
    stop_node: I64  # (S,)
    pickup_node: I64  # (J,)
    dropoff_node: I64  # (J,)


class Travel(NamedTuple):
    """How long a way takes: along the roads, or a straight line times the detour factor."""

    detour_factor: float = 1.3  # >= 1; metres travelled per metre of straight line
    roads: Roads | None = None


class Snapshot(NamedTuple):
    """C couriers, S committed stops, J open jobs, D declines and Z places at one instant.

    Rows and counts are int64, bits uint32, statements bool, all else float64; arrays are
    C-contiguous and writeable, because the kernels are compiled for that one layout.
    `stop_due_s`, `due_s`, `courier_shift_end_s` and `courier_pickup_end_s` may be infinite.
    Parcels picked up, or dropped off, one after the other at the very same point share access and
    service: the courier parks once, and is served for as long as the longest of them takes.
    """

    courier_deg: F64  # (C, 2) latitude, longitude, degrees
    courier_speed_mps: F64  # (C,) mean speed along the way, > 0
    courier_free_s: F64  # (C,) earliest moment it can move on from `courier_deg`, >= 0
    courier_capacity: F64  # (C, 3) by load dimension
    courier_load: F64  # (C, 3) on board now
    courier_shift_end_s: F64  # (C,) no drop-off after it
    courier_pickup_end_s: F64  # (C,) no new pickup begins after it
    courier_vehicle_bit: Bits  # (C,) exactly one bit
    courier_ability_bits: Bits  # (C,)
    courier_position_age_s: F64  # (C,) >= 0
    courier_jobs_room: I64  # (C,) how many more live jobs it may take
    courier_acceptance_share: F64  # (C,) chance that it accepts an offer, 0 to 1
    courier_earnings_share: F64  # (C,) pay per online hour over the market's mean; 1 for unknown

    route_start: (
        I64  # (C + 1,) stops of courier c are route_start[c] : route_start[c + 1], in order
    )
    stop_deg: F64  # (S, 2)
    stop_is_pickup: Bools  # (S,) else a drop-off
    stop_job: I64  # (S,) any key that a pickup and its drop-off share within the route
    stop_ready_s: F64  # (S,) service does not begin before; -inf for none
    stop_due_s: F64  # (S,) latest arrival
    stop_access_s: F64  # (S,) from the street to the door: parking, a lift
    stop_service_s: F64  # (S,) at the door
    stop_is_unmixed: Bools  # (S,) as `job_is_unmixed`
    stop_load: F64  # (S, 3) what the stop adds: positive at pickups, negative at drop-offs

    pickup_deg: F64  # (J, 2)
    dropoff_deg: F64  # (J, 2)
    ready_s: F64  # (J,) earliest pickup
    due_s: F64  # (J,) latest arrival at the drop-off
    pickup_access_s: F64  # (J,)
    pickup_service_s: F64  # (J,)
    dropoff_access_s: F64  # (J,)
    dropoff_service_s: F64  # (J,)
    job_load: F64  # (J, 3)
    job_age_s: F64  # (J,) since it was opened, >= 0
    job_vehicle_bits: Bits  # (J,) vehicles allowed
    job_requirement_bits: Bits  # (J,) abilities that the courier must have
    job_is_unmixed: Bools  # (J,) rides only with parcels of the same pickup
    job_radius_m: F64  # (J,) search radius of its current round, straight line
    decline_start: I64  # (J + 1,) declines of job j are decline_start[j] : decline_start[j + 1]
    decline_courier: I64  # (D,) courier rows who must not be offered the job again
    job_last_courier: I64  # (J,) who had it in the last plan, -1 for nobody: where to start from
    job_last_rank: I64  # (J,) and as which of that courier's pickups

    demand_deg: F64  # (Z, 2) places where jobs are expected
    demand_per_h: F64  # (Z,) how many
    travel: Travel = Travel()


_FLOAT, _ROW = np.dtype(np.float64), np.dtype(np.int64)
_BITS, _BOOL = np.dtype(np.uint32), np.dtype(np.bool_)

_COLUMNS: Mapping[str, tuple[np.dtype[np.generic], str]] = {
    "courier_deg": (_FLOAT, "C2"),
    "courier_speed_mps": (_FLOAT, "C"),
    "courier_free_s": (_FLOAT, "C"),
    "courier_capacity": (_FLOAT, "C3"),
    "courier_load": (_FLOAT, "C3"),
    "courier_shift_end_s": (_FLOAT, "C"),
    "courier_pickup_end_s": (_FLOAT, "C"),
    "courier_vehicle_bit": (_BITS, "C"),
    "courier_ability_bits": (_BITS, "C"),
    "courier_position_age_s": (_FLOAT, "C"),
    "courier_jobs_room": (_ROW, "C"),
    "courier_acceptance_share": (_FLOAT, "C"),
    "courier_earnings_share": (_FLOAT, "C"),
    "stop_deg": (_FLOAT, "S2"),
    "stop_is_pickup": (_BOOL, "S"),
    "stop_job": (_ROW, "S"),
    "stop_ready_s": (_FLOAT, "S"),
    "stop_due_s": (_FLOAT, "S"),
    "stop_access_s": (_FLOAT, "S"),
    "stop_service_s": (_FLOAT, "S"),
    "stop_is_unmixed": (_BOOL, "S"),
    "stop_load": (_FLOAT, "S3"),
    "pickup_deg": (_FLOAT, "J2"),
    "dropoff_deg": (_FLOAT, "J2"),
    "ready_s": (_FLOAT, "J"),
    "due_s": (_FLOAT, "J"),
    "pickup_access_s": (_FLOAT, "J"),
    "pickup_service_s": (_FLOAT, "J"),
    "dropoff_access_s": (_FLOAT, "J"),
    "dropoff_service_s": (_FLOAT, "J"),
    "job_load": (_FLOAT, "J3"),
    "job_age_s": (_FLOAT, "J"),
    "job_vehicle_bits": (_BITS, "J"),
    "job_requirement_bits": (_BITS, "J"),
    "job_is_unmixed": (_BOOL, "J"),
    "job_radius_m": (_FLOAT, "J"),
    "decline_courier": (_ROW, "D"),
    "job_last_courier": (_ROW, "J"),
    "job_last_rank": (_ROW, "J"),
    "demand_deg": (_FLOAT, "Z2"),
    "demand_per_h": (_FLOAT, "Z"),
}

_NOT_NEGATIVE = (
    "courier_free_s",
    "courier_capacity",
    "courier_load",
    "courier_position_age_s",
    "courier_acceptance_share",
    "courier_earnings_share",
    "stop_access_s",
    "stop_service_s",
    "pickup_access_s",
    "pickup_service_s",
    "dropoff_access_s",
    "dropoff_service_s",
    "job_load",
    "job_age_s",
    "job_radius_m",
    "demand_per_h",
)
_DEGREES = ("courier_deg", "stop_deg", "pickup_deg", "dropoff_deg", "demand_deg")
_MAYBE_INFINITE = (
    "courier_shift_end_s",
    "courier_pickup_end_s",
    "stop_ready_s",
    "stop_due_s",
    "due_s",
)


def check(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot, its shapes, types and ranges asserted. Call it once, before `solve`."""
    _check_columns(snapshot)
    _check_ranges(snapshot)
    _check_starts(snapshot.route_start, len(snapshot.courier_deg), len(snapshot.stop_deg))
    _check_starts(snapshot.decline_start, len(snapshot.pickup_deg), len(snapshot.decline_courier))
    _check_pickups_come_first(snapshot)
    return snapshot


def _column(snapshot: Snapshot, name: str) -> NDArray[np.generic]:
    return getattr(snapshot, name)


def _check_columns(snapshot: Snapshot) -> None:
    sizes = {
        "C": len(snapshot.courier_deg),
        "S": len(snapshot.stop_deg),
        "J": len(snapshot.pickup_deg),
        "D": len(snapshot.decline_courier),
        "Z": len(snapshot.demand_deg),
        "2": 2,
        "3": 3,
    }
    for name, (dtype, letters) in _COLUMNS.items():
        column = _column(snapshot, name)
        assert column.dtype == dtype, f"{name} is {column.dtype}, not {dtype}"
        assert column.shape == tuple(sizes[letter] for letter in letters), f"shape of {name}"
        assert column.flags.c_contiguous, f"{name} is not contiguous"
        assert column.flags.writeable, f"{name} is not writeable"


def _check_ranges(snapshot: Snapshot) -> None:
    for name, (dtype, _) in _COLUMNS.items():
        if dtype == _FLOAT:
            column = _column(snapshot, name)
            assert not np.isnan(column).any(), f"{name} has NaN"
            assert name in _MAYBE_INFINITE or np.isfinite(column).all(), f"{name} is not finite"
    for name in _NOT_NEGATIVE:
        amounts: F64 = getattr(snapshot, name)
        assert (amounts >= 0.0).all(), f"{name} is negative"
    for name in _DEGREES:
        degrees: F64 = getattr(snapshot, name)
        assert (np.abs(degrees[:, 0]) <= 90.0).all(), f"latitude of {name}"
        assert (np.abs(degrees[:, 1]) <= 180.0).all(), f"longitude of {name}"
    bit = snapshot.courier_vehicle_bit
    assert ((bit != 0) & (bit & (bit - np.uint32(1)) == 0)).all(), "a vehicle is one bit"
    assert (snapshot.courier_speed_mps > 0.0).all(), "a speed is not positive"
    couriers_count = len(snapshot.courier_deg)
    courier, last = snapshot.decline_courier, snapshot.job_last_courier
    assert ((courier >= 0) & (courier < couriers_count)).all(), "a decline of no courier"
    assert ((last >= -1) & (last < couriers_count)).all(), "a last plan with no courier"
    assert (snapshot.courier_acceptance_share <= 1.0).all(), "a chance above one"
    assert snapshot.travel.detour_factor >= 1.0, "shorter than a straight line"
    if snapshot.travel.roads is not None:
        _check_roads(snapshot, snapshot.travel.roads)


def _check_roads(snapshot: Snapshot, roads: Roads) -> None:
    tables_count, nodes_count = roads.table_m.shape[:2]
    assert roads.table_m.dtype == _FLOAT, "ways are float64"
    assert roads.table_m.shape == (tables_count, nodes_count, nodes_count), "a table is square"
    assert not (roads.table_m < 0.0).any(), "a way is negative"
    columns = (
        (roads.courier_table, snapshot.courier_deg, 0, tables_count),
        (roads.courier_node, snapshot.courier_deg, -1, nodes_count),
        (roads.stop_node, snapshot.stop_deg, -1, nodes_count),
        (roads.pickup_node, snapshot.pickup_deg, -1, nodes_count),
        (roads.dropoff_node, snapshot.dropoff_deg, -1, nodes_count),
    )
    for column, places, lowest, end in columns:
        assert column.dtype == _ROW, "nodes are int64"
        assert column.shape == (len(places),), "one node per place"
        assert ((column >= lowest) & (column < end)).all(), "a node that is not in the table"


def _check_starts(start: I64, rows_count: int, entries_count: int) -> None:
    assert start.dtype == _ROW, "starts are int64"
    assert start.flags.c_contiguous, "starts are not contiguous"
    assert start.flags.writeable, "starts are not writeable"
    assert start.shape == (rows_count + 1,), "one start per row, and the end"
    assert start[0] == 0, "starts begin at 0"
    assert start[-1] == entries_count, "starts end at the number of entries"
    assert (np.diff(start) >= 0).all(), "starts never fall"


def _check_pickups_come_first(snapshot: Snapshot) -> None:
    couriers_count = len(snapshot.courier_deg)
    courier = np.repeat(np.arange(couriers_count), np.diff(snapshot.route_start))
    dropped = set[tuple[int, int]]()
    for key in zip(courier, snapshot.stop_job, snapshot.stop_is_pickup, strict=True):
        visit = (int(key[0]), int(key[1]))
        assert not (key[2] and visit in dropped), f"pickup after its drop-off: {visit}"
        if not key[2]:
            dropped.add(visit)
