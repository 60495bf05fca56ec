"""The period of a statement or of figures: from an instant, inclusive, to another, exclusive."""

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

    def clipped(self, at: datetime) -> datetime:
        """Return the instant, or the end of the period that it is beyond."""
        return max(self.from_at, min(self.to_at, at))


def period_of(
    from_at: datetime, to_at: datetime, *, hours_max: float = 24.0 * PERIOD_DAYS_MAX
) -> Period:
    """Return the period between two instants.

    Raises:
        InvalidParamsError: an instant has no offset from UTC, or the period is empty or too long.
    """
    if from_at.tzinfo is None or to_at.tzinfo is None:
        raise InvalidParamsError("from and to: instants with an offset, such as 2026-11-21T00:00Z")
    if not _EARLIEST <= from_at < to_at <= _LATEST:
        raise InvalidParamsError("to: after from, and both in this century or the next")
    if to_at - from_at > timedelta(hours=hours_max):
        raise InvalidParamsError(f"to: {_words(hours_max)} after from at most")
    return Period(from_at=from_at, to_at=to_at)


def _words(hours: float) -> str:
    if hours > 24.0:
        return f"{hours / 24.0:g} days"
    return f"{hours:g} hours" if hours >= 1.0 else f"{60.0 * hours:g} minutes"
