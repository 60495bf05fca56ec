"""Signatures by keys on the curve P-256 (ECDSA, FIPS 186-5), as browsers make them."""

from typing import TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

POINT_BYTES = 65  # 4, x, y: what WebCrypto calls raw
SIGNATURE_BYTES = 64  # r, s

PublicKey: TypeAlias = ec.EllipticCurvePublicKey


def read_public_key(raw: bytes) -> PublicKey | None:
    """Return the key, or None when the bytes are no uncompressed point of the curve."""
    if len(raw) != POINT_BYTES:
        return None
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        return None


def is_signed(message: bytes, signature: bytes, key: PublicKey) -> bool:
    """Return whether the key has signed the SHA-256 of the message (r and s, 32 bytes each)."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    try:
        key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
