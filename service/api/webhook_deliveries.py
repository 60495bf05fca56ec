"""What a merchant's endpoints were told, how that went, and telling it again."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from service.actions.find_endpoint import find_endpoint
from service.actions.replay_dead_letters import replay_dead_letters
from service.actions.replay_delivery import replay_delivery
from service.api.callers import MerchantCaller
from service.api.cursors import PAGE_COUNT_DEFAULT, Cursor, Limit, id_of_cursor
from service.api.errors import problems
from service.api.present_webhooks import delivery_body, delivery_detail, delivery_page
from service.domain.errors import NotFoundError
from service.domain.ids import DeliveryId, EndpointId
from service.domain.permission import Scope
from service.domain.vocabulary import DeliveryStatus
from service.runtime import Runtime
from service.store import webhook_deliveries
from service.store.row_security import reading_as
from service.wire.webhooks import (
    Replay,
    ReplayRequest,
    WebhookDelivery,
    WebhookDeliveryDetail,
    WebhookDeliveryPage,
)

ENDPOINT_PATH = "/v1/webhook-endpoints/{endpoint_id:uuid}"
PATH = ENDPOINT_PATH + "/deliveries"
ATTEMPTS_COUNT_MAX = 100  # of a delivery in an answer


@get(
    PATH,
    operation_id="listWebhookDeliveries",
    summary="List what an endpoint was told, newest first",
    opt={"permission": Scope.WEBHOOKS},
    responses=problems(404),
)
async def list_all(
    *,
    endpoint_id: FromPath[UUID],
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
    status: Annotated[DeliveryStatus | None, QueryParameter(description="only those")] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE_COUNT_DEFAULT,
) -> WebhookDeliveryPage:
    """List the deliveries of the last 30 days; `status=dead` is what was given up."""
    before_id = id_of_cursor(cursor)
    async with reading_as(runtime.pool, caller.id) as conn:
        endpoint = await find_endpoint(
            conn, endpoint_id=EndpointId(endpoint_id), merchant_id=caller.id
        )
        found = await webhook_deliveries.list_deliveries(
            conn,
            endpoint_id=endpoint.id,
            merchant_id=caller.id,
            status=status,
            before_id=None if before_id is None else DeliveryId(before_id),
            limit_count=limit,
        )
    return delivery_page(found, limit_count=limit)


@get(
    PATH + "/{delivery_id:uuid}",
    operation_id="getWebhookDelivery",
    summary="Read a delivery with its attempts",
    opt={"permission": Scope.WEBHOOKS},
    responses=problems(404),
)
async def read_one(
    endpoint_id: FromPath[UUID],
    delivery_id: FromPath[UUID],
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
) -> WebhookDeliveryDetail:
    """Read what was sent to the letter, and how each attempt ended."""
    async with reading_as(runtime.pool, caller.id) as conn:
        delivery = await webhook_deliveries.read_delivery(
            conn,
            delivery_id=DeliveryId(delivery_id),
            endpoint_id=EndpointId(endpoint_id),
            merchant_id=caller.id,
        )
        if delivery is None:
            raise NotFoundError("there is no such delivery")
        text = await webhook_deliveries.read_body(conn, delivery_id=delivery.id)
        attempts = await webhook_deliveries.list_attempts(
            conn, delivery_id=delivery.id, limit_count=ATTEMPTS_COUNT_MAX
        )
    return delivery_detail(delivery, body=text.body if text else b"", attempts=attempts)


@post(
    PATH + "/{delivery_id:uuid}/replay",
    operation_id="replayWebhookDelivery",
    summary="Send an event again",
    opt={"permission": Scope.WEBHOOKS},
    status_code=202,
    responses=problems(404, 409),
)
async def replay_one(
    endpoint_id: FromPath[UUID],
    delivery_id: FromPath[UUID],
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
) -> WebhookDelivery:
    """Send what was delivered or given up again, ahead of later events of its job."""
    replayed = await replay_delivery(
        runtime,
        delivery_id=DeliveryId(delivery_id),
        endpoint_id=EndpointId(endpoint_id),
        market_id=caller.market_id,
        merchant_id=caller.id,
    )
    return delivery_body(replayed)


@post(
    ENDPOINT_PATH + "/replay",
    operation_id="replayWebhookDeadLetters",
    summary="Send again what was given up",
    opt={"permission": Scope.WEBHOOKS},
    status_code=202,
    responses=problems(404, 409, 413, 415),
)
async def replay_all(
    endpoint_id: FromPath[UUID],
    data: JSONBody[ReplayRequest],
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
) -> Replay:
    """Send again what was given up since an instant, each job's events in order."""
    replayed = await replay_dead_letters(
        runtime,
        endpoint_id=EndpointId(endpoint_id),
        market_id=caller.market_id,
        merchant_id=caller.id,
        since=data.since,
    )
    return Replay(replayed_count=replayed.replayed_count, is_complete=replayed.is_complete)


HANDLERS = [list_all, read_one, replay_one, replay_all]
