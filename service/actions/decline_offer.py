"""Decline an offer: its jobs go elsewhere at once, and nothing is held against the courier."""

from service.domain import offer as offers_domain
from service.domain.ids import CourierId, MarketId, OfferId
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import deployment
from service.store.connection import Connection
from service.store.open_offers import open_offer, save_answer


async def decline_offer(
    runtime: Runtime, *, offer_id: OfferId, by: CourierId, market_id: MarketId, answer: str
) -> None:
    """Decline the offer for its courier; repeating it changes nothing.

    Raises:
        NotFoundError: unknown, or another courier's.
        OfferExpiredError, OfferRevokedError, OfferTakenError: too late, whichever way.
    """

    async def work(conn: Connection) -> None:
        opened = await open_offer(conn, offer_id=offer_id)
        now = (await deployment.read_market_time(conn)).now  # after the locks
        declined = offers_domain.decline(opened.offer, by=by, answer=answer, now=now)
        await save_answer(conn, opened, declined, actor=Actor.COURIER, now=now)

    await runtime.transact(market_id, work)
