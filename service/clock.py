"""Time as a dependency: market time, which is Postgres' and which a replay may run faster.

A process reads it from Postgres now and then, and counts on by its monotonic clock: what the host
takes for the time of day is for people's eyes, and whoever sets it changes no decision.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from msgspec import Struct

# How much the counting may be off: of quartz some 100 ppm, and NTP turns it by 500 ppm at most.
DRIFT_SHARE = 1e-3
RESOLUTION_S = 1e-6  # of market time, in Postgres and in datetimes


class Anchor(Struct, frozen=True, kw_only=True):
    """What the market time was at an instant of this host's monotonic clock."""

    at_s: float  # of the monotonic clock
    market_at: datetime
    time_scale: float
    error_s: float = 0.0  # by so much of real time it may have been earlier or later

    def market_time(self, at_s: float) -> datetime:
        """Return the market time at another instant of the monotonic clock."""
        return self.market_at + timedelta(seconds=(at_s - self.at_s) * self.time_scale)

    def doubt_s(self, at_s: float) -> float:
        """Return by how much of real time the answer for that instant may be wrong."""
        return self.error_s + DRIFT_SHARE * abs(at_s - self.at_s)


def anchor_between(
    asked_s: float, answered_s: float, *, market_at: datetime, time_scale: float
) -> Anchor:
    """Return the anchor that an answer makes, as if it was true halfway (Cristian 1989).

    Args:
        asked_s: by the monotonic clock, before the question.
        answered_s: by the monotonic clock, after the answer.
        market_at: the answer.
        time_scale: market seconds in a real second.
    """
    half_s = (answered_s - asked_s) / 2.0
    return Anchor(
        at_s=asked_s + half_s,
        market_at=market_at,
        time_scale=time_scale,
        error_s=half_s * (1.0 + DRIFT_SHARE) + RESOLUTION_S / time_scale,
    )


def better_anchor(kept: Anchor, found: Anchor) -> Anchor:
    """Return which of the two to go by, of which `found` is the later.

    While both can be true, the surer one: an answer that was long on its way moves nothing. When
    they contradict each other, the later one: this host has slept, or Postgres' clock was set.
    """
    is_true = found.time_scale == kept.time_scale and apart_s(kept, found) <= (
        kept.doubt_s(found.at_s) + found.error_s
    )
    return kept if is_true and kept.doubt_s(found.at_s) <= found.error_s else found


def apart_s(kept: Anchor, found: Anchor) -> float:
    """Return by how much of real time the later anchor moves the clock, either way."""
    moved = found.market_at - kept.market_time(found.at_s)
    return abs(moved.total_seconds()) / found.time_scale


class Clock:
    """Market time in this process; what is decided under locks asks Postgres itself."""

    def __init__(self, anchor: Anchor) -> None:
        self._anchor = anchor

    @property
    def time_scale(self) -> float:
        """Market seconds in a real second."""
        return self._anchor.time_scale

    def now(self) -> datetime:
        """Return the market time."""
        return self._anchor.market_time(monotonic_s())

    def real_s(self, market_s: float) -> float:
        """Return how long a duration of market time takes in real seconds."""
        return market_s / self.time_scale

    async def sleep(self, market_s: float) -> None:
        """Wait for a duration of market time."""
        await asyncio.sleep(max(0.0, self.real_s(market_s)))

    def learn(self, found: Anchor) -> float:
        """Go by this anchor if it is the better one; return by how many real seconds that moves it.

        A step, at once: nobody here needs time that never goes back, and a clock that is wrong by
        more than its doubt would decide wrongly for as long as it is being slewed.
        """
        kept, self._anchor = self._anchor, better_anchor(self._anchor, found)
        return 0.0 if self._anchor is kept else apart_s(kept, found)


def real_now() -> datetime:
    """Return what this host takes for the time, UTC: to show to people, never to decide by."""
    return datetime.fromtimestamp(time.time(), UTC)  # noqa: TID251  # the one place that reads it


def monotonic_s() -> float:
    """Return seconds of a clock that never jumps, for durations and local timers."""
    return time.monotonic()
