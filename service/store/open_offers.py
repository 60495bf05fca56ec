"""An offer and the jobs under it change together: made, answered, expired or taken back."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from service.domain import offer as offers_domain
from service.domain.errors import NotFoundError
from service.domain.ids import JobId, OfferId
from service.domain.job import Job
from service.domain.lifecycle import (
    BUNDLE_LIFECYCLE,
    BundleStatus,
    BundleStep,
    OfferStatus,
    next_status,
)
from service.domain.offer import Offer
from service.domain.vocabulary import Actor
from service.store import changes, jobs, offers
from service.store.changes import NOTHING, BundleRow, Changes
from service.store.connection import Connection


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
    told = tuple(offers_domain.tell(offer, actor=actor, now=offer.created_at) for offer in made)
    await changes.save(conn, Changes(facts=told))


class Settled(Struct, frozen=True, kw_only=True):
    """What an answer to an offer changes, and its jobs as they are then."""

    changes: Changes
    jobs: tuple[Job, ...]


def settle(opened: OpenedOffer, after: Offer, *, actor: Actor, now: datetime) -> Settled:
    """Return what to write of an offer that has changed; unless accepted, it lets go of its jobs.

    Nothing is to be written when it is the same offer.
    """
    if after is opened.offer:
        return Settled(changes=NOTHING, jobs=opened.jobs)
    told = offers_domain.tell(after, actor=actor, now=now)
    written = Changes(offers=(after,), bundles=_bundle_of(after), facts=(told,))
    if after.is_open or after.status is OfferStatus.ACCEPTED:
        return Settled(changes=written, jobs=opened.jobs)
    let_go = tuple(
        replace(job, offer_id=None, version=job.version + 1)
        for job in opened.jobs
        if job.offer_id == after.id
    )
    others = tuple(job for job in opened.jobs if job.offer_id != after.id)
    return Settled(changes=written + Changes(jobs=let_go), jobs=others + let_go)


def _bundle_of(offer: Offer) -> tuple[BundleRow, ...]:
    if offer.bundle_id is None or offer.is_open:
        return ()
    step = BundleStep.ACTIVATE if offer.status is OfferStatus.ACCEPTED else BundleStep.DISSOLVE
    status = next_status("bundle", BUNDLE_LIFECYCLE, BundleStatus.OFFERED, step)
    return (BundleRow(id=offer.bundle_id, market_id=offer.market_id, status=status),)


async def save_answer(
    conn: Connection, opened: OpenedOffer, after: Offer, *, actor: Actor, now: datetime
) -> tuple[Job, ...]:
    """Write what an answer changes, and record the fact; return the jobs as they are then."""
    settled = settle(opened, after, actor=actor, now=now)
    await changes.save(conn, settled.changes)
    return settled.jobs
