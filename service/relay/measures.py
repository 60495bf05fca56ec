"""Carries out what silence and the end of a shift ask for."""

from datetime import datetime

import structlog

from service.actions.reassign_job import reassign_job
from service.actions.set_status import Offline, set_status
from service.domain.ids import CourierId, ExceptionId, MarketId
from service.domain.lifecycle import JOB_BEFORE_CUSTODY
from service.domain.vocabulary import Actor, ExceptionKind, ReasonCode, Severity
from service.relay.attempt import attempt
from service.runtime import Runtime
from service.store import deployment, jobs
from service.store.connection import Connection
from service.store.told_exceptions import open_and_tell, resolve_and_tell

log = structlog.get_logger()


async def set_offline(
    runtime: Runtime, market_id: MarketId, courier_id: CourierId, *, why: str
) -> None:
    """Take the courier off duty, or let the jobs in hand be the last ones.

    Raises:
        DomainError: as `set_status` says.
    """
    courier = await set_status(
        runtime, courier_id=courier_id, market_id=market_id, duty=Offline(), actor=Actor.SYSTEM
    )
    log.info("courier_set_offline", courier=str(courier_id), status=courier.status, why=why)


async def free_jobs(
    runtime: Runtime, market_id: MarketId, courier_id: CourierId
) -> datetime | None:
    """Give what the silent courier has not picked up to others.

    Returns when the first of the parcels aboard is due, or None when there is none.

    Raises:
        UnavailableError: Postgres is away.
    """
    async with runtime.pool.connection() as conn:
        in_hand = await jobs.list_live_jobs_of_couriers(conn, courier_ids=[courier_id])
    for job in in_hand:
        if job.status in JOB_BEFORE_CUSTODY:
            freed = await attempt(
                "reassign_job",
                job.id,
                reassign_job(
                    runtime,
                    job_id=job.id,
                    market_id=market_id,
                    actor=Actor.SYSTEM,
                    reason=ReasonCode.COURIER_NO_PROGRESS,
                ),
            )
            if freed is not None:
                log.info("job_reassigned_by_silence", job=str(job.id), courier=str(courier_id))
    return min((job.deadline_at for job in in_hand if job.is_aboard), default=None)


async def report_silence(
    runtime: Runtime, market_id: MarketId, courier_id: CourierId, *, due_at: datetime
) -> None:
    """Tell ops that a courier with parcels aboard is silent, unless they have been told.

    Raises:
        DomainError: as `transact` says.
    """

    async def work(conn: Connection) -> None:
        await open_and_tell(
            conn,
            exception_id=ExceptionId(runtime.new_id()),
            market_id=market_id,
            kind=ExceptionKind.COURIER_SILENT,
            severity=Severity.CRITICAL,
            job_id=None,
            courier_id=courier_id,
            due_at=due_at,
            now=(await deployment.read_market_time(conn)).now,
        )

    await runtime.transact(market_id, work)


async def end_silence(
    runtime: Runtime, market_id: MarketId, courier_id: CourierId, *, why: str
) -> None:
    """Tell ops that the courier is heard again, or has nothing in hand that they would wait for.

    Raises:
        DomainError: as `transact` says.
    """

    async def work(conn: Connection) -> None:
        await resolve_and_tell(
            conn,
            kind=ExceptionKind.COURIER_SILENT,
            subject_id=courier_id,
            resolution=why,
            actor=Actor.SYSTEM,
            now=(await deployment.read_market_time(conn)).now,
        )

    await runtime.transact(market_id, work)
