"""Each public function runs the query of the same name."""

from datetime import datetime

from msgspec import Struct

from service.domain.ids import MarketId
from service.store.connection import Connection, to_structs
from service.store.queries import load

_SQL = load("demand")


class OpenedJob(Struct, frozen=True, kw_only=True):
    """Where a job is picked up, and when it was last opened."""

    lat_deg: float
    lng_deg: float
    opened_at: datetime


async def list_opened(
    conn: Connection,
    *,
    market_id: MarketId,
    since: datetime,
    until: datetime,
    limit_count: int,
) -> list[OpenedJob]:
    rows = await conn.fetch(_SQL["list_opened"], market_id, since, until, limit_count)
    return to_structs(rows, OpenedJob)
