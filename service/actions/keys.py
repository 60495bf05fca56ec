"""Bearer keys: `hh_test_<8>_<43>`; the prefix finds the row, the secret proves the holder.

A fast hash is right here: the secret is 256 random bits, which no dictionary holds.
"""

import hashlib
import hmac
import re
import secrets

from msgspec import Struct

_SHAPE = re.compile(r"hh_(live|test)_([0-9a-z]{8})_([0-9A-Za-z_-]{43})")
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


class Key(Struct, frozen=True, kw_only=True):
    """A new key; `text` is shown once and not kept."""

    text: str
    credential_id: str
    secret_sha256: bytes

    def __repr__(self) -> str:
        return f"Key({self.credential_id})"


def new_key(*, livemode: bool) -> Key:
    """Return a new random key."""
    credential_id = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    secret = secrets.token_urlsafe(32)
    mode = "live" if livemode else "test"
    return Key(
        text=f"hh_{mode}_{credential_id}_{secret}",
        credential_id=credential_id,
        secret_sha256=hashlib.sha256(secret.encode()).digest(),
    )


def parse_key(text: str) -> tuple[str, bytes] | None:
    """Return the credential id and the hash of the secret, or None when it is no key of ours."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    return match[2], hashlib.sha256(match[3].encode()).digest()


def is_same(a: bytes, b: bytes) -> bool:
    """Compare two hashes in constant time."""
    return hmac.compare_digest(a, b)
