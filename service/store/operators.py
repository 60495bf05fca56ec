"""Each public function runs the query of the same name."""

from datetime import datetime

from msgspec import Struct

from service.domain.ids import MarketId, OperatorId
from service.domain.vocabulary import OperatorRole
from service.store.connection import Connection, rows_count, to_struct_or_none, to_structs
from service.store.queries import load

_SQL = load("operators")


class Operator(Struct, frozen=True, kw_only=True):
    id: OperatorId
    market_id: MarketId
    name: str
    role: OperatorRole
    disabled_at: datetime | None


class OperatorMarket(Struct, frozen=True, kw_only=True):
    """A market that an operator looks after, and the role there."""

    market_id: MarketId
    name: str
    role: OperatorRole


async def create_operator(
    conn: Connection, *, operator_id: OperatorId, market_id: MarketId, name: str, role: OperatorRole
) -> None:
    await conn.execute(_SQL["create_operator"], operator_id, market_id, name, role)


async def read_operator(conn: Connection, *, operator_id: OperatorId) -> Operator | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["read_operator"], operator_id), Operator)


async def set_role(
    conn: Connection, *, operator_id: OperatorId, role: OperatorRole
) -> Operator | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["set_role"], operator_id, role), Operator)


async def disable_operator(conn: Connection, *, operator_id: OperatorId) -> Operator | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["disable_operator"], operator_id), Operator)


async def admit_operator(
    conn: Connection, *, operator_id: OperatorId, market_id: MarketId, role: OperatorRole
) -> None:
    await conn.execute(_SQL["admit_operator"], operator_id, market_id, role)


async def withdraw_operator(
    conn: Connection, *, operator_id: OperatorId, market_id: MarketId
) -> int:
    return rows_count(await conn.execute(_SQL["withdraw_operator"], operator_id, market_id))


async def list_operator_markets(
    conn: Connection, *, operator_id: OperatorId
) -> list[OperatorMarket]:
    rows = await conn.fetch(_SQL["list_operator_markets"], operator_id)
    return to_structs(rows, OperatorMarket)
