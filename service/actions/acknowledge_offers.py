"""Note that couriers' apps have offers, from when on the time to answer runs, or show them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from service.domain import offer as offers_domain
from service.domain.errors import DomainError, LockContentionError, NotFoundError
from service.domain.facts import Fact
from service.domain.ids import CourierId, MarketId, OfferId
from service.domain.offer import Offer
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
) -> dict[Acknowledgement, DomainError]:
    """Start the time to answer of all these offers; what is repeated changes nothing.

    A tick makes many offers at once, and their acknowledgements come at once: one transaction does.

    Returns:
        Those that are refused, and why: `NotFoundError` if there is no such offer or it is another
        courier's, `LockContentionError` if somebody holds the offer just now. The rest are noted.
    """

    async def work(conn: Connection) -> dict[Acknowledgement, DomainError]:
        ids = sorted({one.offer_id for one in acknowledgements})
        locked = {offer.id: offer for offer in await offers.lock_free_offers(conn, offer_ids=ids)}
        missing = await _refusals(conn, [id_ for id_ in ids if id_ not in locked])
        now = (await deployment.read_market_time(conn)).now  # after the locks
        decided, refused = _decide(acknowledgements, locked, missing, now=now)
        await changes.save(conn, decided)
        return refused

    return await runtime.transact(market_id, work)


async def _refusals(conn: Connection, offer_ids: Sequence[OfferId]) -> dict[OfferId, DomainError]:
    """Return why each of these could not be locked: it is not there, or somebody holds it."""
    refusals: dict[OfferId, DomainError] = {
        id_: NotFoundError("there is no such offer") for id_ in offer_ids
    }
    if offer_ids:
        for offer in await offers.read_offers(conn, offer_ids=offer_ids):
            refusals[offer.id] = LockContentionError("others are changing the offer")
    return refusals


def _decide(
    acknowledgements: Sequence[Acknowledgement],
    locked: Mapping[OfferId, Offer],
    missing: Mapping[OfferId, DomainError],
    *,
    now: datetime,
) -> tuple[Changes, dict[Acknowledgement, DomainError]]:
    """Return what to write, and which acknowledgements are refused."""
    after, facts, refused = dict(locked), list[Fact](), dict[Acknowledgement, DomainError]()
    for one in acknowledgements:
        offer = after.get(one.offer_id)
        if offer is None:
            refused[one] = missing[one.offer_id]
            continue
        try:
            seen = offers_domain.acknowledge(offer, by=one.by, is_shown=one.is_shown, now=now)
        except DomainError as error:
            refused[one] = error
            continue
        if seen is not offer:
            after[seen.id] = seen
            facts.append(offers_domain.tell(seen, actor=Actor.COURIER, now=now))
    changed = tuple(offer for offer in after.values() if offer is not locked[offer.id])
    return Changes(offers=changed, facts=tuple(facts)), refused
