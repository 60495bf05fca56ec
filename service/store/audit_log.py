"""The audit log's one way in, `append`; each other public function runs the query of its name."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.audit_log import BEGINNING, AuditAction, AuditEntry, Link, SealedEntry, seal
from service.domain.ids import MarketId
from service.store.connection import Connection, to_struct, to_structs
from service.store.queries import load

_SQL = load("audit_log")


class LockedHead(Struct, frozen=True, kw_only=True):
    """The end of a chain, and the real time."""

    number: int
    sha256: str
    at: datetime


class Head(Struct, frozen=True, kw_only=True):
    """The end of a market's chain."""

    market_id: MarketId
    number: int
    sha256: str


async def append(conn: Connection, *entries: AuditEntry) -> None:
    """Append entries, all of one market, to its chain: the last thing that a transaction does.

    It holds the chain's head until the end. So those who act by hand in one market follow each
    other for as long as a commit takes, and nobody who holds the head waits for anything else.
    """
    if not entries:
        return
    market_id = entries[0].market_id
    head = await lock_head(conn, market_id=market_id, beginning_sha256=BEGINNING.sha256)
    sealed = seal(entries, after=Link(number=head.number, sha256=head.sha256), at=head.at)
    last = sealed[-1]
    await insert_entries(
        conn, market_id=market_id, entries=sealed, number=last.number, sha256=last.sha256
    )


async def lock_head(conn: Connection, *, market_id: MarketId, beginning_sha256: str) -> LockedHead:
    row = await conn.fetchrow(_SQL["lock_head"], market_id, beginning_sha256)
    assert row is not None  # it is made if there is none
    return to_struct(row, LockedHead)


async def insert_entries(
    conn: Connection,
    *,
    market_id: MarketId,
    entries: Sequence[SealedEntry],
    number: int,
    sha256: str,
) -> None:
    await conn.execute(_SQL["insert_entries"], market_id, entries, number, sha256)


async def list_chain(
    conn: Connection, *, market_id: MarketId, after_number: int, limit_count: int
) -> list[SealedEntry]:
    rows = await conn.fetch(_SQL["list_chain"], market_id, after_number, limit_count)
    return to_structs(rows, SealedEntry)


async def list_entries(
    conn: Connection,
    *,
    market_id: MarketId,
    action: AuditAction | None,
    subject: str | None,
    before_number: int | None,
    limit_count: int,
) -> list[SealedEntry]:
    rows = await conn.fetch(
        _SQL["list_entries"], market_id, action, subject, before_number, limit_count
    )
    return to_structs(rows, SealedEntry)


async def list_heads(conn: Connection, *, market_ids: Sequence[MarketId]) -> list[Head]:
    return to_structs(await conn.fetch(_SQL["list_heads"], market_ids), Head)
