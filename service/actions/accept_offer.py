"""Accept an offer: the one moment at which a job gets its courier."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.domain import offer as offers_domain
from service.domain import work as works_domain
from service.domain.errors import OfferTakenError
from service.domain.ids import CourierId, MarketId, OfferId
from service.domain.offer import Offer
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import changes, deployment
from service.store.changes import NOTHING, Changes
from service.store.connection import Connection
from service.store.open_offers import OpenedOffer, settle
from service.store.works import OpenedWork, open_work, work_changes


class Accepted(Struct, frozen=True, kw_only=True):
    """The offer as it is then, and what is to be written."""

    offer: Offer
    changes: Changes


async def accept_offer(
    runtime: Runtime, *, offer_id: OfferId, by: CourierId, market_id: MarketId
) -> Offer:
    """Accept the offer for its courier, when it is its turn; repeating it changes nothing.

    Raises:
        NotFoundError: unknown, or another courier's.
        OfferExpiredError, OfferRevokedError, OfferTakenError: too late, whichever way.
        CapacityExceededError: the courier can no longer carry it.
        InvalidStateTransitionError: the courier has gone off duty.
    """

    async def work(conn: Connection) -> Offer:
        opened = await open_work(conn, courier_id=by, offer_id=offer_id)
        now = (await deployment.read_market_time(conn)).now  # after the locks
        accepted = accept(opened, new_id=runtime.new_id, now=now)
        await changes.save(conn, accepted.changes)
        return accepted.offer

    return await runtime.transact(market_id, work)


def accept(opened: OpenedWork, *, new_id: Callable[[], UUID], now: datetime) -> Accepted:
    """Let the courier take the offer that was opened with the work.

    Raises:
        DomainError: as `accept_offer` says.
    """
    offer, courier = opened.offer, opened.work.courier
    assert offer is not None
    accepted = offers_domain.accept(offer, by=courier.id, now=now)
    if accepted is offer:
        return Accepted(offer=offer, changes=NOTHING)
    taken = [opened.asked[job_id] for job_id in accepted.job_ids if job_id in opened.asked]
    if len(taken) != len(accepted.job_ids) or any(job.offer_id != offer.id for job in taken):
        raise OfferTakenError("a job of the offer is no longer to be had")
    after = works_domain.take(
        opened.work, taken, stop_ids=accepted.stop_ids, bundle_id=accepted.bundle_id, now=now
    )
    offered = OpenedOffer(offer=offer, jobs=tuple(taken))
    settled = settle(offered, accepted, actor=Actor.COURIER, now=now)
    return Accepted(
        offer=accepted,
        changes=settled.changes + work_changes(opened, after, new_id=new_id, now=now),
    )
