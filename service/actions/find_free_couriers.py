"""Find who is free near a pickup: from the live index, as the matching sees it."""

from collections.abc import Collection
from datetime import datetime

from matching.cells import center_of
from service.domain.geo import Point, distance_m
from service.domain.ids import CourierId, MarketId
from service.domain.job import Job
from service.domain.lifecycle import StopKind
from service.domain.policy import Policy
from service.domain.suggestion import FreeCourier
from service.live import index, positions
from service.live.connect import Redis
from service.live.records import LiveFix, RosterEntry

COURIERS_COUNT_MIN = 60  # looked at, if there are as many: most are busy, or cannot carry it
COURIERS_PER_CELL_COUNT_MAX = 200  # of a station where hundreds wait, some
CELLS_COUNT_MAX = 200


async def find_free_couriers(
    redis: Redis, job: Job, *, refused_by: Collection[CourierId], policy: Policy, now: datetime
) -> list[FreeCourier]:
    """Return couriers near the pickup who have nothing in hand and could carry the job.

    Who has refused it, or has it, is none of them.

    Raises:
        LiveUnavailableError: Redis is away.
    """
    pickup = job.latest(StopKind.PICKUP).point
    fresh = await fixes_near(redis, job.market_id, pickup, policy=policy, now=now)
    roster = await index.read_roster(redis, job.market_id, [fix.courier_id for fix in fresh])
    return [
        FreeCourier(id=fix.courier_id, vehicle=entry.vehicle, point=Point(fix.lat_deg, fix.lng_deg))
        for fix in fresh
        if fix.courier_id not in refused_by
        and (entry := roster.get(fix.courier_id)) is not None
        and _can_carry(entry, job)
    ]


async def fixes_near(
    redis: Redis,
    market_id: MarketId,
    place: Point,
    *,
    policy: Policy,
    now: datetime,
    couriers_count_min: int = COURIERS_COUNT_MIN,
) -> list[LiveFix]:
    """Return fixes around the place that the matching would still believe, in no order.

    Of the occupied cells the nearest are looked at, so somebody far away is found too when nobody
    is nearer.

    Raises:
        LiveUnavailableError: Redis is away.
    """
    counts = await positions.read_counts(redis, market_id)
    cells = _nearest(counts, place, couriers_count_min=couriers_count_min)
    fixes = await positions.read_some(
        redis, market_id, sorted(cells), per_cell_count_max=COURIERS_PER_CELL_COUNT_MAX
    )
    return [fix for fix in fixes if age_s(fix, now) <= policy.position_age_s_max]


def _nearest(counts: dict[int, int], place: Point, *, couriers_count_min: int) -> list[int]:
    """Return the nearest cells with couriers enough."""
    by_distance = sorted(
        counts, key=lambda cell: (distance_m(Point(*center_of(cell)), place), cell)
    )
    chosen: list[int] = []
    couriers_count = 0
    for cell in by_distance[:CELLS_COUNT_MAX]:
        if couriers_count >= couriers_count_min:
            break
        chosen.append(cell)
        couriers_count += counts[cell]
    return chosen


def age_s(fix: LiveFix, now: datetime) -> float:
    """Return how old the position is, seconds."""
    return (now - fix.received_at).total_seconds()


def _can_carry(entry: RosterEntry, job: Job) -> bool:
    return (
        entry.live_jobs_count == 0
        and entry.courier_id != job.courier_id
        and entry.vehicle in job.vehicles
        and set(job.requirements) <= set(entry.abilities)
        and job.load.fits(entry.capacity)
    )
