"""Each public function runs the query of the same name."""

from datetime import datetime

from msgspec import Struct

from service.domain.log_in import RefreshLine
from service.store.connection import Connection, to_struct, to_struct_or_none
from service.store.queries import load

_SQL = load("refresh_lines")


class LogInNow(Struct, frozen=True, kw_only=True):
    now: datetime
    is_open: bool


async def create_line(
    conn: Connection,
    *,
    credential_id: str,
    line_sha256: bytes,
    token_sha256: bytes,
    device_key: bytes | None,
) -> None:
    await conn.execute(_SQL["create_line"], credential_id, line_sha256, token_sha256, device_key)


async def lock_line(conn: Connection, *, credential_id: str) -> RefreshLine | None:
    row = await conn.fetchrow(_SQL["lock_line"], credential_id)
    return to_struct_or_none(row, RefreshLine)


async def renew_line(
    conn: Connection,
    *,
    credential_id: str,
    token_sha256: bytes,
    former_sha256: bytes | None,
    renewed_at: datetime,
    next_sealed: bytes | None,
) -> None:
    await conn.execute(
        _SQL["renew_line"], credential_id, token_sha256, former_sha256, renewed_at, next_sealed
    )


async def note_restored(conn: Connection) -> None:
    await conn.execute(_SQL["note_restored"])


async def read_now(conn: Connection, *, credential_id: str) -> LogInNow:
    (row,) = await conn.fetch(_SQL["read_now"], credential_id)
    return to_struct(row, LogInNow)
