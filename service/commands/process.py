"""Runs one process of the service until it is told to stop."""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable

import structlog
import uvloop

from service import logs
from service.runtime import Runtime, open_runtime
from service.settings import Settings, read_settings

log = structlog.get_logger()

Main = Callable[[Runtime, asyncio.Event], Awaitable[None]]


def run_process(name: str, main: Main) -> None:
    """Open a runtime and run `main` on it; SIGTERM and SIGINT set its event to stop."""
    logs.configure(process=name)
    uvloop.run(_run(main, read_settings()))


async def _run(main: Main, settings: Settings) -> None:
    stop = stop_on_signals()
    async with open_runtime(settings) as runtime:
        gc.freeze()  # what start-up made is here to stay: the collector need not look at it again
        await main(runtime, stop)


def stop_on_signals() -> asyncio.Event:
    """Return an event that SIGTERM or SIGINT sets."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_, stop.set)
    return stop
