"""Accept an offer: the one moment at which a job gets its courier."""

from service.domain import offer as offers_domain
from service.domain import work as works_domain
from service.domain.errors import OfferTakenError
from service.domain.ids import CourierId, MarketId, OfferId
from service.domain.offer import Offer
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import deployment
from service.store.connection import Connection
from service.store.open_offers import OpenedOffer, settle
from service.store.works import open_work, save_work


async def accept_offer(
    runtime: Runtime, *, offer_id: OfferId, by: CourierId, market_id: MarketId
) -> Offer:
    """Accept the offer for its courier; repeating it changes nothing.

    Raises:
        NotFoundError: unknown, or another courier's.
        OfferExpiredError, OfferRevokedError, OfferTakenError: too late, whichever way.
        CapacityExceededError: the courier can no longer carry it.
        InvalidStateTransitionError: the courier has gone off duty.
    """

    async def work(conn: Connection) -> Offer:
        opened = await open_work(conn, courier_id=by, offer_id=offer_id)
        assert opened.offer is not None
        now = (await deployment.read_market_time(conn)).now  # after the locks
        accepted = offers_domain.accept(opened.offer, by=by, now=now)
        if accepted is opened.offer:
            return accepted
        taken = [opened.asked[job_id] for job_id in accepted.job_ids if job_id in opened.asked]
        if len(taken) != len(accepted.job_ids) or any(job.offer_id != offer_id for job in taken):
            raise OfferTakenError("a job of the offer is no longer to be had")
        after = works_domain.take(
            opened.work,
            taken,
            stop_ids=accepted.stop_ids,
            bundle_id=accepted.bundle_id,
            now=now,
        )
        offered = OpenedOffer(offer=opened.offer, jobs=tuple(taken))
        settled = settle(offered, accepted, actor=Actor.COURIER, now=now)
        await save_work(
            conn, opened, after, new_id=runtime.new_id, now=now, besides=settled.changes
        )
        return accepted

    return await runtime.transact(market_id, work)
