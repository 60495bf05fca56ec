"""Refresh tokens as text: `hh_refresh_<8>_<43>`, 32 random bytes whose first half stays.

All tokens of one log-in share that half, so that an old one is told from a guess without keeping
any but the newest two. The other half is new each time.
"""

import base64
import hashlib
import re
import secrets

from msgspec import Struct

from service.domain.log_in import Brought

_SHAPE = re.compile(r"hh_refresh_([0-9a-z]{8})_([0-9A-Za-z_-]{43})")
_HALF_BYTES = 16


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

    def next(self) -> "RefreshToken":
        """Return another token of the same log-in."""
        line = self.secret[:_HALF_BYTES]
        return RefreshToken(
            credential_id=self.credential_id, secret=line + secrets.token_bytes(_HALF_BYTES)
        )


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
