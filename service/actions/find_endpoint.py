"""A merchant's endpoint in a transaction of somebody else's: found, locked, and told of."""

import hashlib
from collections.abc import Mapping

from service.domain.audit_log import AuditAction, AuditEntry, Origin, Value
from service.domain.errors import NotFoundError
from service.domain.ids import EndpointId, MarketId, MerchantId
from service.domain.vocabulary import Signing
from service.domain.webhook_address import check_url
from service.store import webhook_endpoints
from service.store.connection import Connection
from service.store.webhook_endpoints import Endpoint


async def find_endpoint(
    conn: Connection, *, endpoint_id: EndpointId, merchant_id: MerchantId
) -> Endpoint:
    """Return the endpoint.

    Raises:
        NotFoundError: there is none, or it is another's.
    """
    found = await webhook_endpoints.read_endpoint(
        conn, endpoint_id=endpoint_id, merchant_id=merchant_id
    )
    if found is None:
        raise NotFoundError("there is no such endpoint")
    return found


async def lock_endpoint(
    conn: Connection, *, endpoint_id: EndpointId, merchant_id: MerchantId
) -> Endpoint:
    """Return the endpoint as it is behind its lock.

    Raises:
        NotFoundError: there is none, or it is another's.
    """
    locked = await webhook_endpoints.lock_endpoint(
        conn, endpoint_id=endpoint_id, merchant_id=merchant_id
    )
    if locked is None:
        raise NotFoundError("there is no such endpoint")
    return locked


def signing_of(endpoint: Endpoint) -> Signing:
    """Return what the endpoint's newest secret is."""
    return Signing.HMAC if endpoint.public_key is None else Signing.ED25519


def endpoint_entry(
    action: AuditAction,
    *,
    endpoint_id: EndpointId,
    market_id: MarketId,
    origin: Origin,
    before: Endpoint | None = None,
    after: Endpoint | None = None,
) -> AuditEntry:
    """Return what the audit log is told: of a URL the host and a digest, for it may hold a key."""
    return AuditEntry(
        market_id=market_id,
        origin=origin,
        action=action,
        subject=f"endpoint:{endpoint_id}",
        before=_traits(before),
        after=_traits(after),
    )


def _traits(endpoint: Endpoint | None) -> Mapping[str, Value]:
    if endpoint is None:
        return {}
    return {
        "host": check_url(endpoint.url, allows_loopback=True).authority,
        "url_sha256": hashlib.sha256(endpoint.url.encode()).hexdigest(),
        "events": " ".join(endpoint.events),
        "disabled_reason": endpoint.disabled_reason,
        "signing": signing_of(endpoint),
    }
