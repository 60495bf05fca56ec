"""Uvicorn's server, with an accept loop and an end of our own."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Generator
from typing import cast

import uvicorn

from service.api.acceptor import accept_all
from service.api.process import ApiProcess
from service.tasks import keep_running

HURRY_S_MAX = 1


class Server(uvicorn.Server):
    """Serves what `accept` takes from a listener, until `stop`; `serve` is given no sockets."""

    def __init__(self, config: uvicorn.Config, api: ApiProcess) -> None:
        super().__init__(config)
        self._api = api
        self._started = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start the application, and let connections be accepted."""
        await super().startup(sockets)
        self._started.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave the signals alone: uvicorn would drop all websockets at once."""
        yield

    async def accept(self, listener: socket.socket) -> None:
        """Accept connections once the application runs; when cancelled, close the listener."""
        with listener:
            await self._started.wait()
            await keep_running(
                "accept",
                lambda: accept_all(listener, self._new_protocol, self._api.handshakes),
            )

    async def stop(self, *, at_once: asyncio.Event) -> None:
        """Send the sockets away, and end when the last request is answered."""
        await self._started.wait()
        await self._api.fanout.drain(at_once=at_once)
        if at_once.is_set():
            self.config.timeout_graceful_shutdown = HURRY_S_MAX
        self.should_exit = True

    def _new_protocol(self) -> asyncio.Protocol:
        new = cast("Callable[..., asyncio.Protocol]", self.config.http_protocol_class)
        state, app_state = self.server_state, self.lifespan.state
        return new(config=self.config, server_state=state, app_state=app_state)
