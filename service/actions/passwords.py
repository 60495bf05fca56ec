"""Passwords, of which only a slow and salted hash is kept: scrypt (RFC 7914), standard library.

32 MiB and a third of a second for each guess (n = 2^15, r = 8, p = 3, as OWASP advises). Its
parameters stand before each hash, so that those of new ones may grow.
"""

import base64
import hashlib
import hmac
import secrets

COST_LOG2, BLOCK_SIZE, PARALLELISM = 15, 8, 3
BYTES_MAX = 1 << 26  # of memory that OpenSSL may take, twice of what is needed
SALT_BYTES, HASH_BYTES = 16, 32


def new_password() -> str:
    """Return a random password; nobody guesses 128 bits."""
    return secrets.token_urlsafe(16)


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    salt = secrets.token_bytes(SALT_BYTES)
    return _written(salt, _hash(password, salt, _parameters()))


def is_password(password: str, kept: str | None) -> bool:
    """Return whether this is the password; without one to compare it takes as long to say no."""
    _, parameters, salt, hash_ = (kept or _written(bytes(SALT_BYTES), bytes(HASH_BYTES))).split("$")
    found = _hash(password, base64.b64decode(salt), parameters)
    return hmac.compare_digest(found, base64.b64decode(hash_)) and kept is not None


def _hash(password: str, salt: bytes, parameters: str) -> bytes:
    cost_log2, block_size, parallelism = map(int, parameters.split("-"))
    return hashlib.scrypt(
        password.encode(),
        salt=salt,
        n=1 << cost_log2,
        r=block_size,
        p=parallelism,
        maxmem=BYTES_MAX,
        dklen=HASH_BYTES,
    )


def _parameters() -> str:
    return f"{COST_LOG2}-{BLOCK_SIZE}-{PARALLELISM}"


def _written(salt: bytes, hash_: bytes) -> str:
    return f"scrypt${_parameters()}${_text(salt)}${_text(hash_)}"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
