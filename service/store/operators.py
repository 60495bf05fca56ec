"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.four_eyes import Hand
from service.domain.ids import MarketId, OperatorId
from service.domain.vocabulary import OperatorRole
from service.store.connection import (
    Connection,
    to_struct,
    to_struct_or_none,
    to_structs,
)
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


class Colleague(Struct, frozen=True, kw_only=True):
    """Who looks after a market, with the role there; a program has a key, and cannot log in."""

    id: OperatorId
    name: str
    role: OperatorRole
    is_person: bool


class FormerRole(Struct, frozen=True, kw_only=True):
    """The role that somebody had in a market until they were withdrawn."""

    role: OperatorRole


class SecondPeople(Struct, frozen=True, kw_only=True):
    people_count: int


async def create_operator(
    conn: Connection,
    *,
    operator_id: OperatorId,
    market_id: MarketId,
    name: str,
    role: OperatorRole,
    keeper_id: OperatorId | None = None,
) -> None:
    await conn.execute(_SQL["create_operator"], operator_id, market_id, name, role, keeper_id)


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
) -> FormerRole | None:
    row = await conn.fetchrow(_SQL["withdraw_operator"], operator_id, market_id)
    return to_struct_or_none(row, FormerRole)


async def find_former_role(
    conn: Connection, *, operator_id: OperatorId, market_id: MarketId
) -> FormerRole | None:
    row = await conn.fetchrow(_SQL["find_former_role"], operator_id, market_id)
    return to_struct_or_none(row, FormerRole)


async def list_operator_markets(
    conn: Connection, *, operator_id: OperatorId
) -> list[OperatorMarket]:
    rows = await conn.fetch(_SQL["list_operator_markets"], operator_id)
    return to_structs(rows, OperatorMarket)


async def end_operator(conn: Connection, *, operator_id: OperatorId, ends_in_s: int) -> None:
    await conn.execute(_SQL["end_operator"], operator_id, ends_in_s)


async def list_colleagues(
    conn: Connection, *, market_id: MarketId, limit_count: int
) -> list[Colleague]:
    return to_structs(await conn.fetch(_SQL["list_colleagues"], market_id, limit_count), Colleague)


async def find_colleague(
    conn: Connection, *, operator_id: OperatorId, market_id: MarketId
) -> Colleague | None:
    row = await conn.fetchrow(_SQL["find_colleague"], operator_id, market_id)
    return to_struct_or_none(row, Colleague)


async def lock_operator(conn: Connection, *, operator_id: OperatorId) -> Operator | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["lock_operator"], operator_id), Operator)


async def list_hands(conn: Connection, *, operator_ids: Sequence[OperatorId]) -> list[Hand]:
    return to_structs(await conn.fetch(_SQL["list_hands"], operator_ids), Hand)


async def set_keeper(
    conn: Connection, *, credential_id: str, keeper_id: OperatorId
) -> Operator | None:
    row = await conn.fetchrow(_SQL["set_keeper"], credential_id, keeper_id)
    return to_struct_or_none(row, Operator)


async def count_second_people(
    conn: Connection, *, market_id: MarketId, issuers: Sequence[str]
) -> SecondPeople:
    (row,) = await conn.fetch(_SQL["count_second_people"], market_id, issuers)
    return to_struct(row, SecondPeople)


async def set_role_at(
    conn: Connection, *, operator_id: OperatorId, market_id: MarketId, role: OperatorRole
) -> None:
    await conn.execute(_SQL["set_role_at"], operator_id, market_id, role)
