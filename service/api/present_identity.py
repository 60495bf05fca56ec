"""Keys and log-ins as their owners see them."""

from service.domain.keyring import IssuedKey
from service.wire.identity import KeyBody


def key_body(key: IssuedKey, *, livemode: bool) -> KeyBody:
    """Return the key without its secret, which nobody has but its holder."""
    return KeyBody(
        id=key.id,
        name=key.name,
        scopes=key.scopes,
        livemode=livemode,
        created_at=key.created_at,
        last_used_at=key.last_used_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
        allowed_from=key.allowed_from,
    )
