"""The Idempotency-Key header, and what makes two requests the same."""

import hashlib
from functools import partial
from typing import Annotated

import msgspec
from litestar.params import HeaderParameter
from msgspec import Struct

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


def once_of(caller: MerchantCaller, key: str, *, path: str, body: Struct | None = None) -> Once:
    """Return the POST as one that may be repeated under the key."""
    asked = partial(_sha256, "POST", path)
    return Once(
        merchant_id=caller.id,
        key=key,
        request_sha256=asked(None if body is None else said_in(body)),
        former_sha256=asked(body),  # until 48 h after the last process of 0.1.0 has ended
    )


def perhaps_once_of(
    caller: MerchantCaller, key: str | None, *, path: str, body: Struct | None = None
) -> Once | None:
    """Return the POST as one that may be repeated, if the client has said under which key."""
    return None if key is None else once_of(caller, key, path=path, body=body)


def said_in(body: Struct) -> dict[str, object]:
    """Return what a body says beyond the defaults.

    So a request stays the same when the next release knows more of what may be asked for.
    """
    said: dict[str, object] = {}
    for field in msgspec.structs.fields(body):
        value = getattr(body, field.name)
        if value != _default_of(field):
            said[field.encode_name] = said_in(value) if isinstance(value, Struct) else value
    return said


def _default_of(field: msgspec.structs.FieldInfo) -> object:
    made = field.default_factory
    return field.default if made is msgspec.NODEFAULT else made()


def _sha256(method: str, path: str, body: object) -> bytes:
    canonical = msgspec.json.encode(body, order="sorted")
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), canonical))).digest()


def replay_headers(*, is_replayed: bool) -> dict[str, str]:
    """Return the headers that tell a repeated answer from a new one."""
    return {"Idempotent-Replayed": "true"} if is_replayed else {}
