"""Each public function runs the query of the same name; `changes` records new transfers."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.ids import JobId, MarketId, TransferId
from service.domain.ledger import Transfer
from service.domain.reconciliation import Terms
from service.domain.vocabulary import AdjustmentReason, TransferKind
from service.store.connection import Connection, to_structs
from service.store.queries import load

_SQL = load("transfers")


class Posting(Struct, frozen=True, kw_only=True):
    """One side of a transfer: what the account rose by, less than zero if it fell."""

    transfer_id: TransferId
    job_id: JobId
    kind: TransferKind
    amount_cents: int
    currency: str
    at: datetime
    reason: AdjustmentReason | None
    reference: str | None  # the merchant's own name for the job


class Turnover(Struct, frozen=True, kw_only=True):
    """What went to and from an account in a period; both are zero or more."""

    currency: str
    lines_count: int
    credits_cents: int
    debits_cents: int


class Balance(Struct, frozen=True, kw_only=True):
    """What all accounts of one sort of owners hold: `merchant`, `courier` or `market`."""

    owners: str
    currency: str
    balance_cents: int


async def list_transfers_of_jobs(conn: Connection, *, job_ids: Sequence[JobId]) -> list[Transfer]:
    return to_structs(await conn.fetch(_SQL["list_transfers_of_jobs"], job_ids), Transfer)


async def list_postings(
    conn: Connection,
    *,
    account: str,
    from_at: datetime,
    to_at: datetime,
    after_at: datetime | None,
    after_id: TransferId | None,
    limit_count: int,
) -> list[Posting]:
    rows = await conn.fetch(
        _SQL["list_postings"], account, from_at, to_at, after_at, after_id, limit_count
    )
    return to_structs(rows, Posting)


async def sum_postings(
    conn: Connection, *, account: str, from_at: datetime, to_at: datetime
) -> list[Turnover]:
    return to_structs(await conn.fetch(_SQL["sum_postings"], account, from_at, to_at), Turnover)


async def sum_balances(conn: Connection, *, market_id: MarketId) -> list[Balance]:
    return to_structs(await conn.fetch(_SQL["sum_balances"], market_id), Balance)


async def list_terms(
    conn: Connection, *, market_id: MarketId, after_id: JobId | None, limit_count: int
) -> list[Terms]:
    rows = await conn.fetch(_SQL["list_terms"], market_id, after_id, limit_count)
    return to_structs(rows, Terms)
