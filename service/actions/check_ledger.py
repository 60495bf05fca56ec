"""Check the ledger of a market against its jobs, and settle deliveries that were left out."""

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from service.domain.audit_log import (
    SHELL,
    AuditAction,
    AuditEntry,
    Origin,
    subject_of,
    traits_of_transfer,
)
from service.domain.ids import JobId, MarketId
from service.domain.ledger import Transfer
from service.domain.reconciliation import (
    Reconciliation,
    Terms,
    is_by_hand,
    reconcile,
    unbalanced,
)
from service.runtime import Runtime
from service.store import audit_log, changes, deployment, jobs, transfers
from service.store.audit_log import LostTransfer
from service.store.changes import Changes
from service.store.connection import Connection
from service.store.transfers import Balance

JOBS_COUNT_MAX = 1_000  # compared at once
ENTRIES_COUNT_MAX = 10_000  # of the audit log, looked through at once
VIOLATIONS_COUNT_MAX = 100  # told in words


class LedgerReport(Struct, frozen=True, kw_only=True):
    """What a check has found; `violations` names the first of them only."""

    deliveries_count: int
    settled_count: int  # transfers that were missing and are there now
    balances: tuple[Balance, ...]
    violations_count: int
    violations: tuple[str, ...]


async def check_ledger(
    runtime: Runtime,
    *,
    market_id: MarketId,
    settles_missing: bool = False,
    origin: Origin = SHELL,
) -> LedgerReport:
    """Settle each delivery again and compare; what was made by hand, with the audit log and back.

    The audit log is believed: `verify_audit_log` tells whether it may be. Missing transfers, of
    jobs that were delivered by a process older than the ledger, are a violation, unless they are
    to be settled now.
    """
    violations: list[str] = []
    deliveries_count, settled_count = 0, 0
    after_id: JobId | None = None
    while True:
        async with runtime.pool.connection() as conn:
            terms = await transfers.list_terms(
                conn, market_id=market_id, after_id=after_id, limit_count=JOBS_COUNT_MAX
            )
            found = await _reconcile(conn, market_id, terms)
        violations += found.violations
        if settles_missing and found.missing:
            settled_count += await _settle(runtime, market_id, _lacking(terms, found), origin)
        else:
            violations += [f"job {one.job_id}: {one.kind} is missing" for one in found.missing]
        deliveries_count += sum(one.delivered_at is not None for one in terms)
        if len(terms) < JOBS_COUNT_MAX:
            break
        after_id = terms[-1].job_id
    violations += await _lost(runtime, market_id)
    async with runtime.pool.connection() as conn:
        balances = await transfers.sum_balances(conn, market_id=market_id)
    violations += unbalanced(_sums(balances))
    return LedgerReport(
        deliveries_count=deliveries_count,
        settled_count=settled_count,
        balances=tuple(balances),
        violations_count=len(violations),
        violations=tuple(violations[:VIOLATIONS_COUNT_MAX]),
    )


async def _reconcile(
    conn: Connection, market_id: MarketId, terms: Sequence[Terms]
) -> Reconciliation:
    """Read what was made of these jobs, and then the log about it: an entry is there by then."""
    terms_of = {one.job_id: one for one in terms}
    found = await transfers.list_transfers_of_jobs(conn, job_ids=list(terms_of))
    by_hand = [one for one in found if is_by_hand(one, terms_of[one.job_id])]
    subjects = [subject_of(one) for one in by_hand]
    entries = await audit_log.list_about(conn, market_id=market_id, subjects=subjects)
    return reconcile(terms, found, entries)


async def _lost(runtime: Runtime, market_id: MarketId) -> list[str]:
    """Return what the audit log tells of transfers that are not there."""
    async with runtime.pool.connection() as conn:
        heads = await audit_log.list_heads(conn, market_ids=[market_id])
        last_number = max((head.number for head in heads), default=0)
        lost: list[LostTransfer] = []
        for after_number in range(0, last_number, ENTRIES_COUNT_MAX):
            lost += await audit_log.list_lost_transfers(
                conn,
                market_id=market_id,
                after_number=after_number,
                until_number=after_number + ENTRIES_COUNT_MAX,
            )
    return [
        f"job {one.job_id}: {one.subject} of entry {one.number} of the audit log is gone"
        for one in lost
    ]


def _lacking(terms: Iterable[Terms], found: Reconciliation) -> list[Terms]:
    job_ids = {transfer.job_id for transfer in found.missing}
    return [one for one in terms if one.job_id in job_ids]


async def _settle(
    runtime: Runtime, market_id: MarketId, terms: Sequence[Terms], origin: Origin
) -> int:
    """Make the transfers that are missing, and return how many.

    They are of now: a statement of then was complete, and stays as it was read. When the jobs were
    delivered stands in the audit log.
    """

    async def work(conn: Connection) -> int:
        await jobs.lock_jobs(conn, job_ids=[one.job_id for one in terms])
        missing = (await _reconcile(conn, market_id, terms)).missing
        now = (await deployment.read_market_time(conn)).now
        made = tuple(replace(transfer, at=now) for transfer in missing)
        await changes.save(conn, Changes(transfers=made))
        entries = [_entry(late, due, origin) for late, due in zip(made, missing, strict=True)]
        await audit_log.append(conn, *entries)
        return len(made)

    return await runtime.transact(market_id, work)


def _entry(late: Transfer, due: Transfer, origin: Origin) -> AuditEntry:
    return AuditEntry(
        market_id=late.market_id,
        origin=origin,
        action=AuditAction.SETTLE_JOB,
        subject=subject_of(late),
        before={"delivered_at": due.at.isoformat()},
        after=traits_of_transfer(late),
    )


def _sums(balances: Sequence[Balance]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for balance in balances:
        sums[balance.currency] += balance.balance_cents
    return sums
