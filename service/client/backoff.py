"""When a client that lost its connection, or was turned away, may come back."""

from collections.abc import Mapping
from enum import Enum, auto

from service.wire.close_codes import CloseCode

DELAY_S_MIN = 0.1
DELAY_S_MAX = 3.0
RETRY_AFTER_S_MAX = 30.0
_RETRYABLE_STATUSES = frozenset({429, 502, 503, 504})


class Next(Enum):
    """What to do after a connection has ended."""

    COME_BACK = auto()
    STAY_AWAY = auto()  # coming back would change nothing, or take another's place


_FRAME_TOO_LARGE = 1009  # by the websocket protocol: the server reads no more than 16 KiB
_FINAL = frozenset({CloseCode.MALFORMED, CloseCode.FORBIDDEN, CloseCode.REPLACED, _FRAME_TOO_LARGE})


def after_close(code: int | None) -> Next:
    """Return what a close code asks of the client; None is a connection that was cut."""
    return Next.STAY_AWAY if code in _FINAL else Next.COME_BACK


def delay_s(failures_count: int, *, jitter: float) -> float:
    """Return the wait before the next try: it doubles with each failure, and is spread by half.

    Args:
        failures_count: tries in a row that failed, at least 1.
        jitter: a random number from 0 up to 1.
    """
    doublings_count = min(failures_count - 1, 10)  # far above the maximum, far below overflow
    longest_s = min(DELAY_S_MAX, DELAY_S_MIN * 2.0**doublings_count)
    return longest_s * (0.5 + 0.5 * jitter)


def retry_delay_s(
    status: int, headers: Mapping[str, str], *, tries_count: int, jitter: float
) -> float | None:
    """Return the wait before the same request is sent again; None where the answer is final.

    Args:
        status: of the HTTP response.
        headers: of the response, names in lower case.
        tries_count: how often it was sent, at least 1.
        jitter: a random number from 0 up to 1.
    """
    if status not in _RETRYABLE_STATUSES:
        return None
    pause_s = delay_s(tries_count, jitter=jitter)
    asked = headers.get("retry-after", "")
    return max(pause_s, min(float(asked), RETRY_AFTER_S_MAX)) if asked.isdigit() else pause_s
