"""Resolve an exception: decide on an undeliverable job, or only close the matter."""

from typing import Literal

from service.actions.find_job import find_job
from service.domain import work as works_domain
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.domain.errors import InvalidStateTransitionError, NotFoundError
from service.domain.ids import ExceptionId, JobId, MarketId, StopId
from service.domain.lifecycle import JobStatus, JobStep
from service.domain.vocabulary import Actor, ReasonCode
from service.runtime import Runtime
from service.store import audit_log, deployment, exceptions
from service.store.connection import Connection
from service.store.told_exceptions import resolve_and_tell
from service.store.works import open_work_of, save_work

Resolution = Literal["retry", "fail", "dismiss"]


async def resolve_exception(
    runtime: Runtime,
    *,
    exception_id: ExceptionId,
    market_id: MarketId,
    resolution: Resolution,
    origin: Origin = SHELL,
) -> None:
    """Resolve the exception; one that is resolved already stays as it is.

    Raises:
        NotFoundError: there is no such exception in the market.
        InvalidStateTransitionError: the job cannot be retried or failed now, or, when the exception
            is to be dismissed, waits for just that decision.
    """

    async def work(conn: Connection) -> None:
        exception = await exceptions.read_exception(
            conn, exception_id=exception_id, market_id=market_id
        )
        if exception is None:
            raise NotFoundError("there is no such exception")
        if exception.resolved_at is not None:
            return
        if exception.job_id is not None:
            await _decide_job(runtime, conn, exception.job_id, market_id, resolution)
        elif resolution != "dismiss":
            raise InvalidStateTransitionError("exception", exception.kind, resolution)
        now = (await deployment.read_market_time(conn)).now
        subject_id = exception.job_id or exception.courier_id or exception.merchant_id
        assert subject_id is not None
        await resolve_and_tell(
            conn,
            kind=exception.kind,
            subject_id=subject_id,
            resolution=resolution,
            actor=Actor.OPS,
            now=now,
        )
        entry = AuditEntry(
            market_id=market_id,
            origin=origin,
            action=AuditAction.RESOLVE_EXCEPTION,
            subject=f"exception:{exception_id}",
            before={"kind": exception.kind, "subject_id": str(subject_id)},
            after={"resolution": resolution},
        )
        await audit_log.append(conn, entry)

    await runtime.transact(market_id, work)


async def _decide_job(
    runtime: Runtime, conn: Connection, job_id: JobId, market_id: MarketId, resolution: Resolution
) -> None:
    job = await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=None)
    if resolution == "dismiss":
        if job.status is JobStatus.UNDELIVERABLE:  # nobody else would ever decide about it
            raise InvalidStateTransitionError("job", job.status, resolution)
        return
    opened = await open_work_of(conn, job)
    now = (await deployment.read_market_time(conn)).now
    if resolution == "retry":
        after = works_domain.retry(
            opened.work, job_id, stop_id=StopId(runtime.new_id()), actor=Actor.OPS, now=now
        )
    else:
        reason = job.reason or ReasonCode.COURIER_ISSUE
        after = works_domain.drop(
            opened.work, job_id, JobStep.FAIL, actor=Actor.OPS, now=now, reason=reason
        )
    await save_work(conn, opened, after, new_id=runtime.new_id, now=now)
