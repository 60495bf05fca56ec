"""Give an endpoint a new secret; the one before signs as well for a day."""

import msgspec
from msgspec import Struct

from service.actions.find_endpoint import endpoint_entry, lock_endpoint, signing_of
from service.actions.give_secret import give_secret
from service.actions.once import Once, find_done, keep_done
from service.domain.audit_log import SHELL, AuditAction, Origin
from service.domain.ids import EndpointId, MarketId
from service.domain.vocabulary import Signing
from service.domain.webhook_signature import Shown, read_keys, shown_secret
from service.runtime import Runtime
from service.store import audit_log, webhook_secrets
from service.store.connection import Connection
from service.store.webhook_endpoints import Endpoint

FORMER_LASTS_S = 86_400
ROTATED = 200


class Rotated(Struct, frozen=True, kw_only=True):
    """A new secret, which is shown once, unless the same request is repeated.

    Of a pair of keys the public half is shown instead.
    """

    signing: Signing
    secret: str | None
    public_key: bytes | None
    is_replayed: bool

    def __repr__(self) -> str:
        return "Rotated()"


async def rotate_secret(
    runtime: Runtime,
    *,
    endpoint_id: EndpointId,
    market_id: MarketId,
    signing: Signing | None = None,
    once: Once,
    origin: Origin = SHELL,
) -> Rotated:
    """Return the new secret of the asking merchant's endpoint; the one before signs for a day.

    It is signed as before unless `signing` says otherwise; either kind of secret may follow either.

    While that one does, another rotation replaces the newest alone: whose answer was lost on the
    way, and who asks again under another key, still knows one that signs.

    Raises:
        NotFoundError: there is no such endpoint, or it is another's.
        IdempotencyMismatchError: the key was used with another request.
    """
    keys = read_keys(runtime.settings.webhook_keys)

    async def work(conn: Connection) -> tuple[Shown, bool]:
        before = await lock_endpoint(conn, endpoint_id=endpoint_id, merchant_id=once.merchant_id)
        done = await find_done(conn, once)
        if done is not None:
            shown = msgspec.json.decode(done, type=Shown)
            if shown.signing is Signing.HMAC:
                await tell(conn, AuditAction.SHOW_SECRET)
            return shown, True
        await webhook_secrets.retire_secrets(conn, endpoint_id=endpoint_id, lasts_s=FORMER_LASTS_S)
        given = await give_secret(
            conn, endpoint_id=endpoint_id, keys=keys, signing=signing or signing_of(before)
        )
        await keep_done(conn, once, status_code=ROTATED, body=msgspec.json.encode(given.shown))
        await tell(conn, AuditAction.ROTATE_SECRET, before=before, after=given.endpoint)
        return given.shown, False

    async def tell(
        conn: Connection,
        action: AuditAction,
        before: Endpoint | None = None,
        after: Endpoint | None = None,
    ) -> None:
        entry = endpoint_entry(
            action,
            endpoint_id=endpoint_id,
            market_id=market_id,
            origin=origin,
            before=before,
            after=after,
        )
        await audit_log.append(conn, entry)

    shown, is_replayed = await runtime.transact(market_id, work)
    return Rotated(
        signing=shown.signing,
        secret=shown_secret(shown, keys),
        public_key=shown.public_key,
        is_replayed=is_replayed,
    )
