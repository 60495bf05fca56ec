"""Create an endpoint, with the secret that its calls are signed with."""

import msgspec
from msgspec import Struct

from service.actions.find_endpoint import endpoint_entry
from service.actions.give_secret import Given, give_secret
from service.actions.once import Once, find_done, keep_done
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.domain.errors import CapacityExceededError
from service.domain.ids import EndpointId, MarketId, MerchantId
from service.domain.vocabulary import DisabledReason, Signing
from service.domain.webhook import ENDPOINTS_COUNT_MAX, WebhookEvent
from service.domain.webhook_address import check_url
from service.domain.webhook_signature import read_keys, shown_secret
from service.runtime import Runtime
from service.store import audit_log, merchants, webhook_endpoints
from service.store.connection import Connection
from service.store.webhook_endpoints import Endpoint

CREATED = 201


class EndpointWish(Struct, frozen=True, kw_only=True):
    """What a merchant wants to be told, and where; no `events` means all of jobs."""

    url: str
    events: tuple[WebhookEvent, ...]
    description: str
    is_enabled: bool

    @property
    def disabled_reason(self) -> DisabledReason | None:
        return None if self.is_enabled else DisabledReason.MERCHANT


class Created(Struct, frozen=True, kw_only=True):
    """A new endpoint; `secret` is shown once, unless the same request is repeated.

    It is None of an endpoint with a pair of keys, whose public half is in the endpoint.
    """

    endpoint: Endpoint
    secret: str | None
    is_replayed: bool

    def __repr__(self) -> str:
        return f"Created({self.endpoint.id})"


async def create_endpoint(
    runtime: Runtime,
    *,
    market_id: MarketId,
    wish: EndpointWish,
    signing: Signing = Signing.HMAC,
    once: Once,
    origin: Origin = SHELL,
) -> Created:
    """Create the endpoint, of the merchant who asks; the same request again gets the same answer.

    Raises:
        InvalidParamsError: the URL is not one to call.
        CapacityExceededError: the merchant has as many as there may be.
        IdempotencyMismatchError: the key was used with another request.
    """
    check_url(wish.url, allows_loopback=runtime.settings.webhook_loopback)
    keys = read_keys(runtime.settings.webhook_keys)

    async def work(conn: Connection) -> tuple[Given, bool]:
        await merchants.lock_merchant(conn, merchant_id=once.merchant_id)
        done = await find_done(conn, once)
        if done is not None:
            given = msgspec.json.decode(done, type=Given)
            if given.shown.signing is Signing.HMAC:
                await audit_log.append(conn, entry(AuditAction.SHOW_SECRET, given))
            return given, True
        endpoint_id = await _insert(runtime, conn, market_id, once.merchant_id, wish)
        given = await give_secret(conn, endpoint_id=endpoint_id, keys=keys, signing=signing)
        await keep_done(conn, once, status_code=CREATED, body=msgspec.json.encode(given))
        await audit_log.append(conn, entry(AuditAction.CREATE_ENDPOINT, given))
        return given, False

    def entry(action: AuditAction, given: Given) -> AuditEntry:
        return endpoint_entry(
            action,
            endpoint_id=given.endpoint.id,
            market_id=market_id,
            origin=origin,
            after=given.endpoint,
        )

    given, is_replayed = await runtime.transact(market_id, work)
    return Created(
        endpoint=given.endpoint,
        secret=shown_secret(given.shown, keys),
        is_replayed=is_replayed,
    )


async def _insert(
    runtime: Runtime,
    conn: Connection,
    market_id: MarketId,
    merchant_id: MerchantId,
    wish: EndpointWish,
) -> EndpointId:
    found = await webhook_endpoints.list_endpoints(conn, merchant_id=merchant_id)
    if len(found) >= ENDPOINTS_COUNT_MAX:
        raise CapacityExceededError(f"there are {ENDPOINTS_COUNT_MAX} endpoints already")
    endpoint_id = EndpointId(runtime.new_id())
    await webhook_endpoints.insert_endpoint(
        conn,
        endpoint_id=endpoint_id,
        market_id=market_id,
        merchant_id=merchant_id,
        url=wish.url,
        events=wish.events,
        description=wish.description,
        disabled_reason=wish.disabled_reason,
    )
    return endpoint_id
