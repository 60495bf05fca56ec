"""An offer and the jobs under it change together: made, answered, expired or taken back."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from service.domain import offer as offers_domain
from service.domain.errors import NotFoundError
from service.domain.ids import JobId, OfferId
from service.domain.job import Job
from service.domain.lifecycle import BundleStatus, BundleStep, OfferStatus
from service.domain.offer import Offer
from service.domain.vocabulary import Actor
from service.store import facts, jobs, offers
from service.store.connection import Connection
from service.store.works import save_job, step_bundle


class OpenedOffer(Struct, frozen=True, kw_only=True):
    offer: Offer
    jobs: tuple[Job, ...]  # those offered, and those that were asked for besides

    def job(self, job_id: JobId) -> Job:
        return next(job for job in self.jobs if job.id == job_id)


async def open_offer(
    conn: Connection, *, offer_id: OfferId, job_ids: Sequence[JobId] = ()
) -> OpenedOffer:
    """Lock and read an offer with its jobs: jobs by id first, then the offer.

    Raises:
        NotFoundError: there is no such offer.
    """
    seen = await offers.read_offer(conn, offer_id=offer_id)
    if seen is None:
        raise NotFoundError("there is no such offer")
    wanted = sorted({*seen.job_ids, *job_ids})
    await jobs.lock_jobs(conn, job_ids=wanted)
    offer = await offers.lock_offer(conn, offer_id=offer_id)
    assert offer is not None  # offers are never deleted
    return OpenedOffer(offer=offer, jobs=tuple(await jobs.read_jobs(conn, job_ids=wanted)))


async def save_new(conn: Connection, made: Sequence[Offer], *, actor: Actor) -> None:
    """Write new offers of locked jobs in few statements, put the jobs under them, and record it."""
    await offers.insert_offers(conn, offers=made)
    await facts.record(
        conn, [offers_domain.tell(offer, actor=actor, now=offer.created_at) for offer in made]
    )


async def save_answer(
    conn: Connection, opened: OpenedOffer, after: Offer, *, actor: Actor, now: datetime
) -> tuple[Job, ...]:
    """Write the offer's new status, free its jobs unless it was accepted, and record the fact.

    Returns the jobs as they are then.
    """
    if after is opened.offer:
        return opened.jobs
    await offers.save_offer(
        conn,
        offer_id=after.id,
        status=after.status,
        acknowledged_at=after.acknowledged_at,
        seen_at=after.seen_at,
        answered_at=after.answered_at,
        expires_at=after.expires_at,
        answer=after.answer,
    )
    await facts.record(conn, [offers_domain.tell(after, actor=actor, now=now)])
    if after.is_open:
        return opened.jobs
    if after.bundle_id is not None:
        step = BundleStep.ACTIVATE if after.status is OfferStatus.ACCEPTED else BundleStep.DISSOLVE
        await step_bundle(conn, after.bundle_id, BundleStatus.OFFERED, step)
    if after.status is OfferStatus.ACCEPTED:
        return opened.jobs
    freed: list[Job] = []
    for job in opened.jobs:
        if job.offer_id == after.id:
            free = replace(job, offer_id=None, version=job.version + 1)
            await save_job(conn, job, free)
            freed.append(free)
        else:
            freed.append(job)
    return tuple(freed)
