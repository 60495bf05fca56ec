"""Resolve an exception: decide on its job or its courier, or only close the matter."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from service.actions.find_job import find_job
from service.actions.free_jobs import free_jobs
from service.actions.leaving import open_leaving
from service.domain import work as works_domain
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin, traits_of
from service.domain.errors import InvalidStateTransitionError, LockContentionError, NotFoundError
from service.domain.ids import ExceptionId, JobId, MarketId, StopId
from service.domain.job import Job
from service.domain.lifecycle import JobStatus, JobStep
from service.domain.vocabulary import Actor, ExceptionKind, ReasonCode
from service.runtime import Runtime
from service.store import audit_log, deployment, exceptions, jobs, proofs
from service.store.connection import Connection
from service.store.exceptions import OpsException
from service.store.told_exceptions import resolve_and_tell
from service.store.works import OpenedWork, open_work_of, save_work

Resolution = Literal["retry", "fail", "reassign", "dismiss"]

# What can be decided beside dismissing it.
_DECISIONS: Mapping[ExceptionKind, frozenset[Resolution]] = {
    ExceptionKind.ATTEMPT_FAILED: frozenset({"retry", "fail"}),
    ExceptionKind.COURIER_MOVING_AWAY: frozenset({"reassign"}),
    ExceptionKind.COURIER_NOT_MOVING: frozenset({"reassign"}),
    ExceptionKind.LATE_RISK: frozenset({"reassign"}),
    ExceptionKind.PICKUP_WAIT: frozenset({"reassign"}),
}


async def resolve_exception(
    runtime: Runtime,
    *,
    exception_id: ExceptionId,
    market_id: MarketId,
    resolution: Resolution,
    origin: Origin = SHELL,
) -> None:
    """Resolve the exception; one that is resolved already stays as it is.

    Raises:
        NotFoundError: there is no such exception in the market.
        InvalidStateTransitionError: this is not to be decided about such a matter, or cannot be
            now; or the exception is to be dismissed, and its job waits for just that decision.
    """

    async def work(conn: Connection) -> None:
        exception = await _read(conn, exception_id, market_id)
        if exception.resolved_at is not None:
            return
        _check(exception, resolution)
        moved = await _carry_out(runtime, conn, exception, resolution, origin)
        now = (await deployment.read_market_time(conn)).now
        subject_id = exception.job_id or exception.courier_id or exception.endpoint_id
        resolved = await resolve_and_tell(
            conn,
            kind=exception.kind,
            subject_id=subject_id or exception_id,
            resolution=resolution,
            actor=Actor.OPS,
            now=now,
        )
        if exception_id not in {one.id for one in resolved}:
            raise LockContentionError("it was decided meanwhile")  # and nothing here is kept
        entries = [
            AuditEntry(
                market_id=market_id,
                origin=origin,
                action=AuditAction.RESOLVE_EXCEPTION,
                subject=f"exception:{one.id}",
                before={"kind": one.kind, "subject_id": str(subject_id or market_id)},
                after={"resolution": resolution},
            )
            for one in resolved
        ]
        await audit_log.append(conn, *entries, *moved)  # undo takes back what is noted last

    await runtime.transact(market_id, work)


def _check(exception: OpsException, resolution: Resolution) -> None:
    if resolution != "dismiss" and resolution not in _DECISIONS.get(exception.kind, ()):
        raise InvalidStateTransitionError("exception", exception.kind, resolution)


async def _carry_out(
    runtime: Runtime,
    conn: Connection,
    exception: OpsException,
    resolution: Resolution,
    origin: Origin,
) -> list[AuditEntry]:
    """Decide as the resolution says; return what is to be noted of each job.

    Raises:
        InvalidStateTransitionError: it cannot be decided so now.
        LockContentionError: somebody decided meanwhile; begin again.
    """
    market_id = exception.market_id
    if exception.job_id is not None:
        held = await _hold(conn, exception.job_id, market_id)
        await _check_open(conn, exception)
        if exception.kind is ExceptionKind.PROOF_ATTEMPTS_EXHAUSTED:
            await proofs.forget_tries(conn, job_id=held.job.id)  # they may try anew
        return await _decide(runtime, conn, held, resolution, origin)
    if exception.courier_id is not None and resolution == "reassign":
        opened = await open_leaving(
            conn, courier_id=exception.courier_id, market_id=market_id, answer="withdrawn"
        )
        await _check_open(conn, exception)
        return await free_jobs(runtime, conn, opened, origin=origin)
    return []


async def _check_open(conn: Connection, exception: OpsException) -> None:
    """Check, under the locks, that nobody has decided meanwhile."""
    if (await _read(conn, exception.id, exception.market_id)).resolved_at is not None:
        raise LockContentionError("it was decided meanwhile")


class _Held(Struct, frozen=True, kw_only=True):
    job: Job
    opened: OpenedWork | None  # of the courier who has the job, if one has


async def _read(conn: Connection, exception_id: ExceptionId, market_id: MarketId) -> OpsException:
    exception = await exceptions.read_exception(
        conn, exception_id=exception_id, market_id=market_id
    )
    if exception is None:
        raise NotFoundError("there is no such exception")
    return exception


async def _hold(conn: Connection, job_id: JobId, market_id: MarketId) -> _Held:
    """Lock the job, and with it the work of its courier, if it is in hand.

    Raises:
        LockContentionError: it changed hands meanwhile; begin again.
    """
    job = await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=None)
    if job.courier_id is None or job.has_ended:
        await jobs.lock_jobs(conn, job_ids=[job_id])
        (job,) = await jobs.read_jobs(conn, job_ids=[job_id])
        return _Held(job=job, opened=None)
    opened = await open_work_of(conn, job)
    return _Held(job=opened.work.jobs[job_id], opened=opened)


async def _decide(
    runtime: Runtime, conn: Connection, held: _Held, resolution: Resolution, origin: Origin
) -> list[AuditEntry]:
    """Decide about the job, as its resolution says; return what is to be noted of it."""
    job, opened = held.job, held.opened
    if resolution == "dismiss":
        if job.status is JobStatus.UNDELIVERABLE:  # nobody else would ever decide about it
            raise InvalidStateTransitionError("job", job.status, resolution)
        return []
    if opened is None:
        raise InvalidStateTransitionError("job", job.status, resolution)
    now = (await deployment.read_market_time(conn)).now
    reason = None
    if resolution == "retry":
        after = works_domain.retry(
            opened.work, job.id, stop_id=StopId(runtime.new_id()), actor=Actor.OPS, now=now
        )
    else:
        step = JobStep.FAIL if resolution == "fail" else JobStep.REASSIGN
        given = job.reason if resolution == "fail" else ReasonCode.COURIER_NO_PROGRESS
        reason = given or ReasonCode.COURIER_ISSUE
        after = works_domain.drop(
            opened.work, job.id, step, actor=Actor.OPS, now=now, reason=reason
        )
    await save_work(conn, opened, after, new_id=runtime.new_id, now=now)
    is_freed = resolution == "reassign"  # which can be undone, as when it is done by itself
    noted = AuditEntry(
        market_id=job.market_id,
        origin=origin,
        action=AuditAction.REASSIGN_JOB if is_freed else AuditAction.RESOLVE_EXCEPTION,
        subject=f"job:{job.id}",
        before=traits_of(job),
        after=traits_of(after.jobs[job.id]),
        reason=reason,
    )
    return [noted]
