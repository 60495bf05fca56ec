"""Create an endpoint, with the secret that its calls are signed with."""

import secrets

from msgspec import Struct

from service.domain.errors import CapacityExceededError
from service.domain.ids import EndpointId, MarketId, MerchantId
from service.domain.vocabulary import DisabledReason
from service.domain.webhook import ENDPOINTS_COUNT_MAX, WebhookEvent
from service.domain.webhook_address import check_url
from service.domain.webhook_signature import (
    SEED_BYTES,
    new_seed,
    read_keys,
    secret_of,
    secret_text,
)
from service.runtime import Runtime
from service.store import merchants, webhook_endpoints, webhook_secrets
from service.store.connection import Connection
from service.store.webhook_endpoints import Endpoint


class EndpointWish(Struct, frozen=True, kw_only=True):
    """What a merchant wants to be told, and where; no `events` means all."""

    url: str
    events: tuple[WebhookEvent, ...]
    description: str
    is_enabled: bool

    @property
    def disabled_reason(self) -> DisabledReason | None:
        return None if self.is_enabled else DisabledReason.MERCHANT


class Created(Struct, frozen=True, kw_only=True):
    """A new endpoint; `secret` is shown once and not kept as text."""

    endpoint: Endpoint
    secret: str

    def __repr__(self) -> str:
        return f"Created({self.endpoint.id})"


async def create_endpoint(
    runtime: Runtime, *, market_id: MarketId, merchant_id: MerchantId, wish: EndpointWish
) -> Created:
    """Create the endpoint.

    Raises:
        InvalidParamsError: the URL is not one to call.
        CapacityExceededError: the merchant has as many as there may be.
    """
    check_url(wish.url, allows_loopback=runtime.settings.webhook_loopback)
    endpoint_id = EndpointId(runtime.new_id())
    keys = read_keys(runtime.settings.webhook_keys)
    seed = new_seed(secrets.token_bytes(SEED_BYTES), keys)

    async def work(conn: Connection) -> Endpoint:
        await merchants.lock_merchant(conn, merchant_id=merchant_id)
        found = await webhook_endpoints.list_endpoints(conn, merchant_id=merchant_id)
        if len(found) >= ENDPOINTS_COUNT_MAX:
            raise CapacityExceededError(f"there are {ENDPOINTS_COUNT_MAX} endpoints already")
        created = await webhook_endpoints.insert_endpoint(
            conn,
            endpoint_id=endpoint_id,
            market_id=market_id,
            merchant_id=merchant_id,
            url=wish.url,
            events=wish.events,
            description=wish.description,
            disabled_reason=wish.disabled_reason,
        )
        await webhook_secrets.insert_secret(
            conn, endpoint_id=endpoint_id, seed=seed.seed, key_id=seed.key_id
        )
        return created

    created = await runtime.transact(market_id, work)
    return Created(endpoint=created, secret=secret_text(secret_of(seed, keys)))
