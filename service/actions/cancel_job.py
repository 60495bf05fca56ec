"""Cancel a job, unless the parcel is with the courier."""

from service.actions.end_search import step_without_courier
from service.actions.find_job import find_job
from service.domain import job as jobs_domain
from service.domain import work as works_domain
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin, traits_of
from service.domain.ids import JobId, MarketId, MerchantId
from service.domain.job import Job
from service.domain.lifecycle import JobStatus, JobStep
from service.domain.vocabulary import Actor, ReasonCode
from service.runtime import Runtime
from service.store import audit_log, deployment
from service.store.connection import Connection
from service.store.works import open_work_of, save_work


async def cancel_job(
    runtime: Runtime,
    *,
    job_id: JobId,
    market_id: MarketId,
    merchant_id: MerchantId | None,
    reason: ReasonCode,
    origin: Origin = SHELL,
) -> Job:
    """Cancel the job for its merchant, or for ops when none is named; again changes nothing.

    Raises:
        NotFoundError: there is no such job, or it is another's.
        NotCancelableError: the parcel is with the courier, or the job has ended otherwise.
        InvalidParamsError: the reason is not one for canceling.
    """
    actor = Actor.OPS if merchant_id is None else Actor.MERCHANT

    async def work(conn: Connection) -> Job:
        job = await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=merchant_id)
        if job.status is JobStatus.CANCELED:
            return job
        jobs_domain.check_cancelable(job, reason=reason)
        before, after = await cancel(conn, job)
        if actor is Actor.OPS:
            entry = AuditEntry(
                market_id=market_id,
                origin=origin,
                action=AuditAction.CANCEL_JOB,
                subject=f"job:{job_id}",
                before=traits_of(before),
                after=traits_of(after),
                reason=reason,
            )
            await audit_log.append(conn, entry)
        return after

    async def cancel(conn: Connection, job: Job) -> tuple[Job, Job]:
        if job.courier_id is None:
            return await step_without_courier(conn, job, JobStep.CANCEL, actor=actor, reason=reason)
        opened = await open_work_of(conn, job)
        before = opened.work.jobs[job_id]
        jobs_domain.check_cancelable(before, reason=reason)
        now = (await deployment.read_market_time(conn)).now
        after = works_domain.drop(
            opened.work, job_id, JobStep.CANCEL, actor=actor, now=now, reason=reason
        )
        await save_work(conn, opened, after, new_id=runtime.new_id, now=now)
        return before, after.jobs[job_id]

    return await runtime.transact(market_id, work)
