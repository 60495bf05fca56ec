"""Each public function runs the query of the same name; `changes` records new facts."""

from collections.abc import Sequence
from datetime import datetime

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


async def insert_facts(conn: Connection, *, facts: Sequence[Fact]) -> None:
    await conn.execute(_SQL["insert_facts"], facts)


async def read_new_facts(
    conn: Connection, *, market_id: MarketId, limit_count: int
) -> list[RecordedFact]:
    rows = await conn.fetch(_SQL["read_new_facts"], market_id, limit_count)
    return to_structs(rows, RecordedFact)


async def list_facts_of_job(
    conn: Connection, *, job_id: JobId, after_sequence: int, limit_count: int
) -> list[RecordedFact]:
    rows = await conn.fetch(_SQL["list_facts_of_job"], job_id, after_sequence, limit_count)
    return to_structs(rows, RecordedFact)
