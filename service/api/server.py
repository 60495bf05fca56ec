"""Uvicorn's server, with an accept loop and an end of our own."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Generator
from typing import cast

import uvicorn

from service.api.acceptor import accept_all, accept_waiting
from service.api.process import ApiProcess
from service.tasks import keep_running

HURRY_S_MAX = 1
DATE_S = 1.0  # the header of that name is as old at most


class Server(uvicorn.Server):
    """Serves what `accept` takes from a listener, until `stop`; `serve` is given no sockets."""

    def __init__(self, config: uvicorn.Config, api: ApiProcess) -> None:
        super().__init__(config)
        self._api = api
        self._started, self._stopping = asyncio.Event(), asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, and let connections be accepted."""
        await super().startup(sockets)
        self._started.set()

    async def main_loop(self) -> None:
        """Run until `stop`, which is noticed at once."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(DATE_S):
                    await self._stopping.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave the signals alone: uvicorn would drop all websockets at once."""
        yield

    async def accept(self, listener: socket.socket, *, is_shared: bool) -> None:
        """Accept connections once the application runs; when cancelled, close the listener.

        Args:
            listener: a socket that listens.
            is_shared: with others who go on: they see to those who wait in the kernel's queue.
        """
        with listener:
            await self._started.wait()
            try:
                await keep_running("accept", lambda: accept_all(listener, self._new_protocol))
            finally:
                if not is_shared:
                    with contextlib.suppress(OSError):  # no room for them
                        await accept_waiting(listener, self._new_protocol)

    async def stop(self, accepting: asyncio.Task[None], *, at_once: asyncio.Event) -> None:
        """Accept nobody new, send the sockets away, and end when the last request is answered."""
        await self._started.wait()
        accepting.cancel()
        await self._api.fanout.drain(at_once=at_once)
        if at_once.is_set():
            self.config.timeout_graceful_shutdown = HURRY_S_MAX
        self.should_exit = True
        self._stopping.set()

    def _new_protocol(self) -> asyncio.Protocol:
        new = cast("Callable[..., asyncio.Protocol]", self.config.http_protocol_class)
        state, app_state = self.server_state, self.lifespan.state
        return new(config=self.config, server_state=state, app_state=app_state)
