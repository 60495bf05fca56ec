"""PURE. The jobs of one merchant whose courier may be seen, and what is seen of each."""

from collections.abc import Mapping
from uuid import UUID

from msgspec import Struct

from matching.cells import cell_of, center_of
from service.api.present_ops import instant_of
from service.domain.geo import Point
from service.domain.ids import CourierId, JobId
from service.domain.job import Job
from service.domain.sighting import Sight, sight_of
from service.live.keys import CELL_RESOLUTION
from service.live.records import LiveFix
from service.wire.rest import JobView
from service.wire.watcher_stream import CourierSighting, CourierSightings

JOBS_COUNT_MAX = 1_000  # followed at once
SIGHTINGS_COUNT_MAX = 500  # of one message, 80 kB

_DECIMALS = 5  # of a degree: a metre


class _Followed(Struct, frozen=True, kw_only=True):
    courier_id: CourierId
    version: int
    sight: Sight


class JobsInSight:
    def __init__(self) -> None:
        self._followed: dict[JobId, _Followed] = {}

    def note(self, job: Job | JobView) -> None:
        """Take the job as it is told, unless a later state of it is known."""
        known = self._followed.get(job.id)
        if known is not None and known.version >= job.version:
            return
        self._followed.pop(job.id, None)
        sight = sight_of(job.status)
        is_seen = sight is not Sight.HIDDEN and len(self._followed) < JOBS_COUNT_MAX
        if job.courier_id is not None and is_seen:
            self._followed[job.id] = _Followed(
                courier_id=job.courier_id, version=job.version, sight=sight
            )

    def courier_ids(self) -> set[CourierId]:
        """Return the couriers whose fixes are wanted."""
        return {followed.courier_id for followed in self._followed.values()}

    def sightings(self, fixes: Mapping[UUID, LiveFix]) -> CourierSightings:
        """Return what is seen, where a courier has a fix; exact places first."""
        in_order = sorted(
            self._followed.items(), key=lambda item: (item[1].sight is not Sight.EXACT, item[0])
        )
        seen = [
            _sighting(job_id, fixes[followed.courier_id], followed.sight)
            for job_id, followed in in_order
            if followed.courier_id in fixes
        ]
        return CourierSightings(couriers=tuple(seen[:SIGHTINGS_COUNT_MAX]))


def _sighting(job_id: JobId, fix: LiveFix, sight: Sight) -> CourierSighting:
    place = _place(fix, sight)
    return CourierSighting(
        job_id=job_id,
        courier_id=fix.courier_id,
        lat_deg=round(place.lat_deg, _DECIMALS),
        lng_deg=round(place.lng_deg, _DECIMALS),
        is_exact=sight is Sight.EXACT,
        at=instant_of(fix.received_at_ms),
    )


def _place(fix: LiveFix, sight: Sight) -> Point:
    if sight is Sight.EXACT:
        return Point(fix.lat_deg, fix.lng_deg)
    return Point(*center_of(cell_of(fix.lat_deg, fix.lng_deg, resolution=CELL_RESOLUTION)))
