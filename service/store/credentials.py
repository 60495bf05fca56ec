"""Each public function runs the query of the same name."""

from collections.abc import Sequence

from msgspec import Struct

from service.domain.ids import CourierId, MarketId, MerchantId, OperatorId
from service.store.connection import Connection, to_structs
from service.store.queries import load

_SQL = load("credentials")


class Credential(Struct, frozen=True, kw_only=True):
    """A key's hash and its one principal."""

    id: str
    secret_sha256: bytes
    merchant_id: MerchantId | None
    courier_id: CourierId | None
    operator_id: OperatorId | None
    market_id: MarketId


class RevokedKey(Struct, frozen=True, kw_only=True):
    id: str


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


async def read_credentials(conn: Connection, *, credential_ids: Sequence[str]) -> list[Credential]:
    return to_structs(await conn.fetch(_SQL["read_credentials"], credential_ids), Credential)


async def list_revoked(conn: Connection, *, credential_ids: Sequence[str]) -> list[RevokedKey]:
    return to_structs(await conn.fetch(_SQL["list_revoked"], credential_ids), RevokedKey)


async def revoke_credential(conn: Connection, *, credential_id: str) -> None:
    await conn.execute(_SQL["revoke_credential"], credential_id)
