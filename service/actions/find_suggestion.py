"""Find what ops could do about an exception, and what that would bring, as things are now."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from msgspec import Struct

from service.actions.find_free_couriers import age_s, find_free_couriers
from service.domain.courier import Courier
from service.domain.errors import NotFoundError
from service.domain.forecast import ahead, arrivals
from service.domain.geo import Point
from service.domain.ids import CourierId, ExceptionId, MarketId
from service.domain.job import Job
from service.domain.lifecycle import JOB_BEFORE_CUSTODY, StopKind
from service.domain.policy import Policy
from service.domain.suggestion import Rescue, Scene, Suggestion, fastest, suggest
from service.live import positions
from service.live.errors import LiveUnavailableError
from service.runtime import Runtime
from service.store import couriers, exceptions, jobs, markets
from service.store.connection import Connection
from service.store.exceptions import OpsException

log = structlog.get_logger()


class _Known(Struct, frozen=True, kw_only=True):
    """What Postgres says around an exception."""

    exception: OpsException
    job: Job | None
    courier: Courier | None  # who has the job, or whom it is about
    in_hand: Sequence[Job]  # of that courier
    refused_by: frozenset[CourierId]  # of the couriers who were asked for the job
    policy: Policy
    now: datetime


async def find_suggestion(
    runtime: Runtime, *, exception_id: ExceptionId, market_id: MarketId
) -> Suggestion:
    """Return what to do; without an effect where Redis is away, or nobody can say.

    Raises:
        NotFoundError: there is no such exception in the market.
        UnavailableError: Postgres is away.
    """
    async with runtime.pool.connection() as conn:
        known = await _read(conn, exception_id, market_id)
    door_at, rescue = None, None
    try:
        door_at = await _door_at(runtime, known)
        rescue = await _rescue(runtime, known)
    except LiveUnavailableError as error:
        log.debug("index_unreachable", market=market_id, error=repr(error))
    courier = known.courier
    scene = Scene(
        kind=known.exception.kind,
        job=known.job,
        door_at=door_at,
        rescue=rescue,
        is_suspended=courier is not None and courier.suspension_at(known.now) is not None,
    )
    return suggest(scene)


async def _read(conn: Connection, exception_id: ExceptionId, market_id: MarketId) -> _Known:
    exception = await exceptions.read_exception(
        conn, exception_id=exception_id, market_id=market_id
    )
    market = await markets.read_market_at_work(conn, market_id=market_id)
    if exception is None or market is None:
        raise NotFoundError("there is no such exception")
    job = None
    if exception.job_id is not None:
        (job,) = await jobs.read_jobs(conn, job_ids=[exception.job_id])
    courier_id = exception.courier_id if job is None else job.courier_id
    courier, in_hand = await _read_courier(conn, courier_id)
    job = job or _first_to_free(in_hand)
    refusers = [] if job is None else await jobs.list_refusers(conn, job_id=job.id)
    return _Known(
        exception=exception,
        job=job,
        courier=courier,
        in_hand=in_hand,
        refused_by=frozenset(one.courier_id for one in refusers),
        policy=market.policy,
        now=market.now,
    )


async def _read_courier(
    conn: Connection, courier_id: CourierId | None
) -> tuple[Courier | None, list[Job]]:
    if courier_id is None:
        return None, []
    courier = await couriers.read_courier(conn, courier_id=courier_id)
    return courier, await jobs.list_live_jobs_of_couriers(conn, courier_ids=[courier_id])


def _first_to_free(in_hand: Sequence[Job]) -> Job | None:
    """Return the job to decide about first: one not picked up, then the one that is due first."""
    return min(in_hand, key=lambda job: (job.is_aboard, job.deadline_at, job.id), default=None)


async def _door_at(runtime: Runtime, known: _Known) -> datetime | None:
    """Return when the job is at its drop-off if nothing is done; None: nobody can say.

    Raises:
        LiveUnavailableError: Redis is away.
    """
    job, courier = known.job, known.courier
    if job is None or courier is None or job.has_ended:
        return None
    fixes = await positions.read_fixes(runtime.redis, job.market_id, [courier.id])
    fix = fixes.get(courier.id)
    is_fresh = fix is not None and age_s(fix, known.now) <= known.policy.position_age_s_max
    expected = arrivals(
        ahead(known.in_hand),
        here=Point(fix.lat_deg, fix.lng_deg) if fix is not None and is_fresh else None,
        vehicle=courier.vehicle,
        detour_factor=known.policy.detour_factor,
        now=known.now,
    )
    return expected.get(job.latest(StopKind.DROPOFF).id)


async def _rescue(runtime: Runtime, known: _Known) -> Rescue | None:
    """Return who could have the job instead; None: it is aboard, or nobody could.

    Raises:
        LiveUnavailableError: Redis is away.
    """
    job, policy, now = known.job, known.policy, known.now
    if job is None or job.status not in JOB_BEFORE_CUSTODY:
        return None
    free = await find_free_couriers(
        runtime.redis, job, refused_by=known.refused_by, policy=policy, now=now
    )
    return fastest(job, free, detour_factor=policy.detour_factor, now=now)
