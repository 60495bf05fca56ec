"""Report that a stop cannot be done."""

from service.domain import work as works_domain
from service.domain.ids import CourierId, ExceptionId, JobId, MarketId, StopId
from service.domain.lifecycle import JobStatus
from service.domain.vocabulary import ExceptionKind, ReasonCode, Severity
from service.domain.work import Work
from service.runtime import Runtime
from service.store import deployment
from service.store.connection import Connection
from service.store.told_exceptions import open_and_tell
from service.store.works import open_work, save_work


async def fail_stop(
    runtime: Runtime,
    *,
    courier_id: CourierId,
    market_id: MarketId,
    stop_id: StopId,
    reason: ReasonCode,
) -> None:
    """Fail the stop: a pickup frees the job, a drop-off asks ops what to do with the parcel.

    Raises:
        NotFoundError, InvalidStateTransitionError: as `work.fail` says.
    """

    async def work(conn: Connection) -> None:
        opened = await open_work(conn, courier_id=courier_id)
        now = (await deployment.read_market_time(conn)).now
        after = works_domain.fail(opened.work, stop_id, reason=reason, now=now)
        await save_work(conn, opened, after, new_id=runtime.new_id, now=now)
        for job_id in _undeliverable(opened.work, after):
            await open_and_tell(
                conn,
                exception_id=ExceptionId(runtime.new_id()),
                market_id=market_id,
                kind=ExceptionKind.ATTEMPT_FAILED,
                severity=Severity.CRITICAL,
                job_id=job_id,
                courier_id=None,
                now=now,
            )

    await runtime.transact(market_id, work)


def _undeliverable(before: Work, after: Work) -> list[JobId]:
    return [
        job.id
        for job in after.live_jobs
        if job.status is JobStatus.UNDELIVERABLE
        and before.jobs[job.id].status is not JobStatus.UNDELIVERABLE
    ]
