"""Complete a stop at ops' word for a courier whose phone cannot say so."""

from service.actions.find_job import find_job
from service.domain import word
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.domain.ids import CourierId, JobId, MarketId, StopId
from service.domain.job import Job
from service.domain.lifecycle import StopStatus
from service.domain.proof import AcceptedProof
from service.domain.vocabulary import ProofKind, WaiverReason
from service.domain.waiver import find_stop
from service.runtime import Runtime
from service.store import audit_log, deployment, proofs
from service.store.connection import Connection
from service.store.works import open_work_of, save_work


async def complete_for_courier(
    runtime: Runtime,
    *,
    job_id: JobId,
    stop_id: StopId,
    market_id: MarketId,
    reason: WaiverReason,
    waives_proofs: bool = False,
    attempt: int | None = None,
    origin: Origin = SHELL,
) -> Job:
    """Complete the stop, and note that it is reached; again changes nothing, whoever did it.

    What its courier has uploaded for it counts. The rest of what it asks for is waived, if that is
    said. With an attempt named, only of who has the job at that one.

    Raises:
        NotFoundError: there is no such job in the market, or it has no such stop.
        AlreadyAssignedError: the job is at another attempt.
        LockContentionError: it changed hands meanwhile.
        InvalidStateTransitionError: nobody has it, or another stop comes first.
        ProofRequiredError: the stop asks for a proof that is not waived.
    """

    async def work(conn: Connection) -> Job:
        job = await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=None)
        stop = find_stop(job, stop_id)
        word.check_attempt(job, attempt)
        if stop.status is StopStatus.COMPLETED:
            return job
        opened = await open_work_of(conn, job)
        held = opened.work.jobs[job_id]
        word.check_attempt(held, attempt)
        stop = find_stop(held, stop_id)
        if stop.status is StopStatus.COMPLETED:
            return held
        now = (await deployment.read_market_time(conn)).now
        after = word.complete(
            opened.work,
            job_id,
            stop_id,
            pictures=await _pictures(conn, stop_id, opened.work.courier.id),
            waives=waives_proofs,
            reason=reason,
            now=now,
        )
        await save_work(conn, opened, after, new_id=runtime.new_id, now=now)
        if ProofKind.CODE in stop.required_proofs:  # nobody has to know it any more
            await proofs.delete_code(conn, job_id=job_id, kind=stop.kind)
        entry = AuditEntry(
            market_id=market_id,
            origin=origin,
            action=AuditAction.COMPLETE_FOR_COURIER,
            subject=f"job:{job_id}",
            before=word.traits_of_stop(held, stop_id),
            after=word.traits_of_stop(after.jobs[job_id], stop_id),
            reason=reason,
        )
        await audit_log.append(conn, entry)
        return after.jobs[job_id]

    return await runtime.transact(market_id, work)


async def _pictures(
    conn: Connection, stop_id: StopId, courier_id: CourierId
) -> tuple[AcceptedProof, ...]:
    kept = await proofs.list_pictures_of_stop(conn, stop_id=stop_id, courier_id=courier_id)
    return tuple(AcceptedProof(id=one.id, kind=one.kind, sha256=one.sha256.hex()) for one in kept)
