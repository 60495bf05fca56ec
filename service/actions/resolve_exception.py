"""Resolve an exception: decide on an undeliverable job, or only close the matter."""

from typing import Literal

from service.actions.find_job import find_job
from service.domain import work as works_domain
from service.domain.errors import InvalidStateTransitionError, NotFoundError
from service.domain.ids import ExceptionId, JobId, MarketId, StopId
from service.domain.lifecycle import JobStep
from service.domain.vocabulary import Actor, ReasonCode
from service.runtime import Runtime
from service.store import deployment, exceptions
from service.store.connection import Connection
from service.store.told_exceptions import resolve_and_tell
from service.store.works import open_work, save_work

Resolution = Literal["retry", "fail", "dismiss"]


async def resolve_exception(
    runtime: Runtime, *, exception_id: ExceptionId, market_id: MarketId, resolution: Resolution
) -> None:
    """Resolve the exception; one that is resolved already stays as it is.

    Raises:
        NotFoundError: there is no such exception in the market.
        InvalidStateTransitionError: the job cannot be retried or failed now.
    """

    async def work(conn: Connection) -> None:
        exception = await exceptions.read_exception(
            conn, exception_id=exception_id, market_id=market_id
        )
        if exception is None:
            raise NotFoundError("there is no such exception")
        if exception.resolved_at is not None:
            return
        if resolution != "dismiss":
            if exception.job_id is None:
                raise InvalidStateTransitionError("exception", exception.kind, resolution)
            await _decide(runtime, conn, exception.job_id, market_id, resolution)
        now = (await deployment.read_market_time(conn)).now
        subject_id = exception.job_id or exception.courier_id
        assert subject_id is not None
        await resolve_and_tell(
            conn,
            kind=exception.kind,
            subject_id=subject_id,
            resolution=resolution,
            actor=Actor.OPS,
            now=now,
        )

    await runtime.transact(market_id, work)


async def _decide(
    runtime: Runtime,
    conn: Connection,
    job_id: JobId,
    market_id: MarketId,
    resolution: Literal["retry", "fail"],
) -> None:
    job = await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=None)
    if job.courier_id is None or job.has_ended:
        raise InvalidStateTransitionError("job", job.status, resolution)
    opened = await open_work(conn, courier_id=job.courier_id, job_ids=[job_id])
    now = (await deployment.read_market_time(conn)).now
    if resolution == "retry":
        after = works_domain.retry(
            opened.work, job_id, stop_id=StopId(runtime.new_id()), actor=Actor.OPS, now=now
        )
    else:
        after = works_domain.drop(
            opened.work,
            job_id,
            JobStep.FAIL,
            actor=Actor.OPS,
            now=now,
            reason=job.reason or ReasonCode.COURIER_ISSUE,
        )
    await save_work(conn, opened, after, new_id=runtime.new_id, now=now)
