"""Free a job from its courier, so that others can have it: the same id, the next attempt."""

from service.actions.find_job import find_job
from service.domain import work as works_domain
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin, traits_of
from service.domain.errors import LockContentionError
from service.domain.ids import JobId, MarketId
from service.domain.job import Job
from service.domain.lifecycle import JobStep
from service.domain.vocabulary import Actor, ReasonCode
from service.runtime import Runtime
from service.store import audit_log, deployment
from service.store.connection import Connection
from service.store.works import open_work_of, save_work


async def reassign_job(
    runtime: Runtime,
    *,
    job_id: JobId,
    market_id: MarketId,
    actor: Actor,
    reason: ReasonCode,
    attempt: int | None = None,
    origin: Origin = SHELL,
) -> Job:
    """Open the job again for other couriers; who has it done by hand is told by `origin`.

    With an attempt named, only of who has it at that one: when it is over, nothing is done.

    Raises:
        LockContentionError: it changed hands meanwhile.
        NotFoundError: there is no such job in the market.
        InvalidStateTransitionError: nobody has it, or the parcel is with the courier.
    """

    async def work(conn: Connection) -> Job:
        job = await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=None)
        if attempt is not None and job.attempt > attempt:
            return job  # attempts only grow
        opened = await open_work_of(conn, job)
        held = opened.work.jobs.get(job_id)
        if held is not None and attempt is not None and held.attempt != attempt:
            raise LockContentionError("the job changed hands meanwhile")
        now = (await deployment.read_market_time(conn)).now
        after = works_domain.drop(
            opened.work, job_id, JobStep.REASSIGN, actor=actor, now=now, reason=reason
        )
        await save_work(conn, opened, after, new_id=runtime.new_id, now=now)
        if actor is Actor.OPS:
            entry = AuditEntry(
                market_id=market_id,
                origin=origin,
                action=AuditAction.REASSIGN_JOB,
                subject=f"job:{job_id}",
                before=traits_of(opened.work.jobs[job_id]),
                after=traits_of(after.jobs[job_id]),
                reason=reason,
            )
            await audit_log.append(conn, entry)
        return after.jobs[job_id]

    return await runtime.transact(market_id, work)
