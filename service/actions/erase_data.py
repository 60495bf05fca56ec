"""Forget somebody: at their wish, or after the time for which we have a reason to know them.

What has happened stays, under ids that lead to nobody: facts, the ledger, the audit log.
"""

import structlog

from service.actions.find_deliveries import Sought, find_deliveries
from service.actions.hold_job import check_courier_not_held, check_not_held
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin, Value
from service.domain.erasure import check_courier_erasable
from service.domain.errors import InvalidStateTransitionError, NotFoundError
from service.domain.ids import CourierId, JobId, MarketId
from service.domain.vocabulary import Actor
from service.live import positions
from service.live.errors import LiveUnavailableError
from service.runtime import Runtime
from service.store import audit_log, couriers, jobs, offers, privacy
from service.store.connection import Connection

log = structlog.get_logger()

OLD_JOBS_COUNT_MAX = 100  # of one transaction: each has a dozen facts, and two seconds for all
SYSTEM = Origin(actor=Actor.SYSTEM)
DAY_S = 86_400.0


async def erase_courier(runtime: Runtime, *, courier_id: CourierId, origin: Origin = SHELL) -> None:
    """Forget who the courier is, where they were and what they wrote; the account ends.

    Again changes nothing that matters.

    Raises:
        NotFoundError: there is no such courier.
        InvalidStateTransitionError: on duty, with work in hand, with an offer to answer, or a job
            that they had is on hold.
    """

    async def work(conn: Connection) -> MarketId:
        courier = await couriers.lock_courier(conn, courier_id=courier_id)
        if courier is None:
            raise NotFoundError("there is no such courier")
        check_courier_erasable(courier)
        if await offers.list_open_offers(conn, courier_ids=[courier_id]):
            raise InvalidStateTransitionError("courier", "asked", "be erased")
        await check_courier_not_held(conn, courier_id=courier_id)
        await privacy.erase_courier(conn, courier_id=courier_id)
        await audit_log.append(
            conn, _entry(courier.market_id, f"courier:{courier_id}", origin=origin)
        )
        return courier.market_id

    market_id = await runtime.attempt(work)
    try:
        await positions.forget(runtime.redis, market_id, [courier_id])
    except LiveUnavailableError as error:  # then it goes by itself, within a minute
        log.debug("index_unreachable", market=market_id, error=repr(error))


async def erase_recipient(
    runtime: Runtime,
    *,
    market_id: MarketId,
    sought: Sought,
    origin: Origin = SHELL,
) -> int:
    """Forget who received deliveries to this phone, or person, or both; return how many there were.

    Raises:
        NotFoundError: there is no such delivery in the market.
        InvalidStateTransitionError: one of them is still under way, or on hold; nothing was done.
    """

    async def work(conn: Connection) -> int:
        found = await find_deliveries(
            conn, market_id=market_id, sought=sought, chain=runtime.recipient_keys
        )
        if not found:
            raise NotFoundError("there is no delivery to them in this market")
        if not all(delivery.has_ended for delivery in found):
            raise InvalidStateTransitionError("delivery", "under way", "be erased")
        job_ids = [delivery.job_id for delivery in found]
        await jobs.lock_jobs(conn, job_ids=job_ids)
        await check_not_held(conn, job_ids=job_ids)
        await privacy.erase_answers(conn, job_ids=job_ids)
        await privacy.forget_told(conn, job_ids=job_ids)
        await privacy.erase_jobs(conn, job_ids=job_ids)
        entries = [_entry(market_id, f"job:{job_id}", origin=origin) for job_id in job_ids]
        await audit_log.append(conn, *entries)
        return len(job_ids)

    return await runtime.attempt(work)


async def erase_old_jobs(runtime: Runtime, *, market_id: MarketId, origin: Origin = SYSTEM) -> int:
    """Forget who was at the stops of jobs that ended long ago, a batch; return how many jobs.

    Raises:
        UnavailableError: Postgres is away.
    """
    kept_s = runtime.settings.recipient_retention_days * DAY_S

    async def work(conn: Connection) -> int:
        old = await privacy.lock_old_jobs(
            conn, market_id=market_id, older_than_s=kept_s, limit_count=OLD_JOBS_COUNT_MAX
        )
        if not old:
            return 0
        job_ids: list[JobId] = [job.id for job in old]
        await privacy.erase_jobs(conn, job_ids=job_ids)
        after: dict[str, Value] = {"jobs_count": len(job_ids)}
        entry = _entry(market_id, f"market:{market_id}", origin=origin, after=after)
        await audit_log.append(conn, entry)
        return len(job_ids)

    return await runtime.attempt(work)


def _entry(
    market_id: MarketId,
    subject: str,
    *,
    origin: Origin,
    after: dict[str, Value] | None = None,
) -> AuditEntry:
    return AuditEntry(
        market_id=market_id,
        origin=origin,
        action=AuditAction.ERASE_DATA,
        subject=subject,
        after=after or {},
    )
