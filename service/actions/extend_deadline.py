"""Move a job's deadline by hand, beyond what was promised or back to it."""

from datetime import datetime

from service.actions.amend_job import amend_job
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.domain.deadline import extend
from service.domain.errors import AlreadyAssignedError
from service.domain.facts import Fact
from service.domain.ids import CourierId, JobId, MarketId
from service.domain.job import Job
from service.domain.vocabulary import ReasonCode
from service.runtime import Runtime, read_market
from service.store import audit_log
from service.store.connection import Connection


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
        UndoTooLateError: something else was done since.
        InvalidParamsError, InvalidStateTransitionError: as `deadline.extend` says.
    """

    async def work(conn: Connection) -> Job:
        policy = (await read_market(conn, market_id)).policy

        def amend(job: Job, now: datetime) -> tuple[Job, Fact] | None:
            amended = extend(job, until=deadline_at, policy=policy, now=now)
            return None if amended[0].deadline_at == job.deadline_at else amended

        before, after = await amend_job(
            runtime, conn, job_id=job_id, market_id=market_id, amend=amend
        )
        if origin.undoes is not None and before.courier_id != holder_id:
            raise AlreadyAssignedError("the job has changed hands since")
        if after is before:
            await audit_log.check_nothing_since(
                conn, market_id=market_id, subject=f"job:{job_id}", origin=origin
            )
        else:
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
