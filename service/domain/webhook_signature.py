"""What webhooks are signed with and how: the schemes of Standard Webhooks, `v1` and `v1a`.

`v1` is an HMAC by a secret that the receiver shares; `v1a` an Ed25519 signature, of which the
receiver knows the public key only. Keys of the deployment, if it has any, keep the secrets out of
the database: a row has only a seed, from which a key makes the secret (HMAC-SHA256 as a
pseudo-random function, as in RFC 5869).
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence

from msgspec import Struct

from service.domain import ed25519
from service.domain.vocabulary import Signing

SEED_BYTES = 32
_KEY_BYTES = 32
_LABELS = {  # keys make other things too: nothing made for one is good as another
    Signing.HMAC: b"webhook secret\0",
    Signing.ED25519: b"webhook private key\0",
}


class UnknownKeyError(Exception):
    """The key with which the secret was made is not among those of the settings."""


class Seed(Struct, frozen=True, kw_only=True):
    """What is kept of a secret; without `key_id` it is the secret itself."""

    seed: bytes
    key_id: str | None

    def __repr__(self) -> str:
        return f"Seed(key_id={self.key_id!r})"


class SigningSeed(Seed, frozen=True, kw_only=True):
    """What is kept of what signs."""

    signing: Signing = Signing.HMAC

    def __repr__(self) -> str:
        return f"SigningSeed(key_id={self.key_id!r}, signing={self.signing.value!r})"


class Shown(Struct, frozen=True, kw_only=True):
    """What a receiver is shown of what signs, once and to the same request: kept for the answer.

    Of a secret that is shared its seed, of a pair the public half: nobody is shown the private one.
    """

    signing: Signing = Signing.HMAC  # answers of before that are on record name none
    seed: bytes | None = None
    key_id: str | None = None
    public_key: bytes | None = None

    def __repr__(self) -> str:
        return f"Shown(key_id={self.key_id!r}, signing={self.signing.value!r})"


class Secret(Struct, frozen=True, kw_only=True):
    """What signs: 32 bytes that the receiver shares, or that are the private half of a pair."""

    value: bytes
    signing: Signing = Signing.HMAC

    def __repr__(self) -> str:
        return f"Secret(signing={self.signing.value!r})"


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


def new_signing_seed(seed: bytes, keys: Mapping[str, bytes], *, signing: Signing) -> SigningSeed:
    """Return random bytes as the seed of what signs, under the first key if there is one."""
    return SigningSeed(seed=seed, key_id=new_seed(seed, keys).key_id, signing=signing)


def secret_of(seed: SigningSeed, keys: Mapping[str, bytes]) -> Secret:
    """Return the secret.

    Raises:
        UnknownKeyError: it was made with a key that is gone.
    """
    if seed.key_id is None:
        return Secret(value=seed.seed, signing=seed.signing)
    if seed.key_id not in keys:
        raise UnknownKeyError(seed.key_id)
    value = hmac.digest(keys[seed.key_id], _LABELS[seed.signing] + seed.seed, "sha256")
    return Secret(value=value, signing=seed.signing)


def secrets_of(seeds: Sequence[SigningSeed], keys: Mapping[str, bytes]) -> list[Secret]:
    """Return the secrets that can be made: of one that was replaced the key may be gone already.

    Raises:
        UnknownKeyError: none can.
    """
    known = [seed for seed in seeds if seed.key_id is None or seed.key_id in keys]
    return [secret_of(seed, keys) for seed in known or seeds]


def secret_text(secret: Secret) -> str | None:
    """Return the secret as receivers are given it; None of one that they have no need to know."""
    match secret.signing:
        case Signing.HMAC:
            return "whsec_" + base64.b64encode(secret.value).decode()
        case Signing.ED25519:
            return None


def shown_of(seed: SigningSeed, *, public_key: bytes | None) -> Shown:
    """Return what may be shown of what the seed makes, whose public half is `public_key`."""
    match seed.signing:
        case Signing.HMAC:
            return Shown(seed=seed.seed, key_id=seed.key_id)
        case Signing.ED25519:
            return Shown(signing=seed.signing, public_key=public_key)


def shown_secret(shown: Shown, keys: Mapping[str, bytes]) -> str | None:
    """Return the secret as receivers are given it; None of a pair.

    Raises:
        UnknownKeyError: it was made with a key that is gone.
    """
    if shown.seed is None:
        return None
    seed = SigningSeed(seed=shown.seed, key_id=shown.key_id, signing=shown.signing)
    return secret_text(secret_of(seed, keys))


def public_key_of(secret: Secret) -> bytes | None:
    """Return the public half of a pair; None of a secret that is shared."""
    match secret.signing:
        case Signing.HMAC:
            return None
        case Signing.ED25519:
            return ed25519.public_key_of(secret.value)


def public_key_text(public_key: bytes) -> str:
    """Return the public key as receivers are given it."""
    return "whpk_" + base64.b64encode(public_key).decode()


def signed_headers(
    secrets: Sequence[Secret], *, event_id: str, timestamp_s: int, body: bytes
) -> dict[str, str]:
    """Return the headers that prove who sends this, signed with each of the secrets.

    Args:
        secrets: all that are live.
        event_id: the same at each attempt, so that receivers may know what they have had.
        timestamp_s: of this attempt, in seconds since 1970.
        body: as it is sent, to the byte.
    """
    signed = f"{event_id}.{timestamp_s}.".encode() + body
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": " ".join(_signature(secret, signed) for secret in secrets),
    }


def _signature(secret: Secret, signed: bytes) -> str:
    match secret.signing:
        case Signing.HMAC:
            version, signature = "v1", hmac.digest(secret.value, signed, "sha256")
        case Signing.ED25519:
            version, signature = "v1a", ed25519.sign(signed, secret.value)
    return f"{version},{base64.b64encode(signature).decode()}"
