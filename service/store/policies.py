"""Each public function runs the query of the same name."""

from datetime import datetime

from msgspec import Struct

from service.domain.ids import MarketId, OperatorId
from service.domain.policy import Policy
from service.domain.vocabulary import Actor
from service.store.connection import Connection, to_struct_or_none, to_structs
from service.store.queries import load

_SQL = load("policies")


class LockedMarket(Struct, frozen=True, kw_only=True):
    id: MarketId


class PolicyVersion(Struct, frozen=True, kw_only=True):
    """A market's policy as it was set, when, and by whom."""

    version: int
    created_at: datetime
    actor: Actor
    operator_id: OperatorId | None
    parameters: Policy


async def lock_market(conn: Connection, *, market_id: MarketId) -> LockedMarket | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["lock_market"], market_id), LockedMarket)


async def insert_policy(
    conn: Connection,
    *,
    market_id: MarketId,
    version: int,
    parameters: Policy,
    created_at: datetime,
    actor: Actor,
    operator_id: OperatorId | None,
) -> None:
    await conn.execute(
        _SQL["insert_policy"], market_id, version, parameters, created_at, actor, operator_id
    )


async def list_policies(
    conn: Connection, *, market_id: MarketId, before_version: int | None, limit_count: int
) -> list[PolicyVersion]:
    rows = await conn.fetch(_SQL["list_policies"], market_id, before_version, limit_count)
    return to_structs(rows, PolicyVersion)
