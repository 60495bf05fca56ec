"""Check the ledger of a market against its deliveries, and settle those that were left out."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from service.domain.ids import JobId, MarketId
from service.domain.ledger import Delivery
from service.domain.reconciliation import Reconciliation, reconcile, unbalanced
from service.runtime import Runtime
from service.store import changes, jobs, transfers
from service.store.changes import Changes
from service.store.connection import Connection
from service.store.transfers import Balance

DELIVERIES_COUNT_MAX = 1_000  # compared at once
VIOLATIONS_COUNT_MAX = 100  # told in words


class LedgerReport(Struct, frozen=True, kw_only=True):
    """What a check has found; `violations` names the first of them only."""

    deliveries_count: int
    settled_count: int  # transfers that were missing and are there now
    balances: tuple[Balance, ...]
    violations_count: int
    violations: tuple[str, ...]


async def check_ledger(
    runtime: Runtime, *, market_id: MarketId, settles_missing: bool = False
) -> LedgerReport:
    """Settle each delivery again and compare; also look for money that moved without a delivery.

    Missing transfers, of jobs that were delivered by a process older than the ledger, are a
    violation, unless they are to be settled now.
    """
    violations: list[str] = []
    deliveries_count, settled_count = 0, 0
    after_id: JobId | None = None
    while True:
        async with runtime.pool.connection() as conn:
            deliveries = await transfers.list_deliveries(
                conn, market_id=market_id, after_id=after_id, limit_count=DELIVERIES_COUNT_MAX
            )
            found = await _reconcile(conn, deliveries)
        violations += found.violations
        if settles_missing and found.missing:
            settled_count += await _settle(runtime, market_id, deliveries)
        else:
            violations += [f"job {one.job_id}: {one.kind} is missing" for one in found.missing]
        deliveries_count += len(deliveries)
        if len(deliveries) < DELIVERIES_COUNT_MAX:
            break
        after_id = deliveries[-1].job_id
    async with runtime.pool.connection() as conn:
        unfounded = await transfers.list_unfounded(
            conn, market_id=market_id, limit_count=VIOLATIONS_COUNT_MAX
        )
        balances = await transfers.sum_balances(conn, market_id=market_id)
    violations += [f"job {one.job_id}: {one.kind} that nothing accounts for" for one in unfounded]
    violations += unbalanced(_sums(balances))
    return LedgerReport(
        deliveries_count=deliveries_count,
        settled_count=settled_count,
        balances=tuple(balances),
        violations_count=len(violations),
        violations=tuple(violations[:VIOLATIONS_COUNT_MAX]),
    )


async def _reconcile(conn: Connection, deliveries: Sequence[Delivery]) -> Reconciliation:
    job_ids = [delivery.job_id for delivery in deliveries]
    return reconcile(deliveries, await transfers.list_transfers_of_jobs(conn, job_ids=job_ids))


async def _settle(runtime: Runtime, market_id: MarketId, deliveries: Sequence[Delivery]) -> int:
    """Make the transfers that are missing; return how many."""

    async def work(conn: Connection) -> int:
        await jobs.lock_jobs(conn, job_ids=[delivery.job_id for delivery in deliveries])
        missing = (await _reconcile(conn, deliveries)).missing
        await changes.save(conn, Changes(transfers=missing))
        return len(missing)

    return await runtime.transact(market_id, work)


def _sums(balances: Sequence[Balance]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for balance in balances:
        sums[balance.currency] += balance.balance_cents
    return sums
