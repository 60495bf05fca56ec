"""Each public function runs the query of the same name."""

from datetime import datetime

from msgspec import Struct

from service.domain.ids import MarketId
from service.domain.market import Market
from service.domain.policy import Policy
from service.store.connection import Connection, to_struct_or_none, to_structs
from service.store.queries import load

_SQL = load("markets")


class MarketKey(Struct, frozen=True, kw_only=True):
    id: MarketId


class MarketAtWork(Market, frozen=True, kw_only=True):
    """A market, and the time there."""

    now: datetime


class Changed(Struct, frozen=True, kw_only=True):
    is_changed: bool


async def create_market(
    conn: Connection,
    *,
    market_id: MarketId,
    name: str,
    currency: str,
    timezone: str,
    center_lat_deg: float,
    center_lng_deg: float,
    service_radius_m: float,
    policy: Policy,
    livemode: bool,
) -> None:
    await conn.execute(
        _SQL["create_market"],
        market_id,
        name,
        currency,
        timezone,
        center_lat_deg,
        center_lng_deg,
        service_radius_m,
        policy,
        livemode,
    )


async def read_market(conn: Connection, *, market_id: MarketId) -> Market | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["read_market"], market_id), Market)


async def read_market_at_work(conn: Connection, *, market_id: MarketId) -> MarketAtWork | None:
    row = await conn.fetchrow(_SQL["read_market_at_work"], market_id)
    return to_struct_or_none(row, MarketAtWork)


async def list_market_ids(conn: Connection) -> list[MarketKey]:
    return to_structs(await conn.fetch(_SQL["list_market_ids"]), MarketKey)


async def set_paused(conn: Connection, *, market_id: MarketId, is_paused: bool) -> Changed | None:
    row = await conn.fetchrow(_SQL["set_paused"], market_id, is_paused)
    return to_struct_or_none(row, Changed)
