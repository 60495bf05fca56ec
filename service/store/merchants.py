"""Each public function runs the query of the same name."""

from datetime import datetime

from msgspec import Struct

from service.domain.ids import MarketId, MerchantId
from service.store.connection import Connection, to_struct_or_none
from service.store.queries import load

_SQL = load("merchants")


class LockedMerchant(Struct, frozen=True, kw_only=True):
    """A merchant whose row is held, whether their market is live, and the real time."""

    id: MerchantId
    market_id: MarketId
    livemode: bool
    now: datetime


class Appearance(Struct, frozen=True, kw_only=True):
    """How a merchant looks on the page of a delivery."""

    name: str
    color: str | None  # null: one of the page's own


async def create_merchant(
    conn: Connection, *, merchant_id: MerchantId, market_id: MarketId, name: str
) -> None:
    await conn.execute(_SQL["create_merchant"], merchant_id, market_id, name)


async def read_appearance(conn: Connection, *, merchant_id: MerchantId) -> Appearance | None:
    row = await conn.fetchrow(_SQL["read_appearance"], merchant_id)
    return to_struct_or_none(row, Appearance)


async def set_color(conn: Connection, *, merchant_id: MerchantId, color: str | None) -> None:
    await conn.execute(_SQL["set_color"], merchant_id, color)


async def lock_merchant(conn: Connection, *, merchant_id: MerchantId) -> LockedMerchant | None:
    row = await conn.fetchrow(_SQL["lock_merchant"], merchant_id)
    return to_struct_or_none(row, LockedMerchant)
