"""Each public function runs the query of the same name."""

from msgspec import Struct

from service.store.connection import Connection, to_struct_or_none
from service.store.queries import load

_SQL = load("seal_check")


class Check(Struct, frozen=True, kw_only=True):
    """A known text, sealed with the keys of this database."""

    sealed: str


async def insert_check(conn: Connection, *, sealed: str) -> None:
    await conn.execute(_SQL["insert_check"], sealed)


async def read_check(conn: Connection) -> Check | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["read_check"]), Check)


async def replace_check(conn: Connection, *, sealed: str) -> None:
    await conn.execute(_SQL["replace_check"], sealed)


async def delete_check(conn: Connection) -> None:
    await conn.execute(_SQL["delete_check"])
