"""Reads what the messages of a batch say beyond its facts."""

from collections.abc import Iterable, Sequence

from service.domain.facts import FactType, MessageSnapshot
from service.domain.ids import CourierId, MarketId
from service.domain.work import Work
from service.relay.project import Context
from service.runtime import Runtime, read_market
from service.store import couriers, jobs, messages, offers, ticks
from service.store.connection import Connection
from service.store.facts import RecordedFact


async def read_context(
    conn: Connection, runtime: Runtime, market_id: MarketId, facts: Sequence[RecordedFact]
) -> Context:
    """Return the rows as they are now, which is at the facts or later: then more facts follow."""
    market = await read_market(conn, market_id)
    made = {fact.offer_id for fact in facts if fact.type is FactType.OFFER_MADE}
    offer_ids = [offer_id for offer_id in made if offer_id is not None]
    found = await offers.read_offers(conn, offer_ids=offer_ids) if offer_ids else []
    decided = await ticks.read_decisions(conn, offer_ids=offer_ids) if offer_ids else []
    moved = {fact.courier_id for fact in facts if fact.type is FactType.COURIER_ROUTE_CHANGED}
    works = await _read_works(conn, (courier for courier in moved if courier is not None))
    sent = [fact.body.id for fact in facts if isinstance(fact.body, MessageSnapshot)]
    said = await messages.read_messages(conn, message_ids=sent) if sent else []
    return Context(
        offers={offer.id: offer for offer in found},
        reasons={decision.offer_id: decision.reasons for decision in decided},
        works={work.courier.id: work for work in works},
        messages={message.id: message for message in said},
        policy=market.policy,
        time_scale=runtime.clock.time_scale,
        livemode=market.livemode,
    )


async def _read_works(conn: Connection, courier_ids: Iterable[CourierId]) -> list[Work]:
    ids = sorted(courier_ids)
    if not ids:
        return []
    in_hand = await jobs.list_live_jobs_of_couriers(conn, courier_ids=ids)
    return [
        Work(courier=courier, jobs={job.id: job for job in in_hand if job.courier_id == courier.id})
        for courier in await couriers.read_couriers(conn, courier_ids=ids)
    ]
