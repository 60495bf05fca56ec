"""Collect all that is kept of somebody, for them: a courier, a recipient, a merchant."""

from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.domain.errors import NotFoundError
from service.domain.ids import CourierId, MarketId, MerchantId
from service.runtime import Runtime
from service.store import audit_log, privacy

Data = dict[str, object]


async def export_courier(
    runtime: Runtime, *, courier_id: CourierId, origin: Origin = SHELL
) -> Data:
    """Return what is kept of the courier.

    Raises:
        NotFoundError: there is no such courier.
    """
    async with runtime.pool.transaction() as conn:
        found = await privacy.export_courier(conn, courier_id=courier_id)
        if found is None:
            raise NotFoundError("there is no such courier")
        await audit_log.append(conn, _entry(found.market_id, f"courier:{courier_id}", origin))
    return found.data


async def export_merchant(
    runtime: Runtime, *, merchant_id: MerchantId, origin: Origin = SHELL
) -> Data:
    """Return what is kept of the merchant beside its jobs and its account.

    Raises:
        NotFoundError: there is no such merchant.
    """
    async with runtime.pool.transaction() as conn:
        found = await privacy.export_merchant(conn, merchant_id=merchant_id)
        if found is None:
            raise NotFoundError("there is no such merchant")
        await audit_log.append(conn, _entry(found.market_id, f"merchant:{merchant_id}", origin))
    return found.data


async def export_recipient(
    runtime: Runtime,
    *,
    market_id: MarketId,
    phone: str | None,
    name: str | None,
    origin: Origin = SHELL,
) -> Data:
    """Return what is kept of deliveries to this phone, or person, or both.

    Raises:
        NotFoundError: there is no such delivery in the market.
    """
    async with runtime.pool.transaction() as conn:
        found = await privacy.list_jobs_of_recipient(
            conn, market_id=market_id, phone=phone, name=name
        )
        if not found:
            raise NotFoundError("there is no delivery to them in this market")
        job_ids = [delivery.job_id for delivery in found]
        collected = await privacy.export_jobs(conn, job_ids=job_ids)
        entries = [_entry(market_id, f"job:{job_id}", origin) for job_id in job_ids]
        await audit_log.append(conn, *entries)
    return collected.data


def _entry(market_id: MarketId, subject: str, origin: Origin) -> AuditEntry:
    return AuditEntry(
        market_id=market_id, origin=origin, action=AuditAction.EXPORT_DATA, subject=subject
    )
