"""The token in a recipient's link: 128 bits that nobody guesses, and of which only a hash is kept.

It is made from a random seed by a key of the deployment, as webhook secrets are: so the merchant
can be told it again, and a repeated request gets the same one, while the database alone opens
nothing. Without such a key the seed is enough to make it.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping

from service.domain.webhook_signature import Seed, UnknownKeyError

SEED_BYTES = 16
TOKEN_PATTERN = "[A-Za-z0-9_-]{22}"  # noqa: S105  # the shape of one
_TOKEN_BYTES = 16
_SHAPE = re.compile(TOKEN_PATTERN)
_LABEL = b"tracking token\0"  # keys make other things too: nothing made for one is good as another


def token_of(seed: Seed, keys: Mapping[str, bytes]) -> str:
    """Return the token, in base64url without padding.

    Raises:
        UnknownKeyError: it was made with a key that is gone.
    """
    key = b""
    if seed.key_id is not None:
        if seed.key_id not in keys:
            raise UnknownKeyError(seed.key_id)
        key = keys[seed.key_id]
    digest = hmac.digest(key, _LABEL + seed.seed, "sha256")
    return base64.urlsafe_b64encode(digest[:_TOKEN_BYTES]).rstrip(b"=").decode()


def told_again(seed: Seed | None, keys: Mapping[str, bytes]) -> str | None:
    """Return the token of a job; None if it has none, or none that can be told again."""
    if seed is None:
        return None
    try:
        return token_of(seed, keys)
    except UnknownKeyError:
        return None  # the link works on: its hash is kept


def token_sha256(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def is_token(text: str) -> bool:
    """Return whether the text has the shape of a token."""
    return _SHAPE.fullmatch(text) is not None
