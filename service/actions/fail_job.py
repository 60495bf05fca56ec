"""Give a job up that a courier has: lost, damaged, or not brought back."""

from service.actions.find_job import find_job
from service.domain import work as works_domain
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin, traits_of
from service.domain.ids import JobId, MarketId
from service.domain.job import Job
from service.domain.lifecycle import JobStatus, JobStep
from service.domain.vocabulary import Actor, ExceptionKind, ReasonCode
from service.runtime import Runtime
from service.store import audit_log, deployment
from service.store.connection import Connection
from service.store.told_exceptions import resolve_and_tell
from service.store.works import open_work_of, save_work


async def fail_job(
    runtime: Runtime,
    *,
    job_id: JobId,
    market_id: MarketId,
    reason: ReasonCode,
    origin: Origin = SHELL,
) -> Job:
    """Fail the job for ops, whose courier is free of it then, and close the matter of its attempt.

    Again changes nothing.

    Raises:
        NotFoundError: there is no such job in the market.
        InvalidStateTransitionError: the parcel is not with a courier.
    """

    async def work(conn: Connection) -> Job:
        job = await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=None)
        if job.status is JobStatus.FAILED:
            return job
        opened = await open_work_of(conn, job)
        now = (await deployment.read_market_time(conn)).now
        after = works_domain.drop(
            opened.work, job_id, JobStep.FAIL, actor=Actor.OPS, now=now, reason=reason
        )
        await save_work(conn, opened, after, new_id=runtime.new_id, now=now)
        await resolve_and_tell(
            conn,
            kind=ExceptionKind.ATTEMPT_FAILED,
            subject_id=job_id,
            resolution="fail",
            actor=Actor.OPS,
            now=now,
        )
        entry = AuditEntry(
            market_id=market_id,
            origin=origin,
            action=AuditAction.FAIL_JOB,
            subject=f"job:{job_id}",
            before=traits_of(opened.work.jobs[job_id]),
            after=traits_of(after.jobs[job_id]),
            reason=reason,
        )
        await audit_log.append(conn, entry)
        return after.jobs[job_id]

    return await runtime.transact(market_id, work)
