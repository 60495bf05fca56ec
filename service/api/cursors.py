"""Opaque cursors: where a page ended, as text that clients hand back and do not read."""

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from litestar.params import QueryParameter

from service.domain.errors import InvalidParamsError

_EPOCH, _TICK = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
PAGE_COUNT_MAX = 100
PAGE_COUNT_DEFAULT = 50

Limit = Annotated[
    int, QueryParameter(ge=1, le=PAGE_COUNT_MAX, description="how many at most, 1 to 100")
]
Cursor = Annotated[
    str | None, QueryParameter(max_length=64, description="`next_cursor` of the page before")
]


def cursor_of_id(id_: UUID) -> str:
    """Return the cursor behind this row."""
    return _pack(b"i" + id_.bytes)


def id_of_cursor(cursor: str | None) -> UUID | None:
    """Return the row behind which to go on; None at the beginning.

    Raises:
        InvalidParamsError: it is no cursor of ours.
    """
    if cursor is None:
        return None
    packed = _unpack(cursor)
    if len(packed) != 17 or packed[:1] != b"i":
        raise InvalidParamsError("cursor: not one of this list")
    return UUID(bytes=packed[1:])


def cursor_of_sequence(sequence: int) -> str:
    """Return the cursor behind this event of a job."""
    return _pack(b"s" + sequence.to_bytes(8))


def sequence_of_cursor(cursor: str | None) -> int:
    """Return the event behind which to go on; 0 at the beginning.

    Raises:
        InvalidParamsError: it is no cursor of ours.
    """
    if cursor is None:
        return 0
    packed = _unpack(cursor)
    sequence = int.from_bytes(packed[1:])
    if len(packed) != 9 or packed[:1] != b"s" or sequence >= 2**63:
        raise InvalidParamsError("cursor: not one of this list")
    return sequence


def number_of_cursor(cursor: str | None) -> int | None:
    """Return the number, of a list that counts down, before which to go on; None at the beginning.

    Raises:
        InvalidParamsError: it is no cursor of ours.
    """
    return None if cursor is None else sequence_of_cursor(cursor)


def cursor_of_instant(at: datetime, id_: UUID) -> str:
    """Return the cursor behind this row of a list in the order of time."""
    return _pack(b"t" + ((at - _EPOCH) // _TICK).to_bytes(8, signed=True) + id_.bytes)


def instant_of_cursor(cursor: str | None) -> tuple[datetime, UUID] | tuple[None, None]:
    """Return the instant and the row behind which to go on; None twice at the beginning.

    Raises:
        InvalidParamsError: it is no cursor of ours.
    """
    if cursor is None:
        return None, None
    packed = _unpack(cursor)
    if len(packed) != 25 or packed[:1] != b"t":
        raise InvalidParamsError("cursor: not one of this list")
    try:
        at = _EPOCH + int.from_bytes(packed[1:9], signed=True) * _TICK
    except OverflowError:
        raise InvalidParamsError("cursor: not one of this list") from None
    return at, UUID(bytes=packed[9:])


def _pack(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _unpack(cursor: str) -> bytes:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise InvalidParamsError("cursor: not one of this list") from None
