"""Each public function runs the query of the same name."""

from msgspec import Struct

from service.store.connection import Connection, to_struct, to_struct_or_none
from service.store.queries import load

_SQL = load("seal_check")


class Check(Struct, frozen=True, kw_only=True):
    """A text that is sealed with the keys of this database."""

    sealed: str


class Sealed(Struct, frozen=True, kw_only=True):
    stops_count: int


async def insert_check(conn: Connection, *, sealed: str) -> Check | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["insert_check"], sealed), Check)


async def read_newest_sealed(conn: Connection) -> Check | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["read_newest_sealed"]), Check)


async def count_sealed(conn: Connection) -> Sealed:
    (row,) = await conn.fetch(_SQL["count_sealed"])
    return to_struct(row, Sealed)


async def read_check(conn: Connection) -> Check | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["read_check"]), Check)


async def replace_check(conn: Connection, *, sealed: str) -> None:
    await conn.execute(_SQL["replace_check"], sealed)


async def delete_check(conn: Connection) -> None:
    await conn.execute(_SQL["delete_check"])
