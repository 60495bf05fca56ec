"""Find the job that an action is about, and check whose it is."""

from service.domain.errors import NotFoundError
from service.domain.ids import JobId, MarketId, MerchantId
from service.domain.job import Job
from service.store import jobs
from service.store.connection import Connection


async def find_job(
    conn: Connection, *, job_id: JobId, market_id: MarketId, merchant_id: MerchantId | None
) -> Job:
    """Return the job if it is this merchant's, or, without a merchant, this market's.

    Raises:
        NotFoundError: there is none, or it is another's.
    """
    if merchant_id is not None:
        job = await jobs.read_job_of_merchant(conn, job_id=job_id, merchant_id=merchant_id)
    else:
        job = await jobs.read_job_of_market(conn, job_id=job_id, market_id=market_id)
    if job is None:
        raise NotFoundError("there is no such job")
    return job
