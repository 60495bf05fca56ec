"""Change an endpoint: where it is, what it is told, and whether."""

from service.actions.create_endpoint import EndpointWish
from service.actions.find_endpoint import endpoint_entry, lock_endpoint
from service.domain.audit_log import SHELL, AuditAction, Origin
from service.domain.ids import EndpointId, MarketId, MerchantId
from service.domain.vocabulary import Actor, ExceptionKind
from service.domain.webhook_address import check_url
from service.runtime import Runtime
from service.store import audit_log, deployment, webhook_endpoints
from service.store.connection import Connection
from service.store.told_exceptions import resolve_and_tell
from service.store.webhook_endpoints import Endpoint


async def change_endpoint(
    runtime: Runtime,
    *,
    endpoint_id: EndpointId,
    market_id: MarketId,
    merchant_id: MerchantId,
    wish: EndpointWish,
    origin: Origin = SHELL,
) -> Endpoint:
    """Return the endpoint as it is wished; one that was given up gets another chance.

    What waits for it goes on where it stopped. Events of a time when it was not enabled are lost to
    it: the jobs themselves and their timelines tell them.

    Raises:
        InvalidParamsError: the URL is not one to call.
        NotFoundError: there is no such endpoint, or it is another's.
    """
    check_url(wish.url, allows_loopback=runtime.settings.webhook_loopback)

    async def work(conn: Connection) -> Endpoint:
        before = await lock_endpoint(conn, endpoint_id=endpoint_id, merchant_id=merchant_id)
        changed = await webhook_endpoints.update_endpoint(
            conn,
            endpoint_id=endpoint_id,
            url=wish.url,
            events=wish.events,
            description=wish.description,
            disabled_reason=wish.disabled_reason,
        )
        await resolve_and_tell(
            conn,
            kind=ExceptionKind.WEBHOOK_DISABLED,
            subject_id=endpoint_id,
            resolution="changed",
            actor=Actor.MERCHANT,
            now=(await deployment.read_market_time(conn)).now,
        )
        entry = endpoint_entry(
            AuditAction.CHANGE_ENDPOINT,
            endpoint_id=endpoint_id,
            market_id=market_id,
            origin=origin,
            before=before,
            after=changed,
        )
        await audit_log.append(conn, entry)
        return changed

    return await runtime.transact(market_id, work)
