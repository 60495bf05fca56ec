"""Each public function runs the query of the same name."""

from msgspec import Struct

from service.domain.ids import MerchantId
from service.store.connection import Connection, rows_count, to_struct_or_none
from service.store.queries import load

_SQL = load("idempotency")


class StoredResponse(Struct, frozen=True, kw_only=True):
    request_sha256: bytes
    status_code: int
    body: bytes


class Reserved(Struct, frozen=True, kw_only=True):
    is_new: bool


async def find_response(
    conn: Connection, *, merchant_id: MerchantId, key: str
) -> StoredResponse | None:
    row = await conn.fetchrow(_SQL["find_response"], merchant_id, key)
    return to_struct_or_none(row, StoredResponse)


async def reserve_key(
    conn: Connection,
    *,
    merchant_id: MerchantId,
    key: str,
    request_sha256: bytes,
    status_code: int,
    body: bytes,
) -> Reserved | None:
    row = await conn.fetchrow(
        _SQL["reserve_key"], merchant_id, key, request_sha256, status_code, body
    )
    return to_struct_or_none(row, Reserved)


async def delete_old_keys(conn: Connection, *, older_than_s: float, limit_count: int) -> int:
    return rows_count(await conn.execute(_SQL["delete_old_keys"], older_than_s, limit_count))
