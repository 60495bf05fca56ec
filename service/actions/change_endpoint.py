"""Change an endpoint: where it is, what it is told, and whether."""

from service.actions.create_endpoint import EndpointWish
from service.domain.errors import NotFoundError
from service.domain.ids import EndpointId, MarketId, MerchantId
from service.domain.vocabulary import Actor, ExceptionKind
from service.domain.webhook_address import check_url
from service.runtime import Runtime
from service.store import deployment, webhook_endpoints
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
        changed = await webhook_endpoints.update_endpoint(
            conn,
            endpoint_id=endpoint_id,
            merchant_id=merchant_id,
            url=wish.url,
            events=wish.events,
            description=wish.description,
            disabled_reason=wish.disabled_reason,
        )
        if changed is None:
            raise NotFoundError("there is no such endpoint")
        await resolve_and_tell(
            conn,
            kind=ExceptionKind.WEBHOOK_DISABLED,
            subject_id=merchant_id,
            resolution="changed",
            actor=Actor.MERCHANT,
            now=(await deployment.read_market_time(conn)).now,
        )
        return changed

    return await runtime.transact(market_id, work)
