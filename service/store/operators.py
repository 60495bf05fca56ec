"""Each public function runs the query of the same name."""

from service.domain.ids import MarketId, OperatorId
from service.store.connection import Connection
from service.store.queries import load

_SQL = load("operators")


async def create_operator(
    conn: Connection, *, operator_id: OperatorId, market_id: MarketId, name: str
) -> None:
    await conn.execute(_SQL["create_operator"], operator_id, market_id, name)
