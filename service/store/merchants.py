"""Each public function runs the query of the same name."""

from service.domain.ids import MarketId, MerchantId
from service.store.connection import Connection
from service.store.queries import load

_SQL = load("merchants")


async def create_merchant(
    conn: Connection, *, merchant_id: MerchantId, market_id: MarketId, name: str
) -> None:
    await conn.execute(_SQL["create_merchant"], merchant_id, market_id, name)
