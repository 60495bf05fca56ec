"""Each public function runs the query of the same name; `record` writes facts in order."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.domain.facts import Fact, FactBody, FactType
from service.domain.ids import CourierId, JobId, MarketId, MerchantId, OfferId
from service.domain.vocabulary import Actor
from service.store.connection import Connection, to_structs
from service.store.queries import load

_SQL = load("facts")


class RecordedFact(Struct, frozen=True, kw_only=True):
    """A fact with its place in the log."""

    id: int
    xid: str
    type: FactType
    market_id: MarketId
    actor: Actor
    at: datetime
    job_id: JobId | None
    sequence: int | None
    merchant_id: MerchantId | None
    courier_id: CourierId | None
    offer_id: OfferId | None
    body: FactBody


async def record(conn: Connection, facts: Sequence[Fact]) -> None:
    """Record the facts, in order, in the transaction that decided them."""
    if not facts:
        return
    await record_facts(
        conn,
        types=[fact.type for fact in facts],
        market_ids=[fact.market_id for fact in facts],
        actors=[fact.actor for fact in facts],
        ats=[fact.at for fact in facts],
        job_ids=[fact.job_id for fact in facts],
        sequences=[fact.sequence for fact in facts],
        merchant_ids=[fact.merchant_id for fact in facts],
        courier_ids=[fact.courier_id for fact in facts],
        offer_ids=[fact.offer_id for fact in facts],
        bodies=[fact.body for fact in facts],
    )


async def record_facts(
    conn: Connection,
    *,
    types: Sequence[str],
    market_ids: Sequence[str],
    actors: Sequence[Actor],
    ats: Sequence[datetime],
    job_ids: Sequence[UUID | None],
    sequences: Sequence[int | None],
    merchant_ids: Sequence[UUID | None],
    courier_ids: Sequence[UUID | None],
    offer_ids: Sequence[UUID | None],
    bodies: Sequence[FactBody],
) -> None:
    await conn.execute(
        _SQL["record_facts"],
        types,
        market_ids,
        actors,
        ats,
        job_ids,
        sequences,
        merchant_ids,
        courier_ids,
        offer_ids,
        bodies,
    )


async def read_facts_after(
    conn: Connection, *, market_id: MarketId, xid: str, after_id: int, limit_count: int
) -> list[RecordedFact]:
    rows = await conn.fetch(_SQL["read_facts_after"], market_id, xid, after_id, limit_count)
    return to_structs(rows, RecordedFact)


async def list_facts_of_job(
    conn: Connection, *, job_id: JobId, after_sequence: int, limit_count: int
) -> list[RecordedFact]:
    rows = await conn.fetch(_SQL["list_facts_of_job"], job_id, after_sequence, limit_count)
    return to_structs(rows, RecordedFact)
