"""Keep a job's proofs and personal data for a dispute, beyond their time; and let them go again."""

from collections.abc import Sequence

from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.domain.errors import InvalidStateTransitionError, NotFoundError
from service.domain.ids import CourierId, JobId, MarketId
from service.domain.vocabulary import HoldReason
from service.runtime import Runtime
from service.store import audit_log, deployment, jobs, privacy
from service.store.connection import Connection

LISTED_COUNT_MAX = 1_000


async def hold_job(
    runtime: Runtime,
    *,
    job_id: JobId,
    market_id: MarketId,
    reason: HoldReason,
    origin: Origin = SHELL,
) -> None:
    """Put a hold on the job; one that is on has this reason from now on.

    Raises:
        NotFoundError: there is no such job in the market.
    """

    async def work(conn: Connection) -> None:
        await _lock(conn, job_id, market_id)
        before = await privacy.list_holds(conn, job_ids=[job_id])
        if any(one.reason is reason for one in before):
            return
        now = (await deployment.read_market_time(conn)).now
        await privacy.hold_job(conn, job_id=job_id, reason=reason, held_at=now)
        await audit_log.append(
            conn, _entry(AuditAction.HOLD_JOB, job_id, market_id, reason, origin)
        )

    await runtime.attempt(work)


async def end_hold(
    runtime: Runtime, *, job_id: JobId, market_id: MarketId, origin: Origin = SHELL
) -> None:
    """Lift the hold: what is older than its time is then forgotten by the next sweep.

    Raises:
        NotFoundError: there is no such job in the market, or no hold on it.
    """

    async def work(conn: Connection) -> None:
        await _lock(conn, job_id, market_id)
        ended = await privacy.end_hold(conn, job_id=job_id)
        if ended is None:
            raise NotFoundError("there is no hold on the job")
        entry = _entry(AuditAction.END_HOLD, job_id, market_id, ended.reason, origin)
        await audit_log.append(conn, entry)

    await runtime.attempt(work)


async def list_held(runtime: Runtime, *, market_id: MarketId) -> list[privacy.Hold]:
    """Return the holds of a market, the oldest first."""
    async with runtime.pool.connection() as conn:
        return await privacy.list_holds_of_market(
            conn, market_id=market_id, limit_count=LISTED_COUNT_MAX
        )


async def check_not_held(conn: Connection, *, job_ids: Sequence[JobId]) -> None:
    """Check that no hold is on any of the jobs, which are locked.

    Raises:
        InvalidStateTransitionError: one is needed for a dispute.
    """
    if await privacy.list_holds(conn, job_ids=job_ids):
        raise InvalidStateTransitionError("delivery", "on hold", "be erased")


async def check_courier_not_held(conn: Connection, *, courier_id: CourierId) -> None:
    """Check that no hold is on a job that the courier has had.

    Raises:
        InvalidStateTransitionError: what the courier did is needed for a dispute.
    """
    if await privacy.list_holds_of_courier(conn, courier_id=courier_id, limit_count=1):
        raise InvalidStateTransitionError("courier", "on hold", "be erased")


async def _lock(conn: Connection, job_id: JobId, market_id: MarketId) -> None:
    await jobs.lock_jobs(conn, job_ids=[job_id])  # no sweep erases it meanwhile
    if await jobs.read_job_of_market(conn, job_id=job_id, market_id=market_id) is None:
        raise NotFoundError("there is no such job in this market")


def _entry(
    action: AuditAction, job_id: JobId, market_id: MarketId, reason: HoldReason, origin: Origin
) -> AuditEntry:
    return AuditEntry(
        market_id=market_id,
        origin=origin,
        action=action,
        subject=f"job:{job_id}",
        reason=reason,
    )
