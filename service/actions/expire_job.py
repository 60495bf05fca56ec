"""Give up the search for a courier when its limit has passed."""

from service.actions.end_search import step_without_courier
from service.actions.find_job import find_job
from service.domain.ids import ExceptionId, JobId, MarketId
from service.domain.lifecycle import JobStatus, JobStep
from service.domain.vocabulary import Actor, ExceptionKind, ReasonCode, Severity
from service.runtime import Runtime
from service.store import deployment
from service.store.connection import Connection
from service.store.told_exceptions import open_and_tell


async def expire_job(runtime: Runtime, *, job_id: JobId, market_id: MarketId) -> bool:
    """Expire the job and tell ops; return False when it is no longer open, or still in time."""

    async def work(conn: Connection) -> bool:
        job = await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=None)
        now = (await deployment.read_market_time(conn)).now
        if job.status is not JobStatus.OPEN or now < job.search_until:
            return False
        await step_without_courier(
            conn, job, JobStep.EXPIRE, actor=Actor.SYSTEM, reason=ReasonCode.NO_SUPPLY
        )
        await open_and_tell(
            conn,
            exception_id=ExceptionId(runtime.new_id()),
            market_id=market_id,
            kind=ExceptionKind.NO_COURIER,
            severity=Severity.WARNING,
            job_id=job_id,
            courier_id=None,
            now=now,
        )
        return True

    return await runtime.transact(market_id, work)
