"""Give a merchant one more key."""

from collections.abc import Collection, Sequence
from datetime import timedelta

import msgspec
from msgspec import Struct

from service.actions.keys import Key, new_key
from service.actions.once import Once, find_done, keep_done
from service.domain.allow_list import canonical, check_within
from service.domain.audit_log import AuditAction, AuditEntry, Origin
from service.domain.errors import AlreadyCreatedError, NotFoundError
from service.domain.ids import MerchantId
from service.domain.keyring import IssuedKey, check_new_key
from service.domain.permission import Scope
from service.runtime import Runtime
from service.store import audit_log, credentials, merchants
from service.store.connection import Connection

CREATED = 201
LISTED_COUNT_MAX = 100  # the active ones come first


class NewKey(Struct, frozen=True, kw_only=True):
    """A key as it is listed, and as it is shown this once."""

    key: Key
    issued: IssuedKey


class _Kept(Struct, frozen=True, kw_only=True):
    """What is kept of the answer: nothing that opens a door."""

    id: str


async def create_key(
    runtime: Runtime,
    *,
    merchant_id: MerchantId,
    name: str,
    scopes: Collection[Scope],
    expires_in_s: int | None,
    granted_by: Collection[Scope],
    allowed_from: Sequence[str] | None = None,
    used_from: Sequence[str] = (),
    once: Once | None = None,
    origin: Origin,
) -> NewKey:
    """Create a key that is for no more than the one that asks for it.

    A repeated request creates no other, and is not told the secret again: of that only a hash is
    kept, and to keep the answer would be to keep the secret. Who has lost it revokes that key.

    Args:
        runtime: of this process.
        merchant_id: whose it is.
        name: what it is used for.
        scopes: what it may be used for.
        expires_in_s: so long it lasts; None is for good.
        granted_by: the scopes of the key that asks.
        allowed_from: networks, empty for anywhere; None takes those of the key that asks.
        used_from: those.
        once: the request, if it may be repeated.
        origin: who asks.

    Raises:
        InvalidParamsError: what is said to be a network is none.
        ForbiddenError: it would be for more.
        CapacityExceededError: there are enough.
        AlreadyCreatedError: this request has created it.
        IdempotencyMismatchError: the idempotency key was used with another request.
        NotFoundError: there is no such merchant.
    """
    networks = canonical(used_from if allowed_from is None else allowed_from)
    check_within(networks, used_from)
    async with runtime.pool.transaction() as conn:
        merchant = await merchants.lock_merchant(conn, merchant_id=merchant_id)
        if merchant is None:
            raise NotFoundError("there is no such merchant")
        if once is not None:
            await _check_first(conn, once)
        keys = await credentials.list_merchant_keys(
            conn, merchant_id=merchant_id, limit_count=LISTED_COUNT_MAX
        )
        check_new_key(keys, name=name, scopes=scopes, granted_by=granted_by, now=merchant.now)
        key = new_key(livemode=merchant.livemode)
        issued = IssuedKey(
            id=key.credential_id,
            name=name,
            scopes=tuple(sorted(set(scopes))),
            created_at=merchant.now,
            last_used_at=None,
            expires_at=None
            if expires_in_s is None
            else merchant.now + timedelta(seconds=expires_in_s),
            revoked_at=None,
            allowed_from=networks,
        )
        await credentials.create_credential(
            conn,
            credential_id=issued.id,
            secret_sha256=key.secret_sha256,
            merchant_id=merchant_id,
            courier_id=None,
            operator_id=None,
            scopes=issued.scopes,
            name=issued.name,
            expires_at=issued.expires_at,
            created_at=issued.created_at,
            allowed_from=issued.allowed_from,
        )
        if once is not None:
            kept = msgspec.json.encode(_Kept(id=issued.id))
            await keep_done(conn, once, status_code=CREATED, body=kept)
        entry = AuditEntry(
            market_id=merchant.market_id,
            origin=origin,
            action=AuditAction.CREATE_KEY,
            subject=f"key:{issued.id}",
            after={
                "owner": f"merchant:{merchant_id}",
                "scopes": " ".join(issued.scopes),
                "allowed_from": " ".join(issued.allowed_from),
            },
        )
        await audit_log.append(conn, entry)
    return NewKey(key=key, issued=issued)


async def _check_first(conn: Connection, once: Once) -> None:
    done = await find_done(conn, once)
    if done is not None:
        made = msgspec.json.decode(done, type=_Kept)
        raise AlreadyCreatedError(
            f"this request has created the key {made.id}, whose secret was shown then: revoke it,"
            " and create another under another Idempotency-Key"
        )
