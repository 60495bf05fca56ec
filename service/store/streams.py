"""Each public function runs the query of the same name."""

from collections.abc import Sequence

from msgspec import Struct

from service.store.connection import Connection, rows_count, to_struct_or_none, to_structs
from service.store.queries import load

_SQL = load("streams")


class StreamEnd(Struct, frozen=True, kw_only=True):
    owner: str
    last_seq: int


class StreamRange(Struct, frozen=True, kw_only=True):
    last_seq: int
    first_kept_seq: int


class StreamEvent(Struct, frozen=True, kw_only=True):
    owner: str
    seq: int
    type: str
    message: bytes


async def advance_streams(
    conn: Connection, *, owners: Sequence[str], counts: Sequence[int]
) -> list[StreamEnd]:
    return to_structs(await conn.fetch(_SQL["advance_streams"], owners, counts), StreamEnd)


async def insert_events(
    conn: Connection,
    *,
    owners: Sequence[str],
    seqs: Sequence[int],
    types: Sequence[str],
    messages: Sequence[bytes],
) -> None:
    await conn.execute(_SQL["insert_events"], owners, seqs, types, messages)


async def read_stream(conn: Connection, *, owner: str) -> StreamRange | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["read_stream"], owner), StreamRange)


async def read_events(
    conn: Connection, *, owner: str, after_seq: int, limit_count: int
) -> list[StreamEvent]:
    rows = await conn.fetch(_SQL["read_events"], owner, after_seq, limit_count)
    return to_structs(rows, StreamEvent)


async def list_last_seqs(conn: Connection, *, owners: Sequence[str]) -> list[StreamEnd]:
    return to_structs(await conn.fetch(_SQL["list_last_seqs"], owners), StreamEnd)


async def delete_old_events(conn: Connection, *, older_than_s: float, limit_count: int) -> int:
    return rows_count(await conn.execute(_SQL["delete_old_events"], older_than_s, limit_count))
