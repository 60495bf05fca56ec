"""How far apart places are: a straight line times a factor now, roads when there are any."""

from typing import Protocol

from matching.snapshot import Snapshot, Travel
from service.domain.geo import Point, distance_m
from service.domain.policy import Policy


class TravelTimes(Protocol):
    """A source of travel times and distances."""

    async def measure(self, snapshot: Snapshot) -> Travel:
        """Return what the engine is to reckon with between the places of the snapshot."""
        ...

    def way_m(self, start: Point, end: Point) -> float:
        """Return the way between two places that were measured, metres."""
        ...


class StraightLine:
    """Great circles, made longer by the market's detour factor."""

    def __init__(self, policy: Policy) -> None:
        self._detour_factor = policy.detour_factor

    async def measure(self, snapshot: Snapshot) -> Travel:  # noqa: ARG002  # any places will do
        """Return the detour factor."""
        return Travel(detour_factor=self._detour_factor)

    def way_m(self, start: Point, end: Point) -> float:
        """Return the great circle times the detour factor, metres."""
        return distance_m(start, end) * self._detour_factor
