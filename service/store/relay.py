"""Each public function runs the query of the same name."""

from msgspec import Struct

from service.domain.ids import MarketId
from service.store.connection import Connection, to_struct_or_none
from service.store.queries import load

_SQL = load("relay")


class Moved(Struct, frozen=True, kw_only=True):
    is_moved: bool


async def move_cursor(
    conn: Connection, *, market_id: MarketId, first_xid: str, first_id: int, xid: str, id: int
) -> Moved | None:
    row = await conn.fetchrow(_SQL["move_cursor"], market_id, first_xid, first_id, xid, id)
    return to_struct_or_none(row, Moved)
