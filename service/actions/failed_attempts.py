"""Parcels that could not be delivered: each opens an exception, for ops to decide."""

from datetime import datetime, timedelta

from service.domain.ids import ExceptionId, JobId
from service.domain.lifecycle import JobStatus
from service.domain.trouble import DECIDED_WITHIN_S
from service.domain.vocabulary import ExceptionKind, Severity
from service.domain.work import Work
from service.runtime import Runtime
from service.store.connection import Connection
from service.store.told_exceptions import open_and_tell


async def tell_failed_attempts(
    conn: Connection, runtime: Runtime, *, before: Work, after: Work, now: datetime
) -> None:
    """Open an exception for each job that has become undeliverable."""
    for job_id in _undeliverable(before, after):
        await open_and_tell(
            conn,
            exception_id=ExceptionId(runtime.new_id()),
            market_id=after.courier.market_id,
            kind=ExceptionKind.ATTEMPT_FAILED,
            severity=Severity.CRITICAL,
            job_id=job_id,
            courier_id=None,
            due_at=now + timedelta(seconds=DECIDED_WITHIN_S),
            now=now,
        )


def _undeliverable(before: Work, after: Work) -> list[JobId]:
    return [
        job.id
        for job in after.live_jobs
        if job.status is JobStatus.UNDELIVERABLE
        and before.jobs[job.id].status is not JobStatus.UNDELIVERABLE
    ]
