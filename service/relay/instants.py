"""PURE. Instants as the milliseconds since 1970 in which positions bear them."""

from datetime import UTC, datetime, timedelta

_START = datetime(1970, 1, 1, tzinfo=UTC)


def ms_of(at: datetime) -> int:
    """Return the whole milliseconds since 1970."""
    return (at - _START) // timedelta(milliseconds=1)


def instant_of(ms: int) -> datetime:
    """Return the instant so many milliseconds after 1970."""
    return _START + timedelta(milliseconds=ms)
