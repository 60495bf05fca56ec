"""Take a key of a merchant's away, at the merchant's word."""

from service.domain.audit_log import AuditAction, AuditEntry, Origin
from service.domain.errors import NotFoundError
from service.domain.ids import MarketId, MerchantId
from service.domain.keyring import IssuedKey
from service.runtime import Runtime
from service.store import audit_log, credentials


async def revoke_merchant_key(
    runtime: Runtime, *, market_id: MarketId, merchant_id: MerchantId, key_id: str, origin: Origin
) -> IssuedKey:
    """Revoke the key; again changes nothing.

    Raises:
        NotFoundError: there is no such key, or it is another's.
    """
    async with runtime.pool.transaction() as conn:
        revoked = await credentials.revoke_merchant_key(
            conn, credential_id=key_id, merchant_id=merchant_id
        )
        if revoked is None:
            raise NotFoundError("there is no such key")
        if revoked.is_changed:
            entry = AuditEntry(
                market_id=market_id,
                origin=origin,
                action=AuditAction.REVOKE_KEY,
                subject=f"key:{key_id}",
            )
            await audit_log.append(conn, entry)
    return revoked
