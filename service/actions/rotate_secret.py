"""Give an endpoint a new secret; the one before signs as well for a day."""

import secrets

from service.actions.find_endpoint import find_endpoint
from service.domain.ids import EndpointId, MarketId, MerchantId
from service.domain.webhook_signature import (
    SEED_BYTES,
    new_seed,
    read_keys,
    secret_of,
    secret_text,
)
from service.runtime import Runtime
from service.store import webhook_endpoints, webhook_secrets
from service.store.connection import Connection

FORMER_LASTS_S = 86_400


async def rotate_secret(
    runtime: Runtime, *, endpoint_id: EndpointId, market_id: MarketId, merchant_id: MerchantId
) -> str:
    """Return the new secret, which is shown once; of older ones only the last stays, for a day.

    Raises:
        NotFoundError: there is no such endpoint, or it is another's.
    """
    keys = read_keys(runtime.settings.webhook_keys)
    seed = new_seed(secrets.token_bytes(SEED_BYTES), keys)

    async def work(conn: Connection) -> None:
        await find_endpoint(conn, endpoint_id=endpoint_id, merchant_id=merchant_id)
        await webhook_endpoints.lock_endpoint(conn, endpoint_id=endpoint_id)
        await webhook_secrets.retire_secrets(conn, endpoint_id=endpoint_id, lasts_s=FORMER_LASTS_S)
        await webhook_secrets.insert_secret(
            conn, endpoint_id=endpoint_id, seed=seed.seed, key_id=seed.key_id
        )

    await runtime.transact(market_id, work)
    return secret_text(secret_of(seed, keys))
