"""Signatures by keys on the curve P-256 (FIPS 186-5, SEC 1): verified here, and never made.

All that is computed with is public, so the time it takes gives nothing away. It takes
some milliseconds; whoever asks for it checks first that the rest is as it should be.
"""

import hashlib
from typing import NamedTuple, TypeAlias

POINT_BYTES = 65  # 4, x, y: what WebCrypto calls raw
SIGNATURE_BYTES = 64  # r, s

_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B

# In Jacobian coordinates: x / z^2, y / z^3; z is 0 at infinity.
_Point: TypeAlias = tuple[int, int, int]

_G: _Point = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    1,
)
_INFINITY: _Point = (1, 1, 0)


class PublicKey(NamedTuple):
    """A point of the curve, and not the one at infinity."""

    x: int
    y: int


def read_public_key(raw: bytes) -> PublicKey | None:
    """Return the key, or None when the bytes are no uncompressed point of the curve."""
    if len(raw) != POINT_BYTES or raw[0] != 4:
        return None
    x, y = int.from_bytes(raw[1:33]), int.from_bytes(raw[33:])
    is_on_curve = x < _P and y < _P and (y * y - x * x * x + 3 * x - _B) % _P == 0
    return PublicKey(x, y) if is_on_curve else None


def is_signed(message: bytes, signature: bytes, key: PublicKey) -> bool:
    """Return whether the key has signed the SHA-256 of the message (ECDSA; r and s, 32 bytes)."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    if not (0 < r < _N and 0 < s < _N):
        return False
    inverse = pow(s, -1, _N)
    digest = int.from_bytes(hashlib.sha256(message).digest())
    point = sum_of_multiples(digest * inverse % _N, _G, r * inverse % _N, (key.x, key.y, 1))
    if point[2] == 0:
        return False
    z_inverse = pow(point[2], -1, _P)
    return point[0] * z_inverse * z_inverse % _P % _N == r


def sum_of_multiples(a: int, p: _Point, b: int, q: _Point) -> _Point:
    """Return a p + b q, both at once (Shamir's trick)."""
    by_bits = (_INFINITY, p, q, _add(p, q))
    total = _INFINITY
    for shift in range(255, -1, -1):
        total = _double(total)
        bits = (a >> shift & 1) | (b >> shift & 1) << 1
        if bits:
            total = _add(total, by_bits[bits])
    return total


def _double(point: _Point) -> _Point:
    """Return twice the point (a = -3: dbl-2001-b of the Explicit-Formulas Database)."""
    x, y, z = point
    if z == 0 or y == 0:
        return _INFINITY
    delta, gamma = z * z % _P, y * y % _P
    beta = x * gamma % _P
    alpha = 3 * (x - delta) * (x + delta) % _P
    doubled_x = (alpha * alpha - 8 * beta) % _P
    doubled_z = ((y + z) ** 2 - gamma - delta) % _P
    return doubled_x, (alpha * (4 * beta - doubled_x) - 8 * gamma * gamma) % _P, doubled_z


def _add(p: _Point, q: _Point) -> _Point:
    """Return the sum (add-1998-cmo-2), also of a point and itself, or its inverse."""
    if p[2] == 0:
        return q
    if q[2] == 0:
        return p
    p_zz, q_zz = p[2] * p[2] % _P, q[2] * q[2] % _P
    u, v = p[0] * q_zz % _P, q[0] * p_zz % _P
    s, t = p[1] * q[2] * q_zz % _P, q[1] * p[2] * p_zz % _P
    if u == v:
        return _double(p) if s == t else _INFINITY
    h, r = v - u, t - s
    hh = h * h % _P
    hhh, w = h * hh % _P, u * hh % _P
    x = (r * r - hhh - 2 * w) % _P
    return x, (r * (w - x) - s * hhh) % _P, p[2] * q[2] * h % _P
