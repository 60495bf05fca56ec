"""One log-in by way of an issuer: all that has to come back derives from one secret of the browser.

Only that secret is kept, in a cookie of the browser that began: so nobody ends a log-in that
another browser has begun, and nothing is stored here.
"""

import base64
import hashlib
import hmac
import secrets

from msgspec import Struct

ATTEMPT_S = 600  # from leaving for the issuer until coming back


class LogInAttempt(Struct, frozen=True, kw_only=True):
    state: str  # that the browser brings back
    nonce: str  # that the ID token has
    verifier: str  # of PKCE (RFC 7636): who redeems the code is who asked for it

    def __repr__(self) -> str:
        return "LogInAttempt()"

    @property
    def challenge(self) -> str:
        """What the issuer is told of the verifier (S256)."""
        return _text(hashlib.sha256(self.verifier.encode()).digest())

    def is_answered_by(self, state: str) -> bool:
        """Return whether the answer is that to this attempt."""
        return hmac.compare_digest(self.state.encode(), state.encode())


def new_secret() -> str:
    """Return what the browser is to keep."""
    return secrets.token_urlsafe(32)


def attempt_of(secret: str) -> LogInAttempt:
    """Return the attempt that the browser with this secret has begun."""
    state, nonce, verifier = (
        _text(hmac.digest(secret.encode(), use.encode(), "sha256"))
        for use in ("state", "nonce", "verifier")
    )
    return LogInAttempt(state=state, nonce=nonce, verifier=verifier)


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
