"""Each public function runs the query of the same name."""

from datetime import datetime

from msgspec import Struct

from service.domain.facts import TickSummary
from service.domain.ids import MarketId
from service.store.connection import Connection, rows_count, to_structs
from service.store.queries import load

_SQL = load("recorded_ticks")


class RecordedRow(Struct, frozen=True, kw_only=True):
    """A recorded tick as it is kept; the dispatcher knows what is packed."""

    tick_id: int
    at: datetime
    policy_version: int
    packed: bytes
    exact_places: bytes | None  # of couriers without a job, for a day


class SpacedRow(Struct, frozen=True, kw_only=True):
    """One of the recorded ticks of a span, of which there are `found_count` at such distances."""

    tick_id: int
    at: datetime
    packed: bytes
    summary: TickSummary
    found_count: int


async def insert_recorded_tick(
    conn: Connection,
    *,
    tick_id: int,
    market_id: MarketId,
    at: datetime,
    policy_version: int,
    packed: bytes,
    exact_places: bytes,
) -> None:
    await conn.execute(
        _SQL["insert_recorded_tick"], tick_id, market_id, at, policy_version, packed, exact_places
    )


async def list_recorded_ticks(
    conn: Connection,
    *,
    market_id: MarketId,
    from_at: datetime,
    to_at: datetime,
    after_id: int,
    limit_count: int,
) -> list[RecordedRow]:
    rows = await conn.fetch(
        _SQL["list_recorded_ticks"], market_id, from_at, to_at, after_id, limit_count
    )
    return to_structs(rows, RecordedRow)


async def list_spaced_ticks(
    conn: Connection,
    *,
    market_id: MarketId,
    from_at: datetime,
    to_at: datetime,
    every_s: float,
    limit_count: int,
    bytes_max: int,
) -> list[SpacedRow]:
    rows = await conn.fetch(
        _SQL["list_spaced_ticks"], market_id, from_at, to_at, every_s, limit_count, bytes_max
    )
    return to_structs(rows, SpacedRow)


async def forget_exact_places(conn: Connection, *, older_than_s: float, limit_count: int) -> int:
    return rows_count(await conn.execute(_SQL["forget_exact_places"], older_than_s, limit_count))


async def delete_old_ticks(conn: Connection, *, older_than_s: float, limit_count: int) -> int:
    return rows_count(await conn.execute(_SQL["delete_old_ticks"], older_than_s, limit_count))


async def delete_ticks_beyond(
    conn: Connection, *, market_id: MarketId, bytes_max: int, limit_count: int
) -> int:
    return rows_count(
        await conn.execute(_SQL["delete_ticks_beyond"], market_id, bytes_max, limit_count)
    )
