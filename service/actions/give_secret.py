"""What an endpoint's calls are signed with, made in a transaction of somebody else's."""

import secrets
from collections.abc import Mapping

from msgspec import Struct, field

from service.domain.ids import EndpointId
from service.domain.vocabulary import Signing
from service.domain.webhook_signature import (
    SEED_BYTES,
    Shown,
    new_signing_seed,
    public_key_of,
    secret_of,
    shown_of,
)
from service.store import webhook_endpoints
from service.store.connection import Connection
from service.store.webhook_endpoints import Endpoint


class Given(Struct, frozen=True, kw_only=True):
    """An endpoint and what is shown of its new secret, which is kept for the same request.

    Where the deployment has a key the secret is not in it.
    """

    endpoint: Endpoint
    shown: Shown = field(name="seed")  # as answers of before that are on record name it


async def give_secret(
    conn: Connection, *, endpoint_id: EndpointId, keys: Mapping[str, bytes], signing: Signing
) -> Given:
    """Give the endpoint another secret, beside those that it has."""
    seed = new_signing_seed(secrets.token_bytes(SEED_BYTES), keys, signing=signing)
    public_key = public_key_of(secret_of(seed, keys))
    endpoint = await webhook_endpoints.give_secret(
        conn,
        endpoint_id=endpoint_id,
        seed=seed.seed,
        key_id=seed.key_id,
        signing=signing,
        public_key=public_key,
    )
    return Given(endpoint=endpoint, shown=shown_of(seed, public_key=public_key))
