"""Note that couriers' apps have offers, from when on the time to answer runs, or show them."""

from collections.abc import Sequence

from msgspec import Struct

from service.domain import offer as offers_domain
from service.domain.errors import NotFoundError
from service.domain.facts import Fact
from service.domain.ids import CourierId, MarketId, OfferId
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import changes, deployment, offers
from service.store.changes import Changes
from service.store.connection import Connection


class Acknowledgement(Struct, frozen=True, kw_only=True):
    """What an app says of an offer: it has it, or it shows it."""

    offer_id: OfferId
    by: CourierId
    is_shown: bool


async def acknowledge_offers(
    runtime: Runtime, acknowledgements: Sequence[Acknowledgement], *, market_id: MarketId
) -> set[Acknowledgement]:
    """Start the time to answer of all these offers; what is repeated changes nothing.

    A tick makes many offers at once, and their acknowledgements come at once: one transaction does.

    Returns:
        Those whose offer there is, and is that courier's.
    """

    async def work(conn: Connection) -> set[Acknowledgement]:
        ids = sorted({one.offer_id for one in acknowledgements})
        locked = {offer.id: offer for offer in await offers.lock_offers(conn, offer_ids=ids)}
        now = (await deployment.read_market_time(conn)).now  # after the locks
        after, known, told = dict(locked), set[Acknowledgement](), list[Fact]()
        for one in acknowledgements:
            try:
                offer = after[one.offer_id]
                seen = offers_domain.acknowledge(offer, by=one.by, is_shown=one.is_shown, now=now)
            except (KeyError, NotFoundError):
                continue
            known.add(one)
            if seen is not offer:
                after[seen.id] = seen
                told.append(offers_domain.tell(seen, actor=Actor.COURIER, now=now))
        changed = tuple(offer for offer in after.values() if offer is not locked[offer.id])
        await changes.save(conn, Changes(offers=changed, facts=tuple(told)))
        return known

    return await runtime.transact(market_id, work)
