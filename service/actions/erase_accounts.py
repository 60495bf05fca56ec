"""Forget who merchants and operators are, once their account is over.

What they did and what is owed stays, under ids: jobs, the ledger, the audit log.
"""

from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.domain.erasure import check_merchant_erasable, check_operator_erasable
from service.domain.errors import NotFoundError
from service.domain.ids import MarketId, MerchantId, OperatorId
from service.domain.vocabulary import Actor, ExceptionKind
from service.runtime import Runtime
from service.store import (
    audit_log,
    deployment,
    merchants,
    operators,
    privacy,
    webhook_endpoints,
)
from service.store.connection import Connection
from service.store.told_exceptions import resolve_and_tell


async def erase_merchant(
    runtime: Runtime, *, merchant_id: MerchantId, origin: Origin = SHELL
) -> None:
    """Forget the merchant's name, end its keys and endpoints; again changes nothing that matters.

    A key is good for some seconds more; a job that is posted by it then is delivered.

    Raises:
        NotFoundError: there is no such merchant.
        InvalidStateTransitionError: it has jobs that have not ended.
    """

    async def work(conn: Connection) -> None:
        merchant = await merchants.lock_merchant(conn, merchant_id=merchant_id)
        if merchant is None:
            raise NotFoundError("there is no such merchant")
        live_job = await privacy.find_live_job(conn, merchant_id=merchant_id)
        check_merchant_erasable(has_live_jobs=live_job is not None)
        for endpoint in await webhook_endpoints.list_endpoints(conn, merchant_id=merchant_id):
            await resolve_and_tell(
                conn,
                kind=ExceptionKind.WEBHOOK_DISABLED,
                subject_id=endpoint.id,
                resolution="deleted",
                actor=Actor.OPS,
                now=(await deployment.read_market_time(conn)).now,
            )
        await privacy.erase_merchant(conn, merchant_id=merchant_id)
        entry = _entry(merchant.market_id, f"merchant:{merchant_id}", origin)
        await audit_log.append(conn, entry)

    await runtime.attempt(work)


async def erase_operator(
    runtime: Runtime, *, operator_id: OperatorId, origin: Origin = SHELL
) -> None:
    """Forget the name and the log-ins of an operator who is disabled.

    Again changes nothing that matters.

    Raises:
        NotFoundError: there is no such operator.
        InvalidStateTransitionError: the account is not disabled, or not yet.
    """

    async def work(conn: Connection) -> None:
        operator = await operators.lock_operator(conn, operator_id=operator_id)
        if operator is None:
            raise NotFoundError("there is no such operator")
        now = (await deployment.read_real_time(conn)).now
        check_operator_erasable(operator.disabled_at, now=now)
        await privacy.erase_operator(conn, operator_id=operator_id)
        entry = _entry(operator.market_id, f"operator:{operator_id}", origin)
        await audit_log.append(conn, entry)

    await runtime.attempt(work)


def _entry(market_id: MarketId, subject: str, origin: Origin) -> AuditEntry:
    return AuditEntry(
        market_id=market_id, origin=origin, action=AuditAction.ERASE_DATA, subject=subject
    )
