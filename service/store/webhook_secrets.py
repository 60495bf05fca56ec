"""Each public function runs the query of the same name."""

from msgspec import Struct

from service.domain.ids import EndpointId
from service.store.connection import Connection, rows_count, to_structs
from service.store.queries import load

_SQL = load("webhook_secrets")


class KeyId(Struct, frozen=True):
    key_id: str


async def retire_secrets(conn: Connection, *, endpoint_id: EndpointId, lasts_s: float) -> None:
    await conn.execute(_SQL["retire_secrets"], endpoint_id, lasts_s)


async def delete_expired_secrets(conn: Connection, *, limit_count: int) -> int:
    return rows_count(await conn.execute(_SQL["delete_expired_secrets"], limit_count))


async def list_key_ids(conn: Connection) -> list[KeyId]:
    return to_structs(await conn.fetch(_SQL["list_key_ids"]), KeyId)
