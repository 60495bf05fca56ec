"""Sockets live long, and the garbage collector need not look at all of them again and again.

Ten thousand sockets are a million objects: to look through them takes the better part of a second,
in which nobody is answered. A socket that is over leaves no circles behind (`sockets.untie`), so
what has lived for a while is taken out of the collector's sight, a few sockets at a time. What was
under way just then may be a circle later on; so once in a while, when there is half as much again,
it looks at everything.
"""

import asyncio
import gc
from collections.abc import Callable

import structlog

from service.clock import monotonic_s

CHECK_S = 0.25
OPENED_COUNT_MIN = 50  # sockets, before it is worth the while: some 10 ms
COUNT_AFTER_COUNT = 2_000  # sockets opened: to count what has settled takes some 50 ms
GROWTH_MAX = 1.5
OBJECTS_COUNT_MIN = 500_000  # below which all can be looked at in no time

log = structlog.get_logger()


class Settling:
    """`count_opened` tells how many sockets were ever opened in this process."""

    def __init__(self, count_opened: Callable[[], int]) -> None:
        self._count_opened = count_opened
        self._opened_count = 0
        self._counted_at_count = 0  # of sockets opened
        self._objects_count = OBJECTS_COUNT_MIN  # settled, after everything was looked at

    async def run(self) -> None:
        """Settle sockets when enough were opened; never returns."""
        while True:
            await asyncio.sleep(CHECK_S)
            opened_count = self._count_opened()
            if opened_count - self._opened_count >= OPENED_COUNT_MIN:
                self._opened_count = opened_count
                self.settle()

    def settle(self) -> None:
        """Take what lives out of the collector's sight, but first what is garbage already."""
        if self._is_too_much():
            began_s = monotonic_s()
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            self._objects_count = max(OBJECTS_COUNT_MIN, gc.get_freeze_count())
            log.info("all_collected", took_ms=round(1e3 * (monotonic_s() - began_s), 1))
        else:
            gc.collect(1)
            gc.freeze()

    def _is_too_much(self) -> bool:
        """Whether what has settled has grown by half, looked at once in a while."""
        if self._opened_count - self._counted_at_count < COUNT_AFTER_COUNT:
            return False
        self._counted_at_count = self._opened_count
        return gc.get_freeze_count() > GROWTH_MAX * self._objects_count
