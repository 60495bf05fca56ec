"""Each public function runs the query of the same name."""

from msgspec import Struct

from service.domain.ids import MarketId, OperatorId
from service.domain.vocabulary import OperatorRole
from service.store.connection import Connection, rows_count, to_struct_or_none
from service.store.queries import load

_SQL = load("identities")


class Account(Struct, frozen=True, kw_only=True):
    """Who an identity stands for; a password's hash only where we vouch ourselves."""

    operator_id: OperatorId
    market_id: MarketId
    role: OperatorRole
    password: str | None
    is_for_emergency: bool = False  # it ends by itself


class AccountOwner(Struct, frozen=True, kw_only=True):
    operator_id: OperatorId


async def create_identity(
    conn: Connection, *, issuer: str, subject: str, operator_id: OperatorId, password: str | None
) -> None:
    await conn.execute(_SQL["create_identity"], issuer, subject, operator_id, password)


async def read_identity(conn: Connection, *, issuer: str, subject: str) -> Account | None:
    row = await conn.fetchrow(_SQL["read_identity"], issuer, subject)
    return to_struct_or_none(row, Account)


async def set_password(
    conn: Connection, *, issuer: str, subject: str, password: str
) -> AccountOwner | None:
    row = await conn.fetchrow(_SQL["set_password"], issuer, subject, password)
    return to_struct_or_none(row, AccountOwner)


async def delete_links(conn: Connection, *, operator_id: OperatorId, local_issuer: str) -> int:
    return rows_count(await conn.execute(_SQL["delete_links"], operator_id, local_issuer))
