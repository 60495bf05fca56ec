"""Rows to the arrays of a `matching.Snapshot`, and the way back from its row numbers to ids."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, TypeVar
from uuid import UUID

import numpy as np

from matching.arrays import F64, I64, Bits
from matching.snapshot import Snapshot
from service.dispatch.rows import Gathered, HeldJob, Pair, SeenCourier, Standing
from service.dispatch.scope import radius_m_of
from service.domain.courier import jobs_room
from service.domain.geo import Point
from service.domain.ids import CourierId, JobId
from service.domain.lifecycle import StopKind
from service.domain.load import NOTHING, Load
from service.domain.policy import SPEED_MPS, Policy
from service.domain.vocabulary import Requirement, Vehicle
from service.live.records import RosterStop

S = TypeVar("S", bound=StrEnum)

VEHICLE_BIT = {vehicle: 1 << place for place, vehicle in enumerate(Vehicle)}
ABILITY_BIT = {requirement: 1 << place for place, requirement in enumerate(Requirement)}

ACCEPTANCE_SHARE = 0.8  # of offers, where nothing is known of the courier
EARNINGS_SHARE = 1.0  # likewise: the market's mean
_USUAL = Standing(CourierId(UUID(int=0)), ACCEPTANCE_SHARE, EARNINGS_SHARE)


class Arranged(NamedTuple):
    """A snapshot, and what its rows stand for: jobs and couriers as gathered, stops as here."""

    gathered: Gathered
    stops: tuple[RosterStop, ...]
    snapshot: Snapshot


def arrange(gathered: Gathered, policy: Policy, *, left_out: Collection[Pair] = ()) -> Arranged:
    """Return the rows as a snapshot; pairs that are left out count as declined.

    A stop that the courier stands at is no row: the courier is free there once it is served.
    """
    now, jobs, couriers = gathered.now, gathered.jobs, gathered.couriers
    stops = tuple(stop for courier in couriers for stop in courier.ahead)
    declines, standings, last = _declines(gathered, left_out), _standings(gathered), _last(gathered)
    key_of = {job_id: key for key, job_id in enumerate(dict.fromkeys(s.job_id for s in stops))}
    snapshot = Snapshot(
        courier_deg=_degrees(courier.place for courier in couriers),
        courier_speed_mps=_floats(SPEED_MPS[courier.entry.vehicle] for courier in couriers),
        courier_free_s=_floats(_free_s(courier, now) for courier in couriers),
        courier_capacity=_loads(courier.entry.capacity for courier in couriers),
        courier_load=_loads(_aboard(courier) for courier in couriers),
        courier_shift_end_s=_floats(_s(courier.entry.shift_ends_at, now) for courier in couriers),
        courier_pickup_end_s=_floats(np.inf for _ in couriers),
        courier_vehicle_bit=_bits(_union(VEHICLE_BIT, (c.entry.vehicle,)) for c in couriers),
        courier_ability_bits=_bits(_union(ABILITY_BIT, c.entry.abilities) for c in couriers),
        courier_position_age_s=_floats(_age_s(courier, now) for courier in couriers),
        courier_jobs_room=_integers(_jobs_room(courier, policy) for courier in couriers),
        courier_acceptance_share=_floats(s.acceptance_share for s in standings),
        courier_earnings_share=_floats(s.earnings_share for s in standings),
        route_start=_starts(len(courier.ahead) for courier in couriers),
        stop_deg=_degrees(Point(stop.lat_deg, stop.lng_deg) for stop in stops),
        stop_is_pickup=np.array([stop.kind is StopKind.PICKUP for stop in stops], np.bool_),
        stop_job=_integers(key_of[stop.job_id] for stop in stops),
        stop_ready_s=_floats(_ready_s(stop, now) for stop in stops),
        stop_due_s=_floats(_due_s(stop, now) for stop in stops),
        stop_access_s=_floats(0.0 for _ in stops),
        stop_service_s=_floats(stop.service_s for stop in stops),
        stop_is_unmixed=np.array([stop.is_unmixed for stop in stops], np.bool_),
        stop_load=_loads(_change(stop) for stop in stops),
        pickup_deg=_degrees(Point(job.pickup_lat_deg, job.pickup_lng_deg) for job in jobs),
        dropoff_deg=_degrees(Point(job.dropoff_lat_deg, job.dropoff_lng_deg) for job in jobs),
        ready_s=_floats(_s(job.ready_at, now) for job in jobs),
        due_s=_floats(_s(job.due_at, now) for job in jobs),
        pickup_access_s=_floats(0.0 for _ in jobs),
        pickup_service_s=_floats(job.pickup_service_s for job in jobs),
        dropoff_access_s=_floats(0.0 for _ in jobs),
        dropoff_service_s=_floats(job.dropoff_service_s for job in jobs),
        job_load=_loads(job.load for job in jobs),
        job_age_s=_floats(max(0.0, -_s(job.opened_at, now)) for job in jobs),
        job_vehicle_bits=_bits(_union(VEHICLE_BIT, job.vehicles) for job in jobs),
        job_requirement_bits=_bits(_union(ABILITY_BIT, job.requirements) for job in jobs),
        job_is_unmixed=np.array([job.is_unmixed for job in jobs], np.bool_),
        job_radius_m=_floats(radius_m_of(job, policy, now=now) for job in jobs),
        decline_start=_starts(len(rows) for rows in declines),
        decline_courier=_integers(row for rows in declines for row in rows),
        job_last_courier=_integers(courier for courier, _ in last),
        job_last_rank=_integers(rank for _, rank in last),
        demand_deg=_degrees(Point(place.lat_deg, place.lng_deg) for place in gathered.demand),
        demand_per_h=_floats(place.jobs_per_h for place in gathered.demand),
    )
    return Arranged(gathered, stops, snapshot)


def _declines(gathered: Gathered, left_out: Collection[Pair]) -> list[list[int]]:
    """Return, for each job, the rows of couriers who must not be offered it."""
    row_of = {courier.entry.courier_id: row for row, courier in enumerate(gathered.couriers)}
    refused = {job.job_id: set(job.refused_by) for job in gathered.jobs}
    for courier_id, job_id in left_out:
        if courier_id is not None and job_id in refused:
            refused[job_id].add(courier_id)
    return [
        sorted(row_of[courier_id] for courier_id in refused[job.job_id] if courier_id in row_of)
        for job in gathered.jobs
    ]


def _standings(gathered: Gathered) -> list[Standing]:
    """Return the standing of each courier, the usual one where nothing is known."""
    known = {standing.courier_id: standing for standing in gathered.standings}
    return [known.get(courier.entry.courier_id, _USUAL) for courier in gathered.couriers]


def _last(gathered: Gathered) -> list[tuple[int, int]]:
    """Return, for each job, the row of the courier it was held for and its rank; -1 for nobody."""
    row_of = {courier.entry.courier_id: row for row, courier in enumerate(gathered.couriers)}
    held_of: dict[JobId, HeldJob] = {held.job_id: held for held in gathered.held}
    found = [held_of.get(job.job_id) for job in gathered.jobs]
    return [
        (-1, 0) if held is None else (row_of.get(held.courier_id, -1), held.rank) for held in found
    ]


def _free_s(courier: SeenCourier, now: datetime) -> float:
    """Return when the courier can move on from its place."""
    reached = courier.reached
    if reached is None or reached.arrived_at is None:
        return 0.0
    begins_s = max(_s(reached.arrived_at, now), _ready_s(reached, now))
    return max(0.0, begins_s + reached.service_s)


def _aboard(courier: SeenCourier) -> Load:
    """Return what the courier has on board when moving on."""
    reached = courier.reached
    aboard = courier.entry.aboard
    return (aboard if reached is None else aboard + _change(reached)).peak(NOTHING)


def _change(stop: RosterStop) -> Load:
    """Return what the stop adds to the load."""
    return stop.load if stop.kind is StopKind.PICKUP else NOTHING - stop.load


def _ready_s(stop: RosterStop, now: datetime) -> float:
    if stop.kind is not StopKind.PICKUP or stop.ready_at is None:
        return -np.inf
    return _s(stop.ready_at, now)


def _due_s(stop: RosterStop, now: datetime) -> float:
    """Return the latest arrival: the deadline of a job is that of its drop-off."""
    if stop.kind is not StopKind.DROPOFF or stop.due_at is None:
        return np.inf
    return _s(stop.due_at, now)


def _age_s(courier: SeenCourier, now: datetime) -> float:
    """Return the age of the position; a fix from the future is of now, by another host's clock."""
    return max(0.0, now.timestamp() - courier.fix.received_at_ms / 1_000.0)


def _jobs_room(courier: SeenCourier, policy: Policy) -> int:
    entry = courier.entry
    return jobs_room(live_jobs_count=entry.live_jobs_count, capacity=entry.capacity, policy=policy)


def _s(at: datetime, now: datetime) -> float:
    return (at - now).total_seconds()


def _union(bit_of: Mapping[S, int], members: Iterable[S]) -> int:
    bits = 0
    for member in members:
        bits |= bit_of[member]
    return bits


def _floats(values: Iterable[float]) -> F64:
    return np.fromiter(values, np.float64)


def _integers(values: Iterable[int]) -> I64:
    return np.fromiter(values, np.int64)


def _bits(values: Iterable[int]) -> Bits:
    return np.fromiter(values, np.uint32)


def _degrees(points: Iterable[Point]) -> F64:
    flat = (degree for point in points for degree in (point.lat_deg, point.lng_deg))
    return np.fromiter(flat, np.float64).reshape(-1, 2)


def _loads(loads: Iterable[Load]) -> F64:
    """Return loads in the order of the engine's dimensions."""
    flat = (amount for load in loads for amount in (load.weight_g, load.volume_l, load.jobs_count))
    return np.fromiter(flat, np.float64).reshape(-1, 3)


def _starts(sizes: Iterable[int]) -> I64:
    """Return where each list begins among all entries, and the end."""
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(_integers(sizes))))
