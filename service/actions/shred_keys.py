"""Forget keys that nothing needs any more: then backups do not know either who was sent what."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.domain.ids import JobId, MarketId
from service.domain.recipient_data import resealed_stop
from service.domain.sealing import KeyChain, check_text, month_of, moved_on
from service.runtime import Runtime
from service.store import audit_log, deployment, jobs, privacy, seal_check
from service.store.connection import Connection

PAGE_COUNT = 500
POSTED_IN = timedelta(days=1)  # a job that is being posted now was sealed no longer ago
_FIRST = UUID(int=0)


async def shred_keys(
    runtime: Runtime, *, market_ids: Sequence[MarketId], origin: Origin = SHELL
) -> KeyChain:
    """Return the keys that are still needed: from the month of the oldest job that is not erased.

    Jobs on hold keep no key of an old month: what they say of people is sealed anew first. The
    caller puts the keys in the place of those before, on every host.

    Args:
        runtime: with the keys as they are.
        market_ids: all markets, whose audit logs tell of it.
        origin: who asks.
    """
    chain = runtime.recipient_keys

    async def work(conn: Connection) -> KeyChain:
        now = (await deployment.read_market_time(conn)).now
        held_ids = await _seal_held_anew(conn, chain, now)
        # Whoever is put on hold meanwhile is not among them, and counts as before.
        oldest = (await privacy.read_oldest_kept(conn, job_ids=held_ids)).oldest_at or now
        needed = moved_on(chain, month_of(min(oldest, now - POSTED_IN)))
        if needed != chain:
            await seal_check.replace_check(conn, sealed=check_text(needed, at=now))
            await audit_log.append(conn, *(_entry(id_, needed, origin) for id_ in market_ids))
        return needed

    return await runtime.attempt(work)


async def _seal_held_anew(conn: Connection, chain: KeyChain, now: datetime) -> list[JobId]:
    """Return the jobs on hold."""
    held_ids: list[JobId] = []
    while page := await privacy.list_held_jobs(
        conn, after_id=held_ids[-1] if held_ids else _FIRST, limit_count=PAGE_COUNT
    ):
        job_ids = [key.id for key in page]
        await jobs.lock_jobs(conn, job_ids=job_ids)  # or a recipient's wish is lost meanwhile
        held = await jobs.read_jobs(conn, job_ids=job_ids)
        stops = [resealed_stop(stop, chain, at=now) for job in held for stop in job.stops]
        await privacy.reseal_stops(conn, stops=stops)
        held_ids += job_ids
    return held_ids


def _entry(market_id: MarketId, needed: KeyChain, origin: Origin) -> AuditEntry:
    return AuditEntry(
        market_id=market_id,
        origin=origin,
        action=AuditAction.ERASE_DATA,
        subject=f"market:{market_id}",
        after={"sealed_before": needed.roots[0].month},
    )
