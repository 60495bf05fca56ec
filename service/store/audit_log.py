"""The audit log's one way in, `append`; each other public function runs the query of its name."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.domain.audit_log import (
    BEGINNING,
    AuditAction,
    AuditEntry,
    Link,
    Origin,
    SealedEntry,
    seal,
)
from service.domain.errors import UndoTooLateError
from service.domain.ids import MarketId
from service.domain.undo import undoes
from service.store.connection import (
    Connection,
    rows_count,
    to_struct,
    to_struct_or_none,
    to_structs,
)
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


class LostTransfer(Struct, frozen=True, kw_only=True):
    """What an entry tells of a transfer that is not there."""

    number: int
    subject: str
    job_id: str


async def append(conn: Connection, *entries: AuditEntry) -> None:
    """Append entries, all of one market, to its chain: the last thing that a transaction does.

    What takes another act back does so only while that is the last that was done to its subject.

    It holds the chain's head until the end. So those who act by hand in one market follow each
    other for as long as a commit takes, and nobody who holds the head waits for anything else.

    Raises:
        UndoTooLateError: something was done since.
    """
    if not entries:
        return
    market_id = entries[0].market_id
    head = await lock_head(conn, market_id=market_id, beginning_sha256=BEGINNING.sha256)
    for entry in entries:
        await _check_undone_was_last(conn, entry)
    sealed = seal(entries, after=Link(number=head.number, sha256=head.sha256), at=head.at)
    last = sealed[-1]
    await insert_entries(
        conn, market_id=market_id, entries=sealed, number=last.number, sha256=last.sha256
    )


async def check_nothing_since(
    conn: Connection, *, market_id: MarketId, subject: str, origin: Origin
) -> None:
    """Refuse to take back what has been changed back already, unless by this very undo.

    For an act that leaves no entry because there is nothing to change; after the locks.

    Raises:
        UndoTooLateError: it was somebody else who changed it back.
    """
    if origin.undoes is None:
        return
    last = await find_last(conn, market_id=market_id, subject=subject)
    if last is not None and origin.undoes not in (last.number, undoes(last)):
        raise UndoTooLateError("something else was done since")


async def _check_undone_was_last(conn: Connection, entry: AuditEntry) -> None:
    if entry.origin.undoes is None:
        return
    last = await find_last(conn, market_id=entry.market_id, subject=entry.subject)
    if last is None or last.number != entry.origin.undoes:
        raise UndoTooLateError("something else was done since")


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


async def list_about(
    conn: Connection, *, market_id: MarketId, subjects: Sequence[str]
) -> list[SealedEntry]:
    return to_structs(await conn.fetch(_SQL["list_about"], market_id, subjects), SealedEntry)


async def list_lost_transfers(
    conn: Connection, *, market_id: MarketId, after_number: int, until_number: int
) -> list[LostTransfer]:
    return to_structs(
        await conn.fetch(_SQL["list_lost_transfers"], market_id, after_number, until_number),
        LostTransfer,
    )


async def find_keyed(
    conn: Connection,
    *,
    market_id: MarketId,
    subject: str,
    action: AuditAction,
    principal_id: UUID | None,
    key_sha256: str,
) -> SealedEntry | None:
    row = await conn.fetchrow(
        _SQL["find_keyed"], market_id, subject, action, principal_id, key_sha256
    )
    return to_struct_or_none(row, SealedEntry)


async def find_act(
    conn: Connection,
    *,
    market_id: MarketId,
    request_id: str,
    principal_id: UUID | None,
    age_s_max: float,
) -> SealedEntry | None:
    row = await conn.fetchrow(_SQL["find_act"], market_id, request_id, principal_id, age_s_max)
    return to_struct_or_none(row, SealedEntry)


async def find_last(conn: Connection, *, market_id: MarketId, subject: str) -> SealedEntry | None:
    return to_struct_or_none(
        await conn.fetchrow(_SQL["find_last"], market_id, subject), SealedEntry
    )


async def list_heads(conn: Connection, *, market_ids: Sequence[MarketId]) -> list[Head]:
    return to_structs(await conn.fetch(_SQL["list_heads"], market_ids), Head)


async def blank_old_looks(conn: Connection, *, older_than_s: float, limit_count: int) -> int:
    return rows_count(await conn.execute(_SQL["blank_old_looks"], older_than_s, limit_count))
