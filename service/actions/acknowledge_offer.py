"""Note that the courier's app has an offer, from when on the time to answer runs, or shows it."""

from service.domain import offer as offers_domain
from service.domain.errors import NotFoundError
from service.domain.ids import CourierId, MarketId, OfferId
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import deployment, offers
from service.store.connection import Connection
from service.store.open_offers import OpenedOffer, save_answer


async def acknowledge_offer(
    runtime: Runtime,
    *,
    offer_id: OfferId,
    by: CourierId,
    market_id: MarketId,
    is_shown: bool,
) -> None:
    """Start the time to answer; a repeated acknowledgement changes nothing.

    Raises:
        NotFoundError: there is no such offer, or it is another courier's.
    """

    async def work(conn: Connection) -> None:
        offer = await offers.lock_offer(conn, offer_id=offer_id)
        if offer is None:
            raise NotFoundError("there is no such offer")
        now = (await deployment.read_market_time(conn)).now
        seen = offers_domain.acknowledge(offer, by=by, is_shown=is_shown, now=now)
        opened = OpenedOffer(offer=offer, jobs=())
        await save_answer(conn, opened, seen, actor=Actor.COURIER, now=now)

    await runtime.transact(market_id, work)
