"""Give an endpoint a new secret; the one before signs as well for a day."""

import secrets

import msgspec
from msgspec import Struct

from service.actions.find_endpoint import endpoint_entry, lock_endpoint
from service.actions.once import Once, find_done, keep_done
from service.domain.audit_log import SHELL, AuditAction, Origin
from service.domain.ids import EndpointId, MarketId
from service.domain.webhook_signature import (
    SEED_BYTES,
    Seed,
    new_seed,
    read_keys,
    secret_of,
    secret_text,
)
from service.runtime import Runtime
from service.store import audit_log, webhook_secrets
from service.store.connection import Connection

FORMER_LASTS_S = 86_400
ROTATED = 200


class Rotated(Struct, frozen=True, kw_only=True):
    """A new secret, which is shown once, unless the same request is repeated."""

    secret: str
    is_replayed: bool

    def __repr__(self) -> str:
        return "Rotated()"


async def rotate_secret(
    runtime: Runtime,
    *,
    endpoint_id: EndpointId,
    market_id: MarketId,
    once: Once,
    origin: Origin = SHELL,
) -> Rotated:
    """Return the new secret of the asking merchant's endpoint; the one before signs for a day.

    While that one does, another rotation replaces the newest alone: whose answer was lost on the
    way, and who asks again under another key, still knows one that signs.

    Raises:
        NotFoundError: there is no such endpoint, or it is another's.
        IdempotencyMismatchError: the key was used with another request.
    """
    keys = read_keys(runtime.settings.webhook_keys)

    async def work(conn: Connection) -> tuple[Seed, bool]:
        await lock_endpoint(conn, endpoint_id=endpoint_id, merchant_id=once.merchant_id)
        done = await find_done(conn, once)
        if done is not None:
            await tell(conn, AuditAction.SHOW_SECRET)
            return msgspec.json.decode(done, type=Seed), True
        seed = new_seed(secrets.token_bytes(SEED_BYTES), keys)
        await webhook_secrets.retire_secrets(conn, endpoint_id=endpoint_id, lasts_s=FORMER_LASTS_S)
        await webhook_secrets.insert_secret(
            conn, endpoint_id=endpoint_id, seed=seed.seed, key_id=seed.key_id
        )
        await keep_done(conn, once, status_code=ROTATED, body=msgspec.json.encode(seed))
        await tell(conn, AuditAction.ROTATE_SECRET)
        return seed, False

    async def tell(conn: Connection, action: AuditAction) -> None:
        entry = endpoint_entry(action, endpoint_id=endpoint_id, market_id=market_id, origin=origin)
        await audit_log.append(conn, entry)

    seed, is_replayed = await runtime.transact(market_id, work)
    return Rotated(secret=secret_text(secret_of(seed, keys)), is_replayed=is_replayed)
