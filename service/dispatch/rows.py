"""What one tick has read from the live index: plain rows, before they become arrays."""

from datetime import datetime
from typing import TypeAlias

from msgspec import Struct

from service.domain.geo import Point
from service.domain.ids import CourierId, JobId
from service.domain.lifecycle import StopStatus
from service.live.records import LiveFix, OpenJob, RosterEntry, RosterStop

# A courier and a job who are to be kept apart for a while; with None the job is not told of.
Pair: TypeAlias = tuple[CourierId | None, JobId]


class SeenCourier(Struct, frozen=True, kw_only=True, gc=False):
    """A courier on the roster, with the newest fix."""

    entry: RosterEntry
    fix: LiveFix

    @property
    def reached(self) -> RosterStop | None:
        """The stop that the courier stands at: it is finished before anything else."""
        route = self.entry.route
        return route[0] if route and route[0].status is StopStatus.ARRIVED else None

    @property
    def ahead(self) -> tuple[RosterStop, ...]:
        """The stops that the courier has still to go to, in order."""
        return self.entry.route if self.reached is None else self.entry.route[1:]

    @property
    def place(self) -> Point:
        """Where the courier moves on from."""
        reached = self.reached
        if reached is not None:
            return Point(reached.lat_deg, reached.lng_deg)
        return Point(self.fix.lat_deg, self.fix.lng_deg)


class HeldJob(Struct, frozen=True, array_like=True):
    """A job that the last plan held for a courier: where the next one starts from."""

    job_id: JobId
    courier_id: CourierId
    rank: int  # as which of the courier's new pickups


class Standing(Struct, frozen=True, array_like=True):
    """What is known of a courier's last weeks."""

    courier_id: CourierId
    acceptance_share: float  # chance that an offer is accepted, 0 to 1
    earnings_share: float  # pay per hour on duty over the market's mean


class DemandPlace(Struct, frozen=True, array_like=True):
    """The middle of a cell where jobs are expected, and how many an hour."""

    lat_deg: float
    lng_deg: float
    jobs_per_h: float


class Gathered(Struct, frozen=True, kw_only=True):
    """What is decided on at one instant of market time: jobs and couriers by id.

    What has a default was not yet recorded in older ticks.
    """

    now: datetime
    jobs: tuple[OpenJob, ...]
    couriers: tuple[SeenCourier, ...]
    held: tuple[HeldJob, ...] = ()  # of the last plan
    standings: tuple[Standing, ...] = ()  # of those of the couriers who are known
    demand: tuple[DemandPlace, ...] = ()  # in ticks that give hints
