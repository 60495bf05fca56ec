"""Revoke a key: it opens nothing from now on."""

from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.runtime import Runtime
from service.store import audit_log, credentials


async def revoke_key(runtime: Runtime, *, credential_id: str, origin: Origin = SHELL) -> bool:
    """Revoke the key; return False when there is none, or it was revoked before."""
    async with runtime.pool.transaction() as conn:
        found = await credentials.read_credentials(conn, credential_ids=[credential_id])
        if not found:
            return False
        if await credentials.revoke_credential(conn, credential_id=credential_id) is None:
            return False  # somebody else has, since it was read
        await audit_log.append(
            conn,
            AuditEntry(
                market_id=found[0].market_id,
                origin=origin,
                action=AuditAction.REVOKE_KEY,
                subject=f"key:{credential_id}",
            ),
        )
    return True
