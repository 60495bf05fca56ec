"""Each public function runs the query of the same name."""

from msgspec import Struct

from service.domain.ids import MarketId, MerchantId
from service.store.connection import Connection, to_struct_or_none
from service.store.queries import load

_SQL = load("merchants")


class MerchantKey(Struct, frozen=True, kw_only=True):
    id: MerchantId


async def create_merchant(
    conn: Connection, *, merchant_id: MerchantId, market_id: MarketId, name: str
) -> None:
    await conn.execute(_SQL["create_merchant"], merchant_id, market_id, name)


async def lock_merchant(conn: Connection, *, merchant_id: MerchantId) -> MerchantKey | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["lock_merchant"], merchant_id), MerchantKey)
