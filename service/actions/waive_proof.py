"""Have a stop done without a proof that it asks for, or ask for it again."""

from collections.abc import Collection, Mapping
from datetime import datetime

from service.actions.amend_job import amend_job
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin, Value
from service.domain.facts import Fact
from service.domain.ids import JobId, MarketId, StopId
from service.domain.job import Job
from service.domain.vocabulary import ProofKind, WaiverReason
from service.domain.waiver import find_stop, waive
from service.runtime import Runtime
from service.store import audit_log, deployment
from service.store.connection import Connection
from service.store.told_exceptions import tell_tries_are_over


async def waive_proof(
    runtime: Runtime,
    *,
    job_id: JobId,
    stop_id: StopId,
    market_id: MarketId,
    kinds: Collection[ProofKind],
    reason: WaiverReason,
    origin: Origin = SHELL,
) -> Job:
    """Set which proofs the stop is done without; the same again changes nothing.

    Where it is the code, ops have decided about wrong ones as well.

    Raises:
        NotFoundError: there is no such job in the market, or it has no such stop.
        InvalidParamsError, InvalidStateTransitionError: as `waiver.waive` says.
        UndoTooLateError: it takes another back, and something else was done since.
    """

    def amend(job: Job, now: datetime) -> tuple[Job, Fact] | None:
        return waive(job, stop_id, kinds=kinds, reason=reason, now=now)

    async def work(conn: Connection) -> Job:
        before, after = await amend_job(
            runtime, conn, job_id=job_id, market_id=market_id, amend=amend
        )
        if after is before:
            await audit_log.check_nothing_since(
                conn, market_id=market_id, subject=f"job:{job_id}", origin=origin
            )
            return after
        if ProofKind.CODE in kinds:
            now = (await deployment.read_market_time(conn)).now
            await tell_tries_are_over(conn, job_id=job_id, now=now)
        entry = AuditEntry(
            market_id=market_id,
            origin=origin,
            action=AuditAction.WAIVE_PROOF,
            subject=f"job:{job_id}",
            before=_traits(before, stop_id),
            after=_traits(after, stop_id),
            reason=reason,
        )
        await audit_log.append(conn, entry)
        return after

    return await runtime.transact(market_id, work)


def _traits(job: Job, stop_id: StopId) -> Mapping[str, Value]:
    """Return what the audit log tells of the stop; the kinds in one word each, in order."""
    stop = find_stop(job, stop_id)
    return {
        "stop_id": str(stop_id),
        "waived_proofs": " ".join(stop.waived_proofs),
        "waiver_reason": stop.waiver_reason,
    }
