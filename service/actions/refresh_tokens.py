"""Refresh tokens as text: `hh_refresh_<8>_<43>`, 32 random bytes whose first half stays.

All tokens of one log-in share that half, so that an old one is told from a guess without keeping
any but the newest two. The other half is new each time. What a token has brought is kept under a
pad that only the token itself yields: brought again it brings the same, and the record alone tells
nobody any of it.
"""

import base64
import hashlib
import hmac
import re
import secrets

from msgspec import Struct

from service.actions.keys import Key, log_in_of
from service.domain.log_in import Brought
from service.domain.vocabulary import CredentialKind

_SHAPE = re.compile(r"hh_refresh_([0-9a-z]{8})_([0-9A-Za-z_-]{43})")
_HALF_BYTES = 16
_NEXT_BYTES = _HALF_BYTES + 32  # of a refresh token, and of an access token


class RefreshToken(Struct, frozen=True, kw_only=True):
    """A token in the clear: shown to its device only."""

    credential_id: str
    secret: bytes

    def __repr__(self) -> str:
        return f"RefreshToken({self.credential_id})"

    @property
    def text(self) -> str:
        return f"hh_refresh_{self.credential_id}_{_encode(self.secret)}"

    @property
    def hashes(self) -> Brought:
        """What is kept of it."""
        return Brought(
            line_sha256=hashlib.sha256(self.secret[:_HALF_BYTES]).digest(),
            token_sha256=hashlib.sha256(self.secret).digest(),
        )

    def next(self) -> "NextTokens":
        """Return new tokens of the same log-in."""
        return NextTokens(brought=self, random=secrets.token_bytes(_NEXT_BYTES))

    def again(self, sealed: bytes) -> "NextTokens":
        """Return what was sealed with this token; nonsense, if it was another one."""
        return NextTokens(brought=self, random=_xor(sealed, self._pad()))

    def seal(self, next_: "NextTokens") -> bytes:
        """Return the tokens as they are kept; of one token ever only for the first ones."""
        return _xor(next_.random, self._pad())

    def _pad(self) -> bytes:
        return hmac.digest(self.secret, b"hexhaul next tokens", "sha512")[:_NEXT_BYTES]


class NextTokens(Struct, frozen=True, kw_only=True):
    """What a refresh token brings: the next one, and an access token."""

    brought: RefreshToken
    random: bytes  # half of the one, and the other

    def __repr__(self) -> str:
        return f"NextTokens({self.brought.credential_id})"

    @property
    def refresh(self) -> RefreshToken:
        line = self.brought.secret[:_HALF_BYTES]
        id_ = self.brought.credential_id
        return RefreshToken(credential_id=id_, secret=line + self.random[:_HALF_BYTES])

    @property
    def access(self) -> Key:
        secret = self.random[_HALF_BYTES:]
        return log_in_of(CredentialKind.DEVICE, self.brought.credential_id, secret)


def first_refresh_token(credential_id: str) -> RefreshToken:
    """Return the first token of a log-in."""
    return RefreshToken(credential_id=credential_id, secret=secrets.token_bytes(2 * _HALF_BYTES))


def parse_refresh_token(text: str) -> RefreshToken | None:
    """Return the token, or None when it is none of ours."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    return RefreshToken(credential_id=match[1], secret=base64.urlsafe_b64decode(match[2] + "="))


def _encode(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=True))
