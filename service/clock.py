"""Time as a dependency: the real clock, and market time, which a replay may run faster."""

import asyncio
import time
from datetime import UTC, datetime

from msgspec import Struct


class Clock(Struct, frozen=True, kw_only=True):
    """Market time by this host's clock; decisions read the same function in Postgres instead."""

    anchor_real_at: datetime
    anchor_market_at: datetime
    time_scale: float

    def now(self) -> datetime:
        """Return the market time."""
        return self.anchor_market_at + (real_now() - self.anchor_real_at) * self.time_scale

    def real_s(self, market_s: float) -> float:
        """Return how long a duration of market time takes in real seconds."""
        return market_s / self.time_scale

    async def sleep(self, market_s: float) -> None:
        """Wait for a duration of market time."""
        await asyncio.sleep(max(0.0, self.real_s(market_s)))


def real_clock() -> Clock:
    """Return the clock of life: market time is real time."""
    now = real_now()
    return Clock(anchor_real_at=now, anchor_market_at=now, time_scale=1.0)


def real_now() -> datetime:
    """Return the wall-clock time of this host, UTC."""
    return datetime.fromtimestamp(time.time(), UTC)  # noqa: TID251  # the one place that reads it


def monotonic_s() -> float:
    """Return seconds of a clock that never jumps, for durations and local timers."""
    return time.monotonic()
