"""How late the event loop of this process is: the time by which short sleeps end too late.

A loop that is blocked by a computation, or starved of a processor, answers nobody meanwhile.
"""

import asyncio
from collections import deque

import structlog
from msgspec import Struct

from service.clock import monotonic_s

SAMPLE_S = 0.02
WINDOW_S = 60.0
SAMPLES_COUNT_MAX = int(WINDOW_S / SAMPLE_S)
WARNED_MS_MIN = 250.0  # a lag of this kind is felt by people

log = structlog.get_logger()


class Lag(Struct, frozen=True, kw_only=True):
    """The lags of a window, in milliseconds of real time; None before the first sample."""

    p50_ms: float | None
    p99_ms: float | None
    max_ms: float | None


class LoopLag:
    """Samples of the last minute, bounded; the oldest go first."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, float]] = deque(maxlen=SAMPLES_COUNT_MAX)

    def note(self, lag_s: float, *, at_s: float) -> None:
        """Add a sample, taken at a time of the monotonic clock."""
        self._samples.append((at_s, max(0.0, lag_s)))

    def window(self) -> Lag:
        """Return what the samples say."""
        lags_s = sorted(lag_s for _, lag_s in self._samples)
        if not lags_s:
            return Lag(p50_ms=None, p99_ms=None, max_ms=None)
        return Lag(
            p50_ms=_ms(lags_s[len(lags_s) // 2]),
            p99_ms=_ms(lags_s[len(lags_s) * 99 // 100]),
            max_ms=_ms(lags_s[-1]),
        )

    def max_ms(self, *, since_s: float) -> float | None:
        """Return the longest lag that ended after then; None when no sample did."""
        longest_s: float | None = None
        for at_s, lag_s in reversed(self._samples):
            if at_s <= since_s:
                break
            longest_s = lag_s if longest_s is None else max(longest_s, lag_s)
        return None if longest_s is None else _ms(longest_s)

    def mean_ms(self, *, since_s: float) -> float | None:
        """Return the mean of the lags that ended after then; None when none did."""
        lags_s = list[float]()
        for at_s, lag_s in reversed(self._samples):
            if at_s <= since_s:
                break
            lags_s.append(lag_s)
        return _ms(sum(lags_s) / len(lags_s)) if lags_s else None

    async def run(self) -> None:
        """Take samples, and tell the log of each window; never returns."""
        told_s = monotonic_s()
        while True:
            due_s = monotonic_s() + SAMPLE_S
            await asyncio.sleep(SAMPLE_S)
            now_s = monotonic_s()
            self.note(now_s - due_s, at_s=now_s)
            if now_s - told_s >= WINDOW_S:
                told_s = now_s
                _tell(self.window())


def _tell(lag: Lag) -> None:
    is_felt = lag.max_ms is not None and lag.max_ms >= WARNED_MS_MIN
    say = log.warning if is_felt else log.info
    say("loop_lag", p50_ms=lag.p50_ms, p99_ms=lag.p99_ms, max_ms=lag.max_ms)


def _ms(lag_s: float) -> float:
    return round(lag_s * 1_000.0, 1)
