"""Open a scheduled job when its time has come."""

from service.actions.end_search import step_without_courier
from service.actions.find_job import find_job
from service.domain.ids import JobId, MarketId
from service.domain.lifecycle import JobStatus, JobStep
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store.connection import Connection


async def release_job(runtime: Runtime, *, job_id: JobId, market_id: MarketId) -> bool:
    """Open the job; return False when it is no longer scheduled."""

    async def work(conn: Connection) -> bool:
        job = await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=None)
        if job.status is not JobStatus.SCHEDULED:
            return False
        await step_without_courier(conn, job, JobStep.RELEASE, actor=Actor.SYSTEM)
        return True

    return await runtime.transact(market_id, work)
