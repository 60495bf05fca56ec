"""What webhooks are signed with and how: the scheme of Standard Webhooks, version 1.

Keys of the deployment, if it has any, keep the secrets out of the database: a row has only a seed,
from which a key makes the secret (HMAC-SHA256 as a pseudo-random function, as in RFC 5869).
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence

from msgspec import Struct

SEED_BYTES = 32
_PREFIX = "whsec_"
_KEY_BYTES = 32


class UnknownKeyError(Exception):
    """The key with which the secret was made is not among those of the settings."""


class Seed(Struct, frozen=True, kw_only=True):
    """What is kept of a secret; without `key_id` it is the secret itself."""

    seed: bytes
    key_id: str | None

    def __repr__(self) -> str:
        return f"Seed(key_id={self.key_id!r})"


def read_keys(text: str) -> dict[str, bytes]:
    """Return the keys by their ids, in order: the first is for new secrets, the others for old.

    Args:
        text: each of 64 hexadecimal digits, spaces between; may be empty.

    Raises:
        ValueError: one is not.
    """
    keys = [bytes.fromhex(part) for part in text.split()]
    if any(len(key) != _KEY_BYTES for key in keys):
        raise ValueError(f"a webhook key is {2 * _KEY_BYTES} hexadecimal digits")
    return {hashlib.sha256(b"webhook key id\0" + key).hexdigest()[:16]: key for key in keys}


def new_seed(seed: bytes, keys: Mapping[str, bytes]) -> Seed:
    """Return random bytes as the seed of a secret, under the first key if there is one."""
    return Seed(seed=seed, key_id=next(iter(keys), None))


def secret_of(seed: Seed, keys: Mapping[str, bytes]) -> bytes:
    """Return the secret.

    Raises:
        UnknownKeyError: it was made with a key that is gone.
    """
    if seed.key_id is None:
        return seed.seed
    if seed.key_id not in keys:
        raise UnknownKeyError(seed.key_id)
    return hmac.digest(keys[seed.key_id], b"webhook secret\0" + seed.seed, "sha256")


def secret_text(secret: bytes) -> str:
    """Return the secret as receivers are given it."""
    return _PREFIX + base64.b64encode(secret).decode()


def signed_headers(
    secrets: Sequence[bytes], *, event_id: str, timestamp_s: int, body: bytes
) -> dict[str, str]:
    """Return the headers that prove who sends this, signed with each of the secrets.

    Args:
        secrets: all that are live.
        event_id: the same at each attempt, so that receivers may know what they have had.
        timestamp_s: of this attempt, in seconds since 1970.
        body: as it is sent, to the byte.
    """
    signed = f"{event_id}.{timestamp_s}.".encode() + body
    signatures = (hmac.digest(secret, signed, "sha256") for secret in secrets)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(one).decode()}" for one in signatures),
    }
