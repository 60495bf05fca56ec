"""A merchant's endpoints: where their own servers want to be told what happens."""

from uuid import UUID

from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from service.actions.change_endpoint import change_endpoint
from service.actions.create_endpoint import CREATED, EndpointWish, create_endpoint
from service.actions.delete_endpoint import delete_endpoint
from service.actions.find_endpoint import find_endpoint
from service.actions.rotate_secret import ROTATED, rotate_secret
from service.actions.send_test_event import SENT, send_test_event
from service.api.callers import MerchantCaller
from service.api.errors import problems
from service.api.idempotency import (
    IdempotencyKey,
    PerhapsIdempotencyKey,
    once_of,
    perhaps_once_of,
    replay_headers,
)
from service.api.present_webhooks import (
    delivery_body,
    endpoint_body,
    new_endpoint_body,
    secret_body,
)
from service.api.process import ApiProcess
from service.api.rates import RateClass
from service.domain.audit_log import Origin
from service.domain.ids import EndpointId
from service.domain.permission import Scope
from service.runtime import Runtime
from service.store import webhook_endpoints
from service.store.row_security import reading_as
from service.wire.webhooks import (
    EndpointChange,
    EndpointRequest,
    NewWebhookEndpoint,
    RotationRequest,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookEndpointList,
    WebhookSecret,
)

PATH = "/v1/webhook-endpoints"
_ONE = PATH + "/{endpoint_id:uuid}"


@post(
    PATH,
    operation_id="createWebhookEndpoint",
    summary="Create a webhook endpoint",
    opt={"permission": Scope.WEBHOOKS},
    responses=problems(409, 413, 415, 422),
)
async def create_one(
    *,
    data: JSONBody[EndpointRequest],
    idempotency_key: IdempotencyKey,
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> Response[NewWebhookEndpoint]:
    """Create an endpoint: https, port 443, a public host. Its secret is in this answer only.

    With `ed25519` there is none to keep: the endpoint has a public key, which verifies.
    """
    created = await create_endpoint(
        runtime,
        market_id=caller.market_id,
        wish=_wish(data),
        signing=data.signing,
        once=once_of(caller, idempotency_key, path=PATH, body=data),
        origin=origin,
    )
    return Response(
        new_endpoint_body(created),
        status_code=CREATED,
        headers=replay_headers(is_replayed=created.is_replayed),
    )


@get(
    PATH,
    operation_id="listWebhookEndpoints",
    summary="List webhook endpoints",
    opt={"permission": Scope.WEBHOOKS},
    responses=problems(),
)
async def list_all(
    caller: NamedDependency[MerchantCaller], runtime: NamedDependency[Runtime]
) -> WebhookEndpointList:
    """List the merchant's endpoints, oldest first; there are ten at most."""
    async with reading_as(runtime.pool, caller.id) as conn:
        found = await webhook_endpoints.list_endpoints(conn, merchant_id=caller.id)
    return WebhookEndpointList(endpoints=tuple(endpoint_body(endpoint) for endpoint in found))


@get(
    _ONE,
    operation_id="getWebhookEndpoint",
    summary="Read a webhook endpoint",
    opt={"permission": Scope.WEBHOOKS},
    responses=problems(404),
)
async def read_one(
    endpoint_id: FromPath[UUID],
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
) -> WebhookEndpoint:
    """Read an endpoint, and whether it does well."""
    async with reading_as(runtime.pool, caller.id) as conn:
        endpoint = await find_endpoint(
            conn, endpoint_id=EndpointId(endpoint_id), merchant_id=caller.id
        )
    return endpoint_body(endpoint)


@put(
    _ONE,
    operation_id="changeWebhookEndpoint",
    summary="Change a webhook endpoint",
    opt={"permission": Scope.WEBHOOKS},
    responses=problems(404, 409, 413, 415),
)
async def change_one(
    *,
    endpoint_id: FromPath[UUID],
    data: JSONBody[EndpointChange],
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> WebhookEndpoint:
    """Set the whole endpoint. Enabled again, it gets what waits, and nothing of meanwhile."""
    changed = await change_endpoint(
        runtime,
        endpoint_id=EndpointId(endpoint_id),
        market_id=caller.market_id,
        merchant_id=caller.id,
        wish=_wish(data),
        origin=origin,
    )
    return endpoint_body(changed)


@delete(
    _ONE,
    operation_id="deleteWebhookEndpoint",
    summary="Delete a webhook endpoint",
    opt={"permission": Scope.WEBHOOKS},
    responses=problems(404, 409),
)
async def delete_one(
    endpoint_id: FromPath[UUID],
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> None:
    """Delete an endpoint, with what waits for it and the log of what it was told."""
    await delete_endpoint(
        runtime,
        endpoint_id=EndpointId(endpoint_id),
        market_id=caller.market_id,
        merchant_id=caller.id,
        origin=origin,
    )


@post(
    _ONE + "/rotate-secret",
    operation_id="rotateWebhookSecret",
    summary="Give a webhook endpoint a new secret",
    opt={"permission": Scope.WEBHOOKS},
    status_code=ROTATED,
    responses=problems(404, 409, 413, 415, 422),
)
async def rotate_one(
    *,
    endpoint_id: FromPath[UUID],
    data: JSONBody[RotationRequest | None] = None,
    idempotency_key: IdempotencyKey,
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> Response[WebhookSecret]:
    """Return a new secret, this once. For a day calls are signed with the one before as well.

    Without a body the new one is of the same kind.
    """
    path = f"{PATH}/{endpoint_id}/rotate-secret"
    rotated = await rotate_secret(
        runtime,
        endpoint_id=EndpointId(endpoint_id),
        market_id=caller.market_id,
        signing=None if data is None else data.signing,
        once=once_of(caller, idempotency_key, path=path, body=data),
        origin=origin,
    )
    return Response(
        secret_body(rotated),
        status_code=ROTATED,
        headers=replay_headers(is_replayed=rotated.is_replayed),
    )


@post(
    _ONE + "/test",
    operation_id="testWebhookEndpoint",
    summary="Send a test event",
    opt={"permission": Scope.WEBHOOKS},
    status_code=SENT,
    responses=problems(404, 409, 422),
)
async def send_one(
    *,
    endpoint_id: FromPath[UUID],
    idempotency_key: PerhapsIdempotencyKey = None,
    caller: NamedDependency[MerchantCaller],
    api: NamedDependency[ApiProcess],
    runtime: NamedDependency[Runtime],
) -> Response[WebhookDelivery]:
    """Send `webhook.test`, tried and logged like any event; its delivery says how that went.

    The same `Idempotency-Key` sends one. Of each endpoint ten a minute.
    """
    await api.rates.check(RateClass.TEST_EVENT, f"{caller.id}:{endpoint_id}")
    sent = await send_test_event(
        runtime,
        endpoint_id=EndpointId(endpoint_id),
        market_id=caller.market_id,
        merchant_id=caller.id,
        once=perhaps_once_of(caller, idempotency_key, path=f"{PATH}/{endpoint_id}/test"),
    )
    return Response(
        delivery_body(sent.delivery),
        status_code=SENT,
        headers=replay_headers(is_replayed=sent.is_replayed),
    )


def _wish(data: EndpointRequest | EndpointChange) -> EndpointWish:
    return EndpointWish(
        url=data.url,
        events=tuple(dict.fromkeys(data.events)),
        description=data.description,
        is_enabled=data.is_enabled,
    )


HANDLERS = [create_one, list_all, read_one, change_one, delete_one, rotate_one, send_one]
