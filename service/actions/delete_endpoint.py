"""Delete an endpoint, and, bit by bit, the log of what it was told."""

from service.actions.find_endpoint import endpoint_entry, lock_endpoint
from service.domain.audit_log import SHELL, AuditAction, Origin
from service.domain.ids import EndpointId, MarketId, MerchantId
from service.domain.vocabulary import Actor, ExceptionKind
from service.runtime import Runtime
from service.store import audit_log, deployment, webhook_endpoints
from service.store.connection import Connection
from service.store.told_exceptions import resolve_and_tell


async def delete_endpoint(
    runtime: Runtime,
    *,
    endpoint_id: EndpointId,
    market_id: MarketId,
    merchant_id: MerchantId,
    origin: Origin = SHELL,
) -> None:
    """Delete the endpoint; a call under way may still arrive.

    Raises:
        NotFoundError: there is none, or it is another's.
    """

    async def work(conn: Connection) -> None:
        before = await lock_endpoint(conn, endpoint_id=endpoint_id, merchant_id=merchant_id)
        await webhook_endpoints.retire_endpoint(conn, endpoint_id=endpoint_id)
        await resolve_and_tell(
            conn,
            kind=ExceptionKind.WEBHOOK_DISABLED,
            subject_id=endpoint_id,
            resolution="deleted",
            actor=Actor.MERCHANT,
            now=(await deployment.read_market_time(conn)).now,
        )
        entry = endpoint_entry(
            AuditAction.DELETE_ENDPOINT,
            endpoint_id=endpoint_id,
            market_id=market_id,
            origin=origin,
            before=before,
        )
        await audit_log.append(conn, entry)

    await runtime.transact(market_id, work)
