"""Move a job's deadline by hand, beyond what was promised or back to it."""

from datetime import datetime

from msgspec.structs import replace

from service.actions.find_job import find_job
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.domain.deadline import extend
from service.domain.errors import AlreadyAssignedError, LockContentionError
from service.domain.ids import CourierId, JobId, MarketId
from service.domain.job import Job
from service.domain.policy import Policy
from service.domain.vocabulary import Actor, ReasonCode
from service.domain.work import settle
from service.runtime import Runtime, read_market
from service.store import audit_log, changes, deployment, jobs
from service.store.changes import Changes, job_changes
from service.store.connection import Connection
from service.store.works import open_work_of, save_work


async def extend_deadline(
    runtime: Runtime,
    *,
    job_id: JobId,
    market_id: MarketId,
    deadline_at: datetime,
    reason: ReasonCode,
    origin: Origin = SHELL,
    holder_id: CourierId | None = None,
) -> Job:
    """Set the deadline; the same again changes nothing. An offer that is out stays as it was made.

    Where another extension is taken back, the job must still be held by `holder_id`: who took it
    since goes by that one.

    Raises:
        NotFoundError: there is no such job in the market.
        AlreadyAssignedError: it has changed hands since what is taken back.
        InvalidParamsError, InvalidStateTransitionError: as `deadline.extend` says.
    """

    async def work(conn: Connection) -> Job:
        policy = (await read_market(conn, market_id)).policy
        seen = await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=None)
        if seen.courier_id is None or seen.has_ended:
            before, after = await _extend_free(conn, seen, deadline_at, policy)
        else:
            before, after = await _extend_in_hand(runtime, conn, seen, deadline_at, policy)
        if origin.undoes is not None and before.courier_id != holder_id:
            raise AlreadyAssignedError("the job has changed hands since")
        if after is not before:
            entry = AuditEntry(
                market_id=market_id,
                origin=origin,
                action=AuditAction.EXTEND_DEADLINE,
                subject=f"job:{job_id}",
                before={"deadline_at": before.deadline_at.isoformat()},
                after={
                    "deadline_at": after.deadline_at.isoformat(),
                    "courier_id": None if after.courier_id is None else str(after.courier_id),
                },
                reason=reason,
            )
            await audit_log.append(conn, entry)
        return after

    return await runtime.transact(market_id, work)


async def _extend_free(
    conn: Connection, seen: Job, until: datetime, policy: Policy
) -> tuple[Job, Job]:
    """Return the job of nobody as it was found under its lock, and as it is now."""
    await jobs.lock_jobs(conn, job_ids=[seen.id])
    (job,) = await jobs.read_jobs(conn, job_ids=[seen.id])
    if job.courier_id != seen.courier_id:
        raise LockContentionError("the job changed hands meanwhile")
    now = (await deployment.read_market_time(conn)).now
    after, fact = extend(job, until=until, policy=policy, now=now)
    if after.deadline_at == job.deadline_at:
        return job, job
    await changes.save(conn, job_changes(job, after) + Changes(facts=(fact,)))
    return job, after


async def _extend_in_hand(
    runtime: Runtime, conn: Connection, seen: Job, until: datetime, policy: Policy
) -> tuple[Job, Job]:
    """Return the job as it was found with its courier, who is told the route anew, and as it is."""
    opened = await open_work_of(conn, seen)
    job = opened.work.jobs[seen.id]
    now = (await deployment.read_market_time(conn)).now
    after, fact = extend(job, until=until, policy=policy, now=now)
    if after.deadline_at == job.deadline_at:
        return job, job
    changed = replace(
        opened.work,
        jobs={**opened.work.jobs, job.id: after},
        facts=(*opened.work.facts, fact),
    )
    settled = settle(changed, Actor.OPS, now)
    await save_work(conn, opened, settled, new_id=runtime.new_id, now=now)
    return job, settled.jobs[job.id]
