"""Take back an offer that was made by hand, while nobody has answered it."""

from service.domain import offer as offers_domain
from service.domain.audit_log import AuditAction, AuditEntry, Origin
from service.domain.errors import InvalidStateTransitionError, NotFoundError
from service.domain.ids import MarketId, OfferId
from service.domain.lifecycle import OfferMode
from service.domain.offer import Offer
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import audit_log, deployment
from service.store.connection import Connection
from service.store.open_offers import open_offer, save_answer


async def withdraw_offer(
    runtime: Runtime, *, offer_id: OfferId, market_id: MarketId, origin: Origin
) -> Offer:
    """Withdraw the offer; its job waits for the matching again.

    Raises:
        NotFoundError: there is no such offer in the market.
        InvalidStateTransitionError: it is answered, or over, or was made by the matching.
    """

    async def work(conn: Connection) -> Offer:
        opened = await open_offer(conn, offer_id=offer_id)
        offer = opened.offer
        if offer.market_id != market_id:
            raise NotFoundError("there is no such offer")
        now = (await deployment.read_market_time(conn)).now
        if offer.mode is not OfferMode.DIRECT or not offer.is_open or now >= offer.expires_at:
            raise InvalidStateTransitionError("offer", offer.status, "be withdrawn")
        after = offers_domain.revoke(offer, answer="withdrawn", now=now)
        await save_answer(conn, opened, after, actor=Actor.OPS, now=now)
        entry = AuditEntry(
            market_id=market_id,
            origin=origin,
            action=AuditAction.WITHDRAW_OFFER,
            subject=f"job:{offer.job_ids[0]}",
            before={"offer_id": str(offer.id), "courier_id": str(offer.courier_id)},
            after={"offer_id": None},
        )
        await audit_log.append(conn, entry)
        return after

    return await runtime.transact(market_id, work)
