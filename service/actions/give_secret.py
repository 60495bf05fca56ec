"""What an endpoint's calls are signed with, made in a transaction of somebody else's."""

import secrets
from collections.abc import Mapping

from msgspec import Struct

from service.domain.ids import EndpointId
from service.domain.vocabulary import Signing
from service.domain.webhook_signature import (
    SEED_BYTES,
    SigningSeed,
    new_signing_seed,
    public_key_of,
    secret_of,
)
from service.store import webhook_endpoints
from service.store.connection import Connection
from service.store.webhook_endpoints import Endpoint


class Given(Struct, frozen=True, kw_only=True):
    """An endpoint and its new secret; where the deployment has a key the secret is not in it."""

    endpoint: Endpoint
    seed: SigningSeed


async def give_secret(
    conn: Connection, *, endpoint_id: EndpointId, keys: Mapping[str, bytes], signing: Signing
) -> Given:
    """Give the endpoint another secret, beside those that it has."""
    seed = new_signing_seed(secrets.token_bytes(SEED_BYTES), keys, signing=signing)
    endpoint = await webhook_endpoints.give_secret(
        conn,
        endpoint_id=endpoint_id,
        seed=seed.seed,
        key_id=seed.key_id,
        signing=signing,
        public_key=public_key_of(secret_of(seed, keys)),
    )
    return Given(endpoint=endpoint, seed=seed)
