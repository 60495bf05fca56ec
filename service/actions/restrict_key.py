"""Let a key of a merchant's be used from some networks only, or from anywhere again."""

from collections.abc import Sequence

from service.domain.allow_list import Address, canonical, check_within, is_allowed
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.domain.errors import InvalidParamsError, NotFoundError
from service.domain.ids import MarketId, MerchantId
from service.domain.keyring import IssuedKey
from service.runtime import Runtime
from service.store import audit_log, credentials
from service.store.connection import Connection


async def restrict_key(
    runtime: Runtime,
    *,
    market_id: MarketId,
    merchant_id: MerchantId,
    key_id: str,
    allowed_from: Sequence[str],
    used_from: Sequence[str],
    address: Address | None,
    origin: Origin,
) -> IssuedKey:
    """Set from where the key may be used; again changes nothing.

    Args:
        runtime: of this process.
        market_id: of the merchant.
        merchant_id: whose key it is.
        key_id: of the key.
        allowed_from: networks; none is anywhere.
        used_from: those of the key that asks, which cannot give more.
        address: where that is used right now.
        origin: who asks.

    Raises:
        InvalidParamsError: what is said to be a network is none, or who asks would be locked out.
        ForbiddenError: the key that asks may not be used from there itself.
        NotFoundError: there is no such key, it is another's, or it was revoked.
    """
    networks = canonical(allowed_from)
    check_within(networks, used_from)
    if key_id == origin.credential_id and not is_allowed(networks, address):
        raise InvalidParamsError(
            "the key that asks is used from elsewhere just now", field="/allowed_from"
        )
    async with runtime.pool.transaction() as conn:
        return await _set(
            conn,
            market_id=market_id,
            merchant_id=merchant_id,
            key_id=key_id,
            networks=networks,
            origin=origin,
        )


async def allow_key(
    runtime: Runtime, *, key_id: str, allowed_from: Sequence[str], origin: Origin = SHELL
) -> IssuedKey:
    """Set from where a key of any merchant may be used, for who has the shell of the deployment.

    It is the way back of a merchant whose network is gone: every key of theirs may be bound to it.

    Raises:
        InvalidParamsError: what is said to be a network is none.
        NotFoundError: no merchant has such a key, or it is over.
    """
    networks = canonical(allowed_from)
    async with runtime.pool.transaction() as conn:
        found = await credentials.read_credentials(conn, credential_ids=[key_id])
        if not found or found[0].merchant_id is None:
            raise NotFoundError(f"no merchant has a key {key_id} that is good")
        market_id, merchant_id = found[0].market_id, found[0].merchant_id
        return await _set(
            conn,
            market_id=market_id,
            merchant_id=merchant_id,
            key_id=key_id,
            networks=networks,
            origin=origin,
        )


async def _set(
    conn: Connection,
    *,
    market_id: MarketId,
    merchant_id: MerchantId,
    key_id: str,
    networks: tuple[str, ...],
    origin: Origin,
) -> IssuedKey:
    changed = await credentials.set_allowed_from(
        conn, credential_id=key_id, merchant_id=merchant_id, allowed_from=networks
    )
    if changed is None:
        raise NotFoundError("there is no such key")
    if changed.former_allowed_from != networks:
        entry = AuditEntry(
            market_id=market_id,
            origin=origin,
            action=AuditAction.RESTRICT_KEY,
            subject=f"key:{key_id}",
            before={"allowed_from": " ".join(changed.former_allowed_from)},
            after={"allowed_from": " ".join(networks)},
        )
        await audit_log.append(conn, entry)
    return changed
