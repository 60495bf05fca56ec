"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.facts import TickSummary
from service.domain.ids import MarketId, OfferId
from service.store.connection import Connection, to_struct, to_struct_or_none, to_structs
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


async def read_decision(
    conn: Connection, *, offer_id: OfferId, market_id: MarketId
) -> Decision | None:
    row = await conn.fetchrow(_SQL["read_decision"], offer_id, market_id)
    return to_struct_or_none(row, Decision)


async def read_decisions(conn: Connection, *, offer_ids: Sequence[OfferId]) -> list[Decision]:
    return to_structs(await conn.fetch(_SQL["read_decisions"], offer_ids), Decision)


async def delete_old_decisions(conn: Connection, *, older_than_s: float, limit_count: int) -> None:
    await conn.execute(_SQL["delete_old_decisions"], older_than_s, limit_count)


async def delete_old_ticks(conn: Connection, *, older_than_s: float, limit_count: int) -> None:
    await conn.execute(_SQL["delete_old_ticks"], older_than_s, limit_count)
