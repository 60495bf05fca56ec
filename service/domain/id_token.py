"""What an issuer says of who has logged in there: an ID token (OpenID Connect Core, 3.1.3.7).

Algorithms are fixed: RS256 and ES256, and a key is good for the one of its type. Whatever is not as
it should be is refused with a reason, which is for logs.
"""

import base64
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from service.domain import p256, rsa

T = TypeVar("T")

LEEWAY_S = 60.0  # of clocks
TOKEN_CHARS_MAX = 16_384
KEYS_COUNT_MAX = 50

_BASE64URL = re.compile(r"[0-9A-Za-z_-]+")


class IdTokenError(Exception):
    """The token is not to be believed; `str(error)` says why."""


class UnknownKeyError(IdTokenError):
    """None of the issuer's keys that are known here has signed it: there may be newer ones."""


class Jwk(Struct, frozen=True, kw_only=True):
    """A public key (RFC 7517), as far as it is of use here."""

    kty: str
    kid: str | None = None
    use: str | None = None
    alg: str | None = None
    n: str | None = None
    e: str | None = None
    crv: str | None = None
    x: str | None = None
    y: str | None = None


class KeySet(Struct, frozen=True, kw_only=True):
    keys: Annotated[tuple[Jwk, ...], Meta(max_length=KEYS_COUNT_MAX)]


class Expected(Struct, frozen=True, kw_only=True):
    """By whom, for whom and for which log-in the token has to be."""

    issuer: str
    client_id: str
    nonce: str


class Claims(Struct, frozen=True, kw_only=True):
    iss: str
    sub: Annotated[str, Meta(min_length=1, max_length=255)]
    aud: str | tuple[str, ...]
    exp: float
    iat: float
    nbf: float | None = None
    nonce: str | None = None
    azp: str | None = None
    email: str | None = None
    email_verified: bool | str | None = None  # some say "true", which is not believed


class _Header(Struct, frozen=True, kw_only=True):
    alg: str
    kid: str | None = None
    crit: msgspec.Raw | None = None


_KEY_TYPE_OF = {"RS256": "RSA", "ES256": "EC"}


def verify(text: str, keys: Sequence[Jwk], expected: Expected, *, now: datetime) -> Claims:
    """Return what the issuer says, if it is the issuer who says it, to us, now, for this log-in.

    Raises:
        UnknownKeyError: ask the issuer for its keys again.
        IdTokenError: it is not to be believed.
    """
    parts = text.split(".")
    if len(text) > TOKEN_CHARS_MAX or len(parts) != 3:
        raise IdTokenError("no token of three parts")
    header = _read(parts[0], _Header)
    if header.alg not in _KEY_TYPE_OF or header.crit is not None:
        raise IdTokenError("another algorithm, or more than is understood here")
    key = _key_of(header, keys)
    if not _is_signed(f"{parts[0]}.{parts[1]}".encode(), _bytes(parts[2]), key):
        raise IdTokenError("the signature does not hold")
    claims = _read(parts[1], Claims)
    _check(claims, expected, now_s=now.timestamp())
    return claims


def _check(claims: Claims, expected: Expected, *, now_s: float) -> None:
    audiences = (claims.aud,) if isinstance(claims.aud, str) else claims.aud
    if claims.iss != expected.issuer:
        raise IdTokenError("of another issuer")
    if expected.client_id not in audiences:
        raise IdTokenError("for others")
    if claims.azp != expected.client_id and (claims.azp is not None or len(audiences) != 1):
        raise IdTokenError("handed to others")
    if claims.nonce != expected.nonce:
        raise IdTokenError("for another log-in")
    if not now_s - LEEWAY_S < claims.exp:
        raise IdTokenError("too old")
    if not max(claims.iat, claims.nbf or 0.0) <= now_s + LEEWAY_S:
        raise IdTokenError("from the future")


def _key_of(header: _Header, keys: Sequence[Jwk]) -> Jwk:
    """Return the one key that may have signed it."""
    fit = [
        key
        for key in keys
        if key.kty == _KEY_TYPE_OF[header.alg]
        and key.use in (None, "sig")
        and key.alg in (None, header.alg)
        and (header.kid is None or key.kid == header.kid)
    ]
    if len(fit) != 1:
        raise UnknownKeyError(f"{len(fit)} keys may have signed it")
    return fit[0]


def _is_signed(message: bytes, signature: bytes, key: Jwk) -> bool:
    if key.kty == "RSA":
        rsa_key = rsa.read_public_key(_bytes(key.n), _bytes(key.e))
        return rsa_key is not None and rsa.is_signed(message, signature, rsa_key)
    x, y = _bytes(key.x), _bytes(key.y)
    point = p256.read_public_key(b"\4" + x + y) if len(x) == len(y) == 32 else None
    return key.crv == "P-256" and point is not None and p256.is_signed(message, signature, point)


def _read(part: str, type_: type[T]) -> T:
    try:
        return msgspec.json.decode(_bytes(part), type=type_)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise IdTokenError("it does not read as a token") from error


def _bytes(text: str | None) -> bytes:
    """Return what base64url without padding stands for."""
    if text is None or not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise IdTokenError("no base64url")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
