"""Loops that must not die in silence: each failure is logged, and the loop begins again.

And how a process is told to end.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from service.metrics import TASK_RESTARTS

log = structlog.get_logger()

RESTART_S_MIN = 0.1
RESTART_S_MAX = 2.0


class Stop(asyncio.Event):
    """Set when the process is to end, in good order; `at_once` too when it waits for nobody."""

    def __init__(self) -> None:
        super().__init__()
        self.at_once = asyncio.Event()

    def hurry(self) -> None:
        """End, and wait for nobody."""
        self.at_once.set()
        self.set()


async def keep_running(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Run `work` for ever; when it fails or returns, run it again after a growing pause.

    The pause doubles from 0.1 s to 2 s, and starts anew once a run has lasted longer than that.
    """
    pause_s = RESTART_S_MIN
    loop = asyncio.get_running_loop()
    while True:
        began_s = loop.time()
        try:
            await work()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, the loop goes on
            log.warning("task_failed", task=name, error=repr(error))
        if loop.time() - began_s > RESTART_S_MAX:
            pause_s = RESTART_S_MIN
        TASK_RESTARTS.labels(task=name).inc()
        await asyncio.sleep(pause_s)
        pause_s = min(RESTART_S_MAX, 2.0 * pause_s)
