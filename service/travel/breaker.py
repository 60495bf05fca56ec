"""A circuit breaker: who fails again and again is left alone for a while, then tried once.

The three states of M. Nygard, *Release It!* (2007), as plain values: closed lets everything pass,
open nothing, half-open one probe.
"""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker(Struct, frozen=True, kw_only=True):
    """One circuit; times are those of any clock that never jumps."""

    failures_count_max: int  # in a row; with so many it opens
    rest_s: float  # how long it stays open
    state: BreakerState = BreakerState.CLOSED
    failures_count: int = 0
    opened_s: float = 0.0


def admit(breaker: Breaker, *, at_s: float) -> Breaker | None:
    """Return the breaker with one more request under way, or None when it may not be sent.

    A probe that never reports back is given up after another rest.
    """
    if breaker.state is BreakerState.CLOSED:
        return breaker
    if at_s - breaker.opened_s < breaker.rest_s:
        return None
    return replace(breaker, state=BreakerState.HALF_OPEN, opened_s=at_s)


def succeed(breaker: Breaker) -> Breaker:
    """Return the breaker after an answer; one that is open waits for its probe all the same."""
    if breaker.state is BreakerState.OPEN:
        return breaker  # it was sent before the circuit opened
    return replace(breaker, state=BreakerState.CLOSED, failures_count=0)


def fail(breaker: Breaker, *, at_s: float) -> Breaker:
    """Return the breaker after a request that failed."""
    failures_count = breaker.failures_count + 1
    is_last = failures_count >= breaker.failures_count_max
    if breaker.state is BreakerState.HALF_OPEN or (
        breaker.state is BreakerState.CLOSED and is_last
    ):
        return replace(
            breaker, state=BreakerState.OPEN, failures_count=failures_count, opened_s=at_s
        )
    return replace(breaker, failures_count=failures_count)
