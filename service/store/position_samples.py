"""Positions for the record, copied in bulk."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.ids import CourierId, MarketId
from service.store.connection import Connection, rows_count, to_structs
from service.store.queries import load

_SQL = load("position_samples")


class PositionSample(Struct, frozen=True, kw_only=True):
    market_id: MarketId
    courier_id: CourierId
    at: datetime
    lat_deg: float
    lng_deg: float


async def copy_samples(conn: Connection, samples: Sequence[PositionSample]) -> None:
    """Append the samples by COPY: one statement, whatever their number."""
    await conn.copy_records_to_table(
        "position_sample",
        records=(
            (sample.market_id, sample.courier_id, sample.at, sample.lat_deg, sample.lng_deg)
            for sample in samples
        ),
        columns=("market_id", "courier_id", "at", "lat_deg", "lng_deg"),
    )


async def list_spaced_samples(
    conn: Connection,
    *,
    market_id: MarketId,
    from_at: datetime,
    to_at: datetime,
    every_s: float,
    limit_count: int,
) -> list[PositionSample]:
    """Run the query of the same name; many thousand rows are put into words beside the loop."""
    rows = await conn.fetch(
        _SQL["list_spaced_samples"], market_id, from_at, to_at, every_s, limit_count
    )
    return await asyncio.to_thread(to_structs, rows, PositionSample)


async def list_samples_around(
    conn: Connection, *, courier_id: CourierId, at: datetime
) -> list[PositionSample]:
    """Run the query of the same name."""
    return to_structs(await conn.fetch(_SQL["list_samples_around"], courier_id, at), PositionSample)


async def delete_old_samples(conn: Connection, *, older_than_s: float, limit_count: int) -> int:
    """Run the query of the same name."""
    return rows_count(await conn.execute(_SQL["delete_old_samples"], older_than_s, limit_count))
