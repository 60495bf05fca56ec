"""Take what a recipient says of the delivery to the drop-off, where the courier reads it."""

from collections.abc import Callable

from service.domain import work as works_domain
from service.domain.errors import LockContentionError
from service.domain.ids import JobId, MarketId
from service.domain.job import Job
from service.domain.recipient_data import sealed_wish
from service.domain.recipient_wish import RecipientWish, check_in_time, wished
from service.runtime import Runtime
from service.store import changes, deployment, jobs
from service.store.changes import job_changes
from service.store.connection import Connection
from service.store.works import open_work_of, save_work


async def wish_as_recipient(
    runtime: Runtime, *, job_id: JobId, market_id: MarketId, wish: RecipientWish
) -> None:
    """Put the wish in the place of the one before; who has the job is told at once.

    Raises:
        InvalidStateTransitionError: the leg to the drop-off has begun.
        LockContentionError: the job changed hands each time it was looked at.
    """

    async def work(conn: Connection) -> None:
        (seen,) = await jobs.read_jobs(conn, job_ids=[job_id])
        check_in_time(seen)
        if seen.courier_id is None:
            await _before_there_is_a_courier(conn, job_id, sealed)
            return
        opened = await open_work_of(conn, seen)
        now = (await deployment.read_market_time(conn)).now
        after = works_domain.wish(opened.work, job_id, sealed(opened.work.jobs[job_id]), now=now)
        if after is not opened.work:
            await save_work(conn, opened, after, new_id=runtime.new_id, now=now)

    def sealed(job: Job) -> RecipientWish:
        """Seal it as one of a job that is locked, which nobody seals anew meanwhile."""
        at = max(runtime.clock.now(), job.created_at)  # never before what is looked at by shredders
        return sealed_wish(wish, job, runtime.recipient_keys, at=at)

    await runtime.transact(market_id, work)


async def _before_there_is_a_courier(
    conn: Connection, job_id: JobId, sealed: Callable[[Job], RecipientWish]
) -> None:
    await jobs.lock_jobs(conn, job_ids=[job_id])
    (job,) = await jobs.read_jobs(conn, job_ids=[job_id])
    if job.courier_id is not None:
        raise LockContentionError("the job found a courier meanwhile")
    after = wished(job, sealed(job))
    if after is not job:
        await changes.save(conn, job_changes(job, after))
