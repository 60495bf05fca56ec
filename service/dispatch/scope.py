"""How much of a market one tick looks at: which jobs, which cells around them, whose fixes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from matching.cells import cell_of, disk, rings_covering
from service.dispatch.rows import DemandPlace
from service.domain.policy import Policy, search_radius_m, search_round
from service.live.keys import CELL_RESOLUTION
from service.live.records import LiveFix, OpenJob

HINT_RINGS_COUNT = 3  # around a place of demand; about 2.5 km, as far as a bike goes for a hint

_DISKS_COUNT_MAX = 1_024  # kept between ticks; a disk of 8 km has about 500 cells


def round_of(job: OpenJob, policy: Policy, *, now: datetime) -> int:
    """Return the search round that the job is in by now."""
    return search_round(policy, open_s=(now - job.opened_at).total_seconds())


def radius_m_of(job: OpenJob, policy: Policy, *, now: datetime) -> float:
    """Return how far from its pickup couriers are looked for by now."""
    return search_radius_m(policy, search_round=round_of(job, policy, now=now))


def jobs_in_scope(jobs: Sequence[OpenJob], *, count_max: int) -> tuple[OpenJob, ...]:
    """Return the jobs to decide on, by id: all, or those opened longest ago and latest.

    Half of the room goes to the latest ones, so that old jobs which nobody can take do not shut
    out all others.
    """
    if len(jobs) > count_max:
        by_age = sorted(jobs, key=lambda job: (job.opened_at, job.job_id))
        latest_count = count_max // 2
        jobs = by_age[: count_max - latest_count] + by_age[len(by_age) - latest_count :]
    return tuple(sorted(jobs, key=lambda job: job.job_id))


def cells_around(jobs: Iterable[OpenJob], policy: Policy, *, now: datetime) -> list[int]:
    """Return every cell with a point within the search radius of a job, in ascending order."""
    circles = {
        (
            cell_of(job.pickup_lat_deg, job.pickup_lng_deg, resolution=CELL_RESOLUTION),
            radius_m_of(job, policy, now=now),
        )
        for job in jobs
    }
    return sorted(set[int]().union(*(_disk_covering(*circle) for circle in circles)))


def cells_near(places: Iterable[DemandPlace]) -> set[int]:
    """Return the cells around the places from where it may be worth to go there."""
    middles = {
        cell_of(place.lat_deg, place.lng_deg, resolution=CELL_RESOLUTION) for place in places
    }
    return set[int]().union(*(disk(cell, rings_count=HINT_RINGS_COUNT) for cell in middles))


@lru_cache(maxsize=_DISKS_COUNT_MAX)
def _disk_covering(cell: int, radius_m: float) -> tuple[int, ...]:
    return tuple(disk(cell, rings_count=rings_covering(cell, radius_m=radius_m)))


def freshest(fixes: Sequence[LiveFix], *, count_max: int) -> list[LiveFix]:
    """Return at most so many fixes, the newest; they come and go by courier."""
    if len(fixes) <= count_max:
        return list(fixes)
    newest = sorted(fixes, key=lambda fix: (-fix.received_at_ms, fix.courier_id))[:count_max]
    return sorted(newest, key=lambda fix: fix.courier_id)
