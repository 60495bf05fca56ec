"""Change what is asked of a job by hand, whether somebody has it or nobody."""

from collections.abc import Callable
from datetime import datetime

from msgspec.structs import replace

from service.actions.find_job import find_job
from service.domain.errors import LockContentionError
from service.domain.facts import Fact
from service.domain.ids import JobId, MarketId
from service.domain.job import Job
from service.domain.vocabulary import Actor
from service.domain.work import settle
from service.runtime import Runtime
from service.store import changes, deployment, jobs
from service.store.changes import Changes, job_changes
from service.store.connection import Connection
from service.store.works import open_work_of, save_work

Amend = Callable[[Job, datetime], tuple[Job, Fact] | None]


async def amend_job(
    runtime: Runtime, conn: Connection, *, job_id: JobId, market_id: MarketId, amend: Amend
) -> tuple[Job, Job]:
    """Return the job as it was found under its lock, and as it is now.

    Its courier, if it has one, is told the route anew.

    Args:
        runtime: of the process.
        conn: in a transaction.
        job_id: of a job that may have ended.
        market_id: of the caller.
        amend: returns the job as it is from now on, and the fact to record; None: nothing changes.

    Raises:
        NotFoundError: there is no such job in the market.
        LockContentionError: it changed hands meanwhile; begin again.
    """
    seen = await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=None)
    if seen.courier_id is None or seen.has_ended:
        return await _of_nobody(conn, seen, amend)
    return await _in_hand(runtime, conn, seen, amend)


async def _of_nobody(conn: Connection, seen: Job, amend: Amend) -> tuple[Job, Job]:
    await jobs.lock_jobs(conn, job_ids=[seen.id])
    (job,) = await jobs.read_jobs(conn, job_ids=[seen.id])
    if job.courier_id != seen.courier_id:
        raise LockContentionError("the job changed hands meanwhile")
    amended = amend(job, (await deployment.read_market_time(conn)).now)
    if amended is None:
        return job, job
    after, fact = amended
    await changes.save(conn, job_changes(job, after) + Changes(facts=(fact,)))
    return job, after


async def _in_hand(runtime: Runtime, conn: Connection, seen: Job, amend: Amend) -> tuple[Job, Job]:
    opened = await open_work_of(conn, seen)
    job = opened.work.jobs[seen.id]
    now = (await deployment.read_market_time(conn)).now
    amended = amend(job, now)
    if amended is None:
        return job, job
    after, fact = amended
    changed = replace(
        opened.work,
        jobs={**opened.work.jobs, job.id: after},
        facts=(*opened.work.facts, fact),
    )
    settled = settle(changed, Actor.OPS, now)
    await save_work(conn, opened, settled, new_id=runtime.new_id, now=now)
    return job, settled.jobs[job.id]
