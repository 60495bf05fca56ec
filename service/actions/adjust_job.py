"""Adjust by hand what a job has cost its merchant or paid its courier."""

from service.actions.find_job import find_job
from service.domain import ledger
from service.domain.audit_log import (
    SHELL,
    AuditAction,
    AuditEntry,
    Origin,
    subject_of,
    traits_of_transfer,
)
from service.domain.ids import JobId, MarketId
from service.domain.ledger import Adjustment, Transfer
from service.runtime import Runtime
from service.store import audit_log, changes, deployment, jobs, transfers
from service.store.changes import Changes
from service.store.connection import Connection


async def adjust_job(
    runtime: Runtime,
    *,
    job_id: JobId,
    market_id: MarketId,
    adjustment: Adjustment,
    origin: Origin = SHELL,
) -> Transfer:
    """Make the transfer that corrects; the same one again for the same key of the job.

    Raises:
        NotFoundError: there is no such job in the market.
        IdempotencyMismatchError, InvalidStateTransitionError, InvalidParamsError: as
            `ledger.adjust` says.
    """

    async def work(conn: Connection) -> Transfer:
        await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=None)
        await jobs.lock_jobs(conn, job_ids=[job_id])
        (job,) = await jobs.read_jobs(conn, job_ids=[job_id])
        before = await transfers.list_transfers_of_jobs(conn, job_ids=[job_id])
        now = (await deployment.read_market_time(conn)).now
        made = ledger.adjust(job, adjustment, before=before, now=now)
        if made not in before:
            await changes.save(conn, Changes(transfers=(made,)))
            await audit_log.append(conn, _entry(made, origin))
        return made

    return await runtime.transact(market_id, work)


def _entry(made: Transfer, origin: Origin) -> AuditEntry:
    return AuditEntry(
        market_id=made.market_id,
        origin=origin,
        action=AuditAction.ADJUST_JOB,
        subject=subject_of(made),
        after=traits_of_transfer(made),
        reason=made.reason,
    )
