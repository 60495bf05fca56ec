"""Signatures by keys on the curve edwards25519 (Ed25519, RFC 8032); any 32 bytes make a pair."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def public_key_of(private_key: bytes) -> bytes:
    """Return the public half of the pair, 32 bytes."""
    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def sign(message: bytes, private_key: bytes) -> bytes:
    """Return the signature, 64 bytes; of the same message always the same."""
    return Ed25519PrivateKey.from_private_bytes(private_key).sign(message)
