"""Signatures by RSA keys (RS256: PKCS #1 v1.5 with SHA-256, RFC 8017)."""

from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

BITS_MIN, BITS_MAX = 2_048, 8_192
EXPONENT_MAX = 2**32

PublicKey: TypeAlias = rsa.RSAPublicKey


def read_public_key(n: bytes, e: bytes) -> PublicKey | None:
    """Return the key, or None when it is too weak, or too large to be reckoned with."""
    numbers = rsa.RSAPublicNumbers(int.from_bytes(e), int.from_bytes(n))
    if not (BITS_MIN <= numbers.n.bit_length() <= BITS_MAX and numbers.e < EXPONENT_MAX):
        return None
    try:
        return numbers.public_key()
    except ValueError:
        return None


def is_signed(message: bytes, signature: bytes, key: PublicKey) -> bool:
    """Return whether the key has signed the SHA-256 of the message."""
    try:
        key.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True
