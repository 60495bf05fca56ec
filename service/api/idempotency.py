"""The Idempotency-Key header, and what makes two requests the same."""

import hashlib
from typing import Annotated

import msgspec
from litestar.params import HeaderParameter

from service.actions.once import Once
from service.api.callers import MerchantCaller

IdempotencyKey = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern="^[!-~]+$",
        description="chosen by the client, one per thing to do; repeating it repeats the answer",
    ),
]

# Where clients were before that gave none; without one each request is another thing to do.
PerhapsIdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern="^[!-~]+$",
        description="chosen by the client, one per thing to do: it is done once. Give one",
    ),
]


def request_sha256(*, method: str, path: str, body: msgspec.Struct | None) -> bytes:
    """Return the digest of what is asked: spaces, order and spelled-out defaults do not count."""
    canonical = msgspec.json.encode(body, order="sorted")
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), canonical))).digest()


def once_of(
    caller: MerchantCaller, key: str | None, *, path: str, body: msgspec.Struct | None = None
) -> Once | None:
    """Return the POST as one that may be repeated, if the client has said under which key."""
    if key is None:
        return None
    digest = request_sha256(method="POST", path=path, body=body)
    return Once(merchant_id=caller.id, key=key, request_sha256=digest)


def replay_headers(*, is_replayed: bool) -> dict[str, str]:
    """Return the headers that tell a repeated answer from a new one."""
    return {"Idempotent-Replayed": "true"} if is_replayed else {}
