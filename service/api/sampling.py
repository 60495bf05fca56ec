"""How many of the couriers' positions are passed on: all, or one of a few while the loop is late.

Of all that a busy process does, a position is worth the least: the next one is seconds away. A
phone reports every four seconds, and the matcher looks away from a courier after thirty: one in
four keeps everybody in sight.
"""

import asyncio

import structlog

from service.clock import monotonic_s
from service.loop_lag import LoopLag

LOOK_S = 1.0

# The mean lag of the event loop from which on one of so many is passed on, by level.
_LEVELS = ((0.0, 1), (60.0, 2), (200.0, 4))

log = structlog.get_logger()


def one_of_count(lag_ms: float, *, before_count: int) -> int:
    """Return of how many positions one is passed on, at this mean lag.

    It follows a growing lag at once, and a shrinking one only when half of the level's is left, so
    that it does not flutter.
    """
    for from_ms, count in reversed(_LEVELS):
        holds_from_ms = from_ms / 2.0 if count <= before_count else from_ms
        if lag_ms >= holds_from_ms:
            return count
    return 1


class Sampling:
    """Of one process; each connection counts its own positions."""

    def __init__(self, loop_lag: LoopLag) -> None:
        self._loop_lag = loop_lag
        self._one_of_count = 1

    def passes(self, number: int) -> bool:
        """Return whether the position with this number on its connection is passed on."""
        return number % self._one_of_count == 0

    async def run(self) -> None:
        """Look at the lag again and again; never returns."""
        while True:
            await asyncio.sleep(LOOK_S)
            lag_ms = self._loop_lag.mean_ms(since_s=monotonic_s() - LOOK_S)
            count = one_of_count(lag_ms or 0.0, before_count=self._one_of_count)
            if count != self._one_of_count:
                log.warning("positions_sampled", one_of_count=count, lag_ms=lag_ms)
                self._one_of_count = count
