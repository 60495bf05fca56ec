"""Opaque cursors: where a page ended, as text that clients hand back and do not read."""

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from litestar.params import QueryParameter
from msgspec import Struct

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


class LinePlace(Struct, frozen=True, kw_only=True):
    """Where a page of a statement ended, and until when the statement goes."""

    until: datetime
    at: datetime
    id: UUID


def cursor_of_line(place: LinePlace) -> str:
    """Return the cursor behind this line."""
    return _pack(b"l" + _pack_instant(place.until) + _pack_instant(place.at) + place.id.bytes)


def line_of_cursor(cursor: str | None) -> LinePlace | None:
    """Return the line behind which to go on; None at the beginning.

    Raises:
        InvalidParamsError: it is no cursor of ours.
    """
    if cursor is None:
        return None
    packed = _unpack(cursor)
    if len(packed) != 33 or packed[:1] != b"l":
        raise InvalidParamsError("cursor: not one of this list")
    return LinePlace(
        until=_unpack_instant(packed[1:9]),
        at=_unpack_instant(packed[9:17]),
        id=UUID(bytes=packed[17:]),
    )


def _pack_instant(at: datetime) -> bytes:
    return ((at - _EPOCH) // _TICK).to_bytes(8, signed=True)


def _unpack_instant(packed: bytes) -> datetime:
    try:
        return _EPOCH + int.from_bytes(packed, signed=True) * _TICK
    except OverflowError:
        raise InvalidParamsError("cursor: not one of this list") from None


def _pack(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _unpack(cursor: str) -> bytes:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise InvalidParamsError("cursor: not one of this list") from None
