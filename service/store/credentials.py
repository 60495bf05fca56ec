"""Each public function runs the query of the same name."""

from msgspec import Struct

from service.domain.ids import CourierId, MarketId, MerchantId, OperatorId
from service.store.connection import Connection, to_struct_or_none
from service.store.queries import load

_SQL = load("credentials")


class Credential(Struct, frozen=True, kw_only=True):
    """A key's hash and its one principal."""

    secret_sha256: bytes
    merchant_id: MerchantId | None
    courier_id: CourierId | None
    operator_id: OperatorId | None
    market_id: MarketId


async def create_credential(
    conn: Connection,
    *,
    credential_id: str,
    secret_sha256: bytes,
    merchant_id: MerchantId | None,
    courier_id: CourierId | None,
    operator_id: OperatorId | None,
) -> None:
    await conn.execute(
        _SQL["create_credential"],
        credential_id,
        secret_sha256,
        merchant_id,
        courier_id,
        operator_id,
    )


async def find_credential(conn: Connection, *, credential_id: str) -> Credential | None:
    row = await conn.fetchrow(_SQL["find_credential"], credential_id)
    return to_struct_or_none(row, Credential)


async def revoke_credential(conn: Connection, *, credential_id: str) -> None:
    await conn.execute(_SQL["revoke_credential"], credential_id)
