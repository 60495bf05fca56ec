"""Runs one process of the service until it is told to stop."""

import asyncio
import gc
import os
import resource
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import structlog
import uvloop

from service import logs
from service.domain.sealing import UNSEALED, KeyChain
from service.key_file import recipient_keys_of
from service.runtime import Runtime, open_runtime
from service.settings import Settings, read_settings
from service.tasks import Stop

log = structlog.get_logger()

Main = Callable[[Runtime, Stop], Awaitable[None]]

AUTOGROUP = Path("/proc/self/autogroup")
YOUNG_OBJECTS_COUNT_MAX = 10_000  # before garbage is looked for: nearly all are gone by themselves


def run_process(
    name: str, main: Main, *, niceness: int = 0, knows_recipients: bool = False
) -> None:
    """Open a runtime and run `main` on it, until SIGTERM asks it to end, or SIGINT at once.

    Args:
        name: of the process, in logs.
        main: what it does.
        niceness: of one that leaves the processor to those who answer people (see `nice`).
        knows_recipients: whether it is given the keys of what is known of them.
    """
    _be_nice(niceness)
    settings = read_settings()
    logs.configure(process=name, level=settings.log_level)
    _open_many_files()
    keys = recipient_keys_of(settings) if knows_recipients else UNSEALED
    uvloop.run(_run(main, settings, keys))


def _be_nice(niceness: int) -> None:
    """Be nice to the other processes, also where Linux shares the processor among sessions first.

    There niceness counts within a session only (sched(7)); the session has to be our own, as it is
    under a supervisor.
    """
    os.nice(niceness)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            AUTOGROUP.write_text(str(niceness), "ascii")


def _open_many_files() -> None:
    """Take as many descriptors as this process is allowed: each socket of a client is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # macOS calls it unlimited, and grants less
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def _run(main: Main, settings: Settings, recipient_keys: KeyChain) -> None:
    stop = stop_on_signals()
    async with open_runtime(settings, recipient_keys=recipient_keys) as runtime:
        gc.freeze()  # what start-up made is here to stay: the collector need not look at it again
        gc.set_threshold(YOUNG_OBJECTS_COUNT_MAX, *gc.get_threshold()[1:])
        async with runtime.scraping.serving(settings.metrics_host, settings.metrics_port):
            await main(runtime, stop)


def stop_on_signals() -> Stop:
    """Return what SIGTERM sets; SIGINT hurries it."""
    stop = Stop()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_signal_handler(signal.SIGINT, stop.hurry)
    return stop
