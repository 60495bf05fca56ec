"""Each public function runs the query of the same name."""

from msgspec import Struct

from service.domain.ids import MarketId
from service.store.connection import Connection, to_struct_or_none
from service.store.queries import load

_SQL = load("relay")


class Cursor(Struct, frozen=True, kw_only=True):
    """The last fact projected, in commit order."""

    xid: str
    id: int


async def read_cursor(conn: Connection, *, market_id: MarketId) -> Cursor | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["read_cursor"], market_id), Cursor)


async def lock_cursor(conn: Connection, *, market_id: MarketId) -> Cursor | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["lock_cursor"], market_id), Cursor)


async def move_cursor(conn: Connection, *, market_id: MarketId, xid: str, id: int) -> None:
    await conn.execute(_SQL["move_cursor"], market_id, xid, id)
