"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.facts import TickSummary
from service.domain.ids import CourierId, JobId, MarketId, OfferId
from service.domain.lifecycle import OfferMode, OfferStatus
from service.domain.pricing import Pay
from service.domain.vocabulary import Outcome
from service.store.connection import (
    Connection,
    rows_count,
    to_struct,
    to_struct_or_none,
    to_structs,
)
from service.store.queries import load

_SQL = load("ticks")


class TickKey(Struct, frozen=True, kw_only=True):
    id: int


class Decision(Struct, frozen=True, kw_only=True):
    """Why an offer was made; `reasons` is the dispatcher's record as JSON."""

    offer_id: OfferId
    tick_id: int
    at: datetime
    reasons: dict[str, object]


class JobDecision(Struct, frozen=True, kw_only=True):
    """What was decided about a job: an offer, or that it stays open."""

    id: int
    at: datetime
    tick_id: int
    outcome: Outcome
    offer_id: OfferId | None
    courier_id: CourierId | None
    status: OfferStatus | None  # of the offer, by now
    reasons: dict[str, object]


class CourierDecision(Struct, frozen=True, kw_only=True):
    """An offer made to a courier, and why; ops give no reasons."""

    offer_id: OfferId
    created_at: datetime
    mode: OfferMode
    status: OfferStatus
    answer: str | None
    answered_at: datetime | None
    jobs_count: int
    pay: Pay
    policy_version: int
    reasons: dict[str, object] | None


async def insert_tick(
    conn: Connection,
    *,
    market_id: MarketId,
    at: datetime,
    policy_version: int,
    dispatch_epoch: int,
    summary: TickSummary,
) -> TickKey:
    (row,) = await conn.fetch(
        _SQL["insert_tick"], market_id, at, policy_version, dispatch_epoch, summary
    )
    return to_struct(row, TickKey)


async def insert_decisions(
    conn: Connection,
    *,
    offer_ids: Sequence[OfferId],
    tick_ids: Sequence[int],
    ats: Sequence[datetime],
    reasons: Sequence[Struct],
) -> None:
    await conn.execute(_SQL["insert_decisions"], offer_ids, tick_ids, ats, reasons)


async def insert_open_decisions(
    conn: Connection,
    *,
    tick_id: int,
    at: datetime,
    job_ids: Sequence[JobId],
    outcomes: Sequence[Outcome],
    reasons: Sequence[Struct],
) -> None:
    await conn.execute(_SQL["insert_open_decisions"], tick_id, at, job_ids, outcomes, reasons)


async def read_decision(
    conn: Connection, *, offer_id: OfferId, market_id: MarketId
) -> Decision | None:
    row = await conn.fetchrow(_SQL["read_decision"], offer_id, market_id)
    return to_struct_or_none(row, Decision)


async def read_decisions(conn: Connection, *, offer_ids: Sequence[OfferId]) -> list[Decision]:
    return to_structs(await conn.fetch(_SQL["read_decisions"], offer_ids), Decision)


async def list_decisions_of_job(
    conn: Connection, *, job_id: JobId, before_id: int | None, limit_count: int
) -> list[JobDecision]:
    rows = await conn.fetch(_SQL["list_decisions_of_job"], job_id, before_id, limit_count)
    return to_structs(rows, JobDecision)


async def list_decisions_of_courier(
    conn: Connection, *, courier_id: CourierId, before_id: OfferId | None, limit_count: int
) -> list[CourierDecision]:
    rows = await conn.fetch(_SQL["list_decisions_of_courier"], courier_id, before_id, limit_count)
    return to_structs(rows, CourierDecision)


async def delete_old_decisions(conn: Connection, *, older_than_s: float, limit_count: int) -> int:
    return rows_count(await conn.execute(_SQL["delete_old_decisions"], older_than_s, limit_count))


async def delete_old_ticks(conn: Connection, *, older_than_s: float, limit_count: int) -> int:
    return rows_count(await conn.execute(_SQL["delete_old_ticks"], older_than_s, limit_count))
