"""Expire an offer that nobody answered in time."""

from service.domain import offer as offers_domain
from service.domain.ids import MarketId, OfferId
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import deployment
from service.store.connection import Connection
from service.store.open_offers import open_offer, save_answer


async def expire_offer(runtime: Runtime, *, offer_id: OfferId, market_id: MarketId) -> bool:
    """Expire the offer if its time has run out; return whether it did."""

    async def work(conn: Connection) -> bool:
        opened = await open_offer(conn, offer_id=offer_id)
        now = (await deployment.read_market_time(conn)).now  # after the locks
        expired = offers_domain.expire(opened.offer, now=now)
        await save_answer(conn, opened, expired, actor=Actor.SYSTEM, now=now)
        return expired is not opened.offer

    return await runtime.transact(market_id, work)
