"""Give to others what a courier has not picked up, without ending the shift."""

from service.actions.leaving import entries_of, save_leaving
from service.domain.audit_log import AuditAction, AuditEntry, Origin
from service.domain.drop_out import Fate, decide, fates_if_finished
from service.domain.errors import InvalidStateTransitionError
from service.domain.vocabulary import ReasonCode
from service.runtime import Runtime
from service.store import deployment
from service.store.connection import Connection
from service.store.works import OpenedWork


async def free_jobs(
    runtime: Runtime, conn: Connection, opened: OpenedWork, *, origin: Origin
) -> list[AuditEntry]:
    """Free them, as when the courier drops out; return what is to be noted of each.

    Raises:
        InvalidStateTransitionError: there is nothing of that kind.
    """
    before, decided = opened.work, fates_if_finished(opened.work)
    if Fate.REOPENED not in decided.values():
        raise InvalidStateTransitionError("courier", before.courier.status, "reassign")
    now = (await deployment.read_market_time(conn)).now
    reason = ReasonCode.COURIER_NO_PROGRESS
    after = decide(before, decided, reason=reason, now=now)
    await save_leaving(conn, runtime, opened, after, now=now)
    noted = entries_of(
        before,
        after,
        decided,
        action=AuditAction.RESOLVE_EXCEPTION,
        origin=origin,
        reason=reason,
    )
    return list(noted)
