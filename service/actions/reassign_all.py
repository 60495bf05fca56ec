"""Move all that a courier who drops out has in hand to others, at once and once per key."""

import hashlib
from collections.abc import Mapping
from uuid import UUID

import msgspec
from msgspec import Struct

from service.actions.leaving import entries_of, open_leaving, save_leaving
from service.domain.audit_log import AuditAction, AuditEntry, Origin, Value
from service.domain.drop_out import Fate, drop_out, fates
from service.domain.errors import IdempotencyMismatchError, LockContentionError
from service.domain.ids import CourierId, JobId, MarketId
from service.domain.vocabulary import ReasonCode
from service.runtime import Runtime
from service.store import audit_log, deployment
from service.store.connection import Connection

_KEY, _STATUS = "key_sha256", "status"  # beside the jobs, in what is noted


class Reassigned(Struct, frozen=True, kw_only=True):
    fates: Mapping[JobId, Fate]
    is_replayed: bool


class Once(Struct, frozen=True, kw_only=True):
    """Who asks for it, about whom, under which key of theirs, and why."""

    courier_id: CourierId
    market_id: MarketId
    reason: ReasonCode
    key: str
    origin: Origin

    @property
    def subject(self) -> str:
        return f"courier:{self.courier_id}"

    @property
    def key_sha256(self) -> str:
        return hashlib.sha256(self.key.encode()).hexdigest()


async def reassign_all(runtime: Runtime, once: Once) -> Reassigned:
    """End the courier's shift, free what was not picked up, and let ops decide about the rest.

    The audit log keeps what became of each job, and so the answer to the same request.

    Raises:
        NotFoundError: the market has no such courier.
        IdempotencyMismatchError: the key was used with another reason.
    """

    async def work(conn: Connection) -> Reassigned:
        done = await _find_done(conn, once)
        if done is not None:
            return done
        opened = await open_leaving(conn, courier_id=once.courier_id, market_id=once.market_id)
        if await _find_done(conn, once) is not None:
            raise LockContentionError("the same was done meanwhile")  # and nothing here is kept
        before = opened.work
        now = (await deployment.read_market_time(conn)).now
        after = drop_out(before, reason=once.reason, now=now)
        await save_leaving(conn, runtime, opened, after, now=now)
        decided = fates(before)
        noted: dict[str, Value] = {str(job_id): fate for job_id, fate in decided.items()}
        entry = AuditEntry(
            market_id=once.market_id,
            origin=once.origin,
            action=AuditAction.REASSIGN_ALL,
            subject=once.subject,
            before={_STATUS: before.courier.status},
            after=noted | {_STATUS: after.courier.status, _KEY: once.key_sha256},
            reason=once.reason,
        )
        of_jobs = entries_of(
            before, after, decided, action=entry.action, origin=once.origin, reason=once.reason
        )
        await audit_log.append(conn, *of_jobs, entry)
        return Reassigned(fates=decided, is_replayed=False)

    return await runtime.transact(once.market_id, work)


async def _find_done(conn: Connection, once: Once) -> Reassigned | None:
    entry = await audit_log.find_keyed(
        conn,
        market_id=once.market_id,
        subject=once.subject,
        action=AuditAction.REASSIGN_ALL,
        principal_id=once.origin.principal_id,
        key_sha256=once.key_sha256,
    )
    if entry is None:
        return None
    if entry.reason != once.reason:
        raise IdempotencyMismatchError("this key was used with another request")
    noted = msgspec.json.decode(entry.after, type=dict[str, str])
    jobs = {name: fate for name, fate in noted.items() if name not in (_KEY, _STATUS)}
    return Reassigned(
        fates={JobId(UUID(name)): Fate(fate) for name, fate in jobs.items()}, is_replayed=True
    )
