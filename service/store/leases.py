"""Each public function runs the query of the same name."""

from msgspec import Struct

from service.store.connection import Connection, to_struct_or_none
from service.store.queries import load

_SQL = load("leases")


class Lease(Struct, frozen=True, kw_only=True):
    epoch: int


async def take_lease(conn: Connection, *, name: str, holder: str, ttl_s: float) -> Lease | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["take_lease"], name, holder, ttl_s), Lease)


async def check_lease(conn: Connection, *, name: str, epoch: int) -> Lease | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["check_lease"], name, epoch), Lease)


async def note_work(conn: Connection, *, name: str, holder: str, worked_s_ago: float) -> None:
    await conn.execute(_SQL["note_work"], name, holder, worked_s_ago)


async def release_lease(conn: Connection, *, name: str, holder: str) -> None:
    await conn.execute(_SQL["release_lease"], name, holder)


async def outdate_leases(conn: Connection) -> None:
    await conn.execute(_SQL["outdate_leases"])
