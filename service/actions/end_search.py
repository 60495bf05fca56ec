"""End or pause the search for a courier: cancel, expire or release a job that nobody has yet."""

from datetime import datetime

from service.domain import job as jobs_domain
from service.domain import offer as offers_domain
from service.domain.errors import LockContentionError
from service.domain.job import Job
from service.domain.lifecycle import JobStep
from service.domain.vocabulary import Actor, ReasonCode
from service.store import changes, deployment, jobs
from service.store.changes import Changes, job_changes
from service.store.connection import Connection
from service.store.open_offers import open_offer, save_answer


async def _lock_without_courier(
    conn: Connection, seen: Job, *, answer: str, actor: Actor
) -> tuple[Job, datetime]:
    """Lock a job that no courier has, take back the offer of it, and return it with the time.

    Raises:
        LockContentionError: it is not as it was seen; begin again.
    """
    if seen.offer_id is None:
        await jobs.lock_jobs(conn, job_ids=[seen.id])
        (job,) = await jobs.read_jobs(conn, job_ids=[seen.id])
        now = (await deployment.read_market_time(conn)).now
    else:
        opened = await open_offer(conn, offer_id=seen.offer_id, job_ids=[seen.id])
        now = (await deployment.read_market_time(conn)).now
        revoked = offers_domain.revoke(opened.offer, answer=answer, now=now)
        after = await save_answer(conn, opened, revoked, actor=actor, now=now)
        job = next(job for job in after if job.id == seen.id)
    if (job.status, job.attempt, job.offer_id) != (seen.status, seen.attempt, None):
        raise LockContentionError("the job changed meanwhile")
    return job, now


async def step_without_courier(
    conn: Connection, seen: Job, step: JobStep, *, actor: Actor, reason: ReasonCode | None = None
) -> tuple[Job, Job]:
    """Take a job that no courier has one step on: release, expire or cancel.

    Returns the job as it was found under its lock, and as it is now.

    Raises:
        LockContentionError: it is not as it was seen; begin again.
        InvalidStateTransitionError: the job cannot take this step now.
    """
    answer = "canceled" if step is JobStep.CANCEL else "superseded"
    job, now = await _lock_without_courier(conn, seen, answer=answer, actor=actor)
    after, fact = jobs_domain.step(job, step, actor=actor, now=now, reason=reason)
    await changes.save(conn, job_changes(job, after) + Changes(facts=(fact,)))
    return job, after
