"""The period of a statement: from an instant, inclusive, to another, exclusive."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from litestar.params import QueryParameter
from msgspec import Struct

from service.domain.errors import InvalidParamsError

PERIOD_DAYS_MAX = 366

# Beyond all use, and well within what datetime and Postgres can count.
_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

FromAt = Annotated[datetime, QueryParameter(name="from", description="its first instant")]
ToAt = Annotated[datetime, QueryParameter(name="to", description="the first instant after it")]


class Period(Struct, frozen=True, kw_only=True):
    from_at: datetime
    to_at: datetime


def period_of(from_at: datetime, to_at: datetime) -> Period:
    """Return the period between two instants.

    Raises:
        InvalidParamsError: an instant has no offset from UTC, or the period is empty or too long.
    """
    if from_at.tzinfo is None or to_at.tzinfo is None:
        raise InvalidParamsError("from and to: instants with an offset, such as 2026-11-21T00:00Z")
    if not _EARLIEST <= from_at < to_at <= _LATEST:
        raise InvalidParamsError("to: after from, and both in this century or the next")
    if to_at - from_at > timedelta(days=PERIOD_DAYS_MAX):
        raise InvalidParamsError(f"to: {PERIOD_DAYS_MAX} days after from at most")
    return Period(from_at=from_at, to_at=to_at)
