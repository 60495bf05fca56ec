"""Each public function runs the query of the same name."""

from msgspec import Struct

from service.domain.ids import CourierId, JobId, MarketId
from service.store.connection import Connection, to_struct_or_none, to_structs
from service.store.queries import load

_SQL = load("relay")


class Cursor(Struct, frozen=True, kw_only=True):
    """The last fact that was told."""

    xid: str
    id: int


class NextFact(Struct, frozen=True, kw_only=True):
    """A fact of which only the place is sure: its type may be one that this release lacks."""

    id: int
    xid: str
    type: str
    job_id: JobId | None
    sequence: int | None
    courier_id: CourierId | None
    told_of: str | None  # the job that something was said about, as it is written there


class UntoldAge(Struct, frozen=True, kw_only=True):
    market_id: MarketId
    age_s: float


async def find_cursor(conn: Connection, *, market_id: MarketId) -> Cursor | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["find_cursor"], market_id), Cursor)


async def move_cursor(
    conn: Connection, *, market_id: MarketId, first_xid: str, first_id: int, xid: str, id: int
) -> bool:
    """Return whether the place was moved."""
    done = await conn.execute(_SQL["move_cursor"], market_id, first_xid, first_id, xid, id)
    return done == "UPDATE 1"


async def find_next_fact(conn: Connection, *, market_id: MarketId) -> NextFact | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["find_next_fact"], market_id), NextFact)


async def list_untold_ages(conn: Connection) -> list[UntoldAge]:
    return to_structs(await conn.fetch(_SQL["list_untold_ages"]), UntoldAge)
