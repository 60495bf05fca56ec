"""Secrets that open doors: `hh_test_<8>_<43>`; the id finds the row, the rest proves the holder.

Keys of live and of test markets, access tokens of couriers' devices, cookies of consoles. A fast
hash is right here: the secret is 256 random bits, which no dictionary holds.
"""

import base64
import hashlib
import hmac
import re
import secrets

from msgspec import Struct

from service.domain.vocabulary import CredentialKind

_SHAPE = re.compile(r"hh_(live|test|access|console)_([0-9a-z]{8})_([0-9A-Za-z_-]{43})")
_KIND = {"access": CredentialKind.DEVICE, "console": CredentialKind.CONSOLE}
_WORD = {kind: word for word, kind in _KIND.items()}
_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


class Key(Struct, frozen=True, kw_only=True):
    """A new key; `text` is shown once and not kept."""

    text: str
    credential_id: str
    secret_sha256: bytes

    def __repr__(self) -> str:
        return f"Key({self.credential_id})"


class Claim(Struct, frozen=True, kw_only=True):
    """What a text says of itself: nothing of it is proven."""

    kind: CredentialKind
    livemode: bool | None  # of keys only
    credential_id: str
    secret_sha256: bytes


def new_key(*, livemode: bool) -> Key:
    """Return a new random key."""
    return _new("live" if livemode else "test", new_credential_id())


def new_log_in(kind: CredentialKind, credential_id: str) -> Key:
    """Return a new random secret for a device or a console."""
    return _new(_WORD[kind], credential_id)


def log_in_of(kind: CredentialKind, credential_id: str, secret: bytes) -> Key:
    """Return this secret of 32 bytes as the key of a device or a console."""
    return _key(_WORD[kind], credential_id, base64.urlsafe_b64encode(secret).decode().rstrip("="))


def new_credential_id() -> str:
    """Return a random id; it is no secret."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(8))


def parse_key(text: str) -> Claim | None:
    """Return what the text claims to be, or None when it is no secret of ours."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    kind = _KIND.get(match[1], CredentialKind.KEY)
    return Claim(
        kind=kind,
        livemode=match[1] == "live" if kind is CredentialKind.KEY else None,
        credential_id=match[2],
        secret_sha256=sha256(match[3]),
    )


def sha256(secret: str) -> bytes:
    """Return the digest of a secret, which is all that is kept of it."""
    return hashlib.sha256(secret.encode()).digest()


def is_same(a: bytes, b: bytes) -> bool:
    """Compare two hashes in constant time."""
    return hmac.compare_digest(a, b)


def _new(word: str, credential_id: str) -> Key:
    return _key(word, credential_id, secrets.token_urlsafe(32))


def _key(word: str, credential_id: str, secret: str) -> Key:
    return Key(
        text=f"hh_{word}_{credential_id}_{secret}",
        credential_id=credential_id,
        secret_sha256=sha256(secret),
    )
