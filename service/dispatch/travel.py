"""How far apart places are for one tick: by straight line here, by road in `road_travel`."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol, TypeAlias

import numpy as np
from msgspec import Struct

from matching.arrays import F64
from matching.snapshot import Snapshot, Travel
from service.dispatch.arrays import VEHICLE_BIT
from service.domain.geo import Point, distance_m
from service.domain.market import Market
from service.domain.policy import SPEED_MPS, Policy
from service.domain.vocabulary import Vehicle


class TravelReport(Struct, frozen=True, kw_only=True):
    """What the ways of a tick were measured by."""

    source: str = "straight"
    road_share: float = 0.0  # of the ways that mattered, 0 to 1
    is_degraded: bool = False


class TravelTimes(Protocol):
    """Travel times and distances of one tick: `measure` once, then ask."""

    async def measure(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with the ways between its places, and with the speeds of now."""
        ...

    def way_m(self, start: Point, end: Point, *, vehicle: Vehicle) -> float:
        """Return the length of the way between two places, metres."""
        ...

    def way_s(self, start: Point, end: Point, *, vehicle: Vehicle) -> float:
        """Return how long the way between two places takes, seconds."""
        ...

    def report(self) -> TravelReport:
        """Return what was measured by."""
        ...


TravelOf: TypeAlias = Callable[[Market, datetime], TravelTimes]
"""Gives a tick its travel times: of this market, at this instant of market time."""


class StraightLine:
    """Great circles, made longer by the market's detour factor; `speeds_mps` are those of now."""

    def __init__(self, policy: Policy, *, speeds_mps: Mapping[Vehicle, float] = SPEED_MPS) -> None:
        self._detour_factor = policy.detour_factor
        self._speeds_mps = speeds_mps

    async def measure(self, snapshot: Snapshot) -> Snapshot:
        """Return the snapshot with the detour factor and the speeds."""
        return snapshot._replace(
            courier_speed_mps=speeds_of(snapshot, self._speeds_mps),
            travel=Travel(detour_factor=self._detour_factor),
        )

    def way_m(self, start: Point, end: Point, *, vehicle: Vehicle) -> float:  # noqa: ARG002  # a line
        """Return the great circle times the detour factor, metres."""
        return distance_m(start, end) * self._detour_factor

    def way_s(self, start: Point, end: Point, *, vehicle: Vehicle) -> float:
        """Return how long that takes at the vehicle's speed, seconds."""
        return self.way_m(start, end, vehicle=vehicle) / self._speeds_mps[vehicle]

    def report(self) -> TravelReport:
        """Return that these are straight lines."""
        return TravelReport()


def straight_line(market: Market, now: datetime) -> StraightLine:  # noqa: ARG001  # at any time
    """Return straight lines at the speeds that nothing was learned of."""
    return StraightLine(market.policy)


def speeds_of(snapshot: Snapshot, speeds_mps: Mapping[Vehicle, float]) -> F64:
    """Return (C,) the speed of each courier's vehicle, metres per second."""
    speeds = np.empty(len(snapshot.courier_vehicle_bit))
    for vehicle, bit in VEHICLE_BIT.items():
        speeds[snapshot.courier_vehicle_bit == bit] = speeds_mps[vehicle]
    return speeds
