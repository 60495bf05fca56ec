"""Signatures by RSA keys (RS256: PKCS #1 v1.5 with SHA-256, RFC 8017): verified here, never made.

The padded digest is made anew and compared as a whole: nothing of what was signed is parsed.
"""

import hashlib
from typing import NamedTuple

BITS_MIN, BITS_MAX = 2_048, 8_192
EXPONENT_MAX = 2**32

# ASN.1 of a SHA-256 digest (RFC 8017, 9.2, note 1).
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


class PublicKey(NamedTuple):
    n: int
    e: int


def read_public_key(n: bytes, e: bytes) -> PublicKey | None:
    """Return the key, or None when it is too weak, or too large to be reckoned with."""
    key = PublicKey(int.from_bytes(n), int.from_bytes(e))
    is_fit = BITS_MIN <= key.n.bit_length() <= BITS_MAX and 3 <= key.e < EXPONENT_MAX
    return key if is_fit and key.n % 2 == 1 and key.e % 2 == 1 else None


def is_signed(message: bytes, signature: bytes, key: PublicKey) -> bool:
    """Return whether the key has signed the SHA-256 of the message."""
    bytes_count = (key.n.bit_length() + 7) // 8
    number = int.from_bytes(signature)
    if len(signature) != bytes_count or number >= key.n:
        return False
    info = _DIGEST_INFO + hashlib.sha256(message).digest()
    padding = b"\xff" * (bytes_count - len(info) - 3)
    padded = b"\0\1" + padding + b"\0" + info
    return pow(number, key.e, key.n).to_bytes(bytes_count) == padded
