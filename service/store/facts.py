"""Each public function runs the query of the same name; `changes` records new facts."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct, ValidationError

from service.domain.facts import Fact, FactBody, FactType
from service.domain.ids import CourierId, JobId, MarketId, MerchantId, OfferId
from service.domain.vocabulary import Actor
from service.store.connection import Connection, Row, to_known_structs, to_struct, to_structs
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


class TimelineFact(Struct, frozen=True, kw_only=True):
    """A fact with its place in the log, also if it is of another release.

    Its type and its actor may be ones that this release lacks; what it cannot read has no body.
    """

    id: int
    xid: str
    type: str
    market_id: MarketId
    actor: str
    at: datetime
    job_id: JobId | None
    sequence: int | None
    merchant_id: MerchantId | None
    courier_id: CourierId | None
    offer_id: OfferId | None
    body: FactBody | None


class WaitingFact(Struct, frozen=True, kw_only=True):
    """Of a job, the lowest number among some facts."""

    job_id: JobId
    sequence: int


async def insert_facts(conn: Connection, *, facts: Sequence[Fact]) -> None:
    await conn.execute(_SQL["insert_facts"], facts)


async def read_new_facts(
    conn: Connection, *, market_id: MarketId, limit_count: int
) -> list[RecordedFact]:
    rows = await conn.fetch(_SQL["read_new_facts"], market_id, limit_count)
    return to_structs(rows, RecordedFact)


async def list_waiting(
    conn: Connection,
    *,
    job_ids: Sequence[JobId],
    sequences: Sequence[int],
    after_xid: str,
    after_id: int,
) -> list[WaitingFact]:
    rows = await conn.fetch(_SQL["list_waiting"], job_ids, sequences, after_xid, after_id)
    return to_structs(rows, WaitingFact)


async def list_passed(
    conn: Connection,
    *,
    job_ids: Sequence[JobId],
    sequences: Sequence[int],
    before_xid: str,
    before_id: int,
) -> list[RecordedFact]:
    """Without those that this release cannot read."""
    rows = await conn.fetch(_SQL["list_passed"], job_ids, sequences, before_xid, before_id)
    return to_known_structs(rows, RecordedFact)


async def list_facts_of_job(
    conn: Connection, *, job_id: JobId, after_sequence: int, limit_count: int
) -> list[TimelineFact]:
    rows = await conn.fetch(_SQL["list_facts_of_job"], job_id, after_sequence, limit_count)
    return [_timeline_fact(row) for row in rows]


def _timeline_fact(row: Row) -> TimelineFact:
    try:
        return to_struct(row, TimelineFact)
    except ValidationError:
        return to_struct({**row, "body": None}, TimelineFact)
