"""Put what is known of recipients back in plain text, for a version that knows no sealed texts."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.domain.ids import JobId, MarketId
from service.domain.recipient_data import resealed_stop
from service.domain.sealing import KeyChain
from service.runtime import Runtime
from service.settings import UnfitError
from service.store import audit_log, jobs, privacy, seal_check
from service.store.connection import Connection

PAGE_COUNT = 500
_FIRST = JobId(UUID(int=0))


async def unseal_recipients(
    runtime: Runtime, *, market_ids: Sequence[MarketId], origin: Origin = SHELL
) -> int:
    """Open all that the keys open, batch after batch; return of how many jobs.

    Nobody may seal meanwhile: the keys only open, here and in every api.

    Args:
        runtime: with keys that only open.
        market_ids: all markets, whose audit logs tell of it.
        origin: who asks.

    Raises:
        UnfitError: something is still sealed.
    """
    chain, last_id, jobs_count = runtime.recipient_keys, _FIRST, 0
    assert not chain.seals, "the keys only open"
    while job_ids := await runtime.attempt(partial(_unseal_after, last_id, chain)):
        last_id = job_ids[-1]
        jobs_count += len(job_ids)
    entries = [_entry(id_, origin) for id_ in market_ids]
    if (left_count := await runtime.attempt(partial(_end_sealing, entries))) > 0:
        raise UnfitError(f"{left_count} stops are still sealed: by an api, or with other keys")
    return jobs_count


async def _end_sealing(entries: Sequence[AuditEntry], conn: Connection) -> int:
    """Forget by which keys it was sealed, and tell it, if nothing is; return how many stops are."""
    left_count = (await seal_check.count_sealed(conn)).stops_count
    if left_count == 0:
        await seal_check.delete_check(conn)
        await audit_log.append(conn, *entries)
    return left_count


async def _unseal_after(last_id: JobId, chain: KeyChain, conn: Connection) -> list[JobId]:
    page = await privacy.list_jobs(conn, after_id=last_id, limit_count=PAGE_COUNT)
    job_ids = [key.id for key in page]
    await jobs.lock_jobs(conn, job_ids=job_ids)  # or a recipient's wish is lost meanwhile
    read = await jobs.read_jobs(conn, job_ids=job_ids)
    stops = [resealed_stop(stop, chain, at=job.created_at) for job in read for stop in job.stops]
    await privacy.reseal_stops(conn, stops=stops)
    return job_ids


def _entry(market_id: MarketId, origin: Origin) -> AuditEntry:
    return AuditEntry(
        market_id=market_id,
        origin=origin,
        action=AuditAction.UNSEAL_DATA,
        subject=f"market:{market_id}",
    )
