"""Note at ops' word that a courier is at a stop, whose phone cannot say so."""

from service.actions.find_job import find_job
from service.domain import work as works_domain
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.domain.ids import JobId, MarketId, StopId
from service.domain.job import Job
from service.domain.lifecycle import StopStatus
from service.domain.vocabulary import WaiverReason
from service.domain.waiver import find_stop
from service.domain.word import check_attempt, traits_of_stop
from service.runtime import Runtime
from service.store import audit_log, deployment
from service.store.connection import Connection
from service.store.works import open_work_of, save_work

_REACHED = frozenset({StopStatus.ARRIVED, StopStatus.COMPLETED})


async def arrive_for_courier(
    runtime: Runtime,
    *,
    job_id: JobId,
    stop_id: StopId,
    market_id: MarketId,
    reason: WaiverReason,
    attempt: int | None = None,
    origin: Origin = SHELL,
) -> Job:
    """Note that the stop is reached, whoever says so first; again changes nothing.

    With an attempt named, only of who has the job at that one.

    Raises:
        NotFoundError: there is no such job in the market, or it has no such stop.
        AlreadyAssignedError: the job is at another attempt.
        LockContentionError: it changed hands meanwhile.
        InvalidStateTransitionError: nobody has it, or another stop comes first.
    """

    async def work(conn: Connection) -> Job:
        job = await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=None)
        stop = find_stop(job, stop_id)
        check_attempt(job, attempt)
        if stop.status in _REACHED:
            return job
        opened = await open_work_of(conn, job)
        held = opened.work.jobs[job_id]
        check_attempt(held, attempt)
        if find_stop(held, stop_id).status in _REACHED:
            return held
        now = (await deployment.read_market_time(conn)).now
        after = works_domain.arrive_by_word(opened.work, stop_id, now=now)
        await save_work(conn, opened, after, new_id=runtime.new_id, now=now)
        entry = AuditEntry(
            market_id=market_id,
            origin=origin,
            action=AuditAction.ARRIVE_FOR_COURIER,
            subject=f"job:{job_id}",
            before=traits_of_stop(held, stop_id),
            after=traits_of_stop(after.jobs[job_id], stop_id),
            reason=reason,
        )
        await audit_log.append(conn, entry)
        return after.jobs[job_id]

    return await runtime.transact(market_id, work)
