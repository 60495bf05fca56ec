"""Listens on this machine once for every bad manner, and once where nobody is to be sent."""

import asyncio
import ssl
from asyncio import Server, StreamReader, StreamWriter
from contextlib import suppress
from pathlib import Path
from typing import Self

from loadtests.hostile.manners import MANNERS, Ends, Manner, Security, Setting

HOST = "127.0.0.1"
HANG_S_MAX = 30.0  # for a connection that nobody ends
CERTIFICATE = Path(__file__).parents[2] / "tests/integration/webhooks/hooks.example.com.pem"


class Servers:
    """A port for each manner, and a trap.

    Args:
        timeout_s: how long the service waits for an answer.
    """

    def __init__(self, *, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._open: dict[str, Server] = {}
        self._trap: Server | None = None
        self.calls_count = 0
        self.trapped_count = 0  # calls that went where they were not to go

    async def __aenter__(self) -> Self:
        self._trap = await asyncio.start_server(self._catch, HOST, 0)
        for name, manner in MANNERS.items():
            self._open[name] = await asyncio.start_server(
                self._serving(manner), HOST, 0, ssl=_context(manner)
            )
        return self

    async def __aexit__(self, *ending: object) -> None:
        assert self._trap is not None, "it was entered"
        for server in (self._trap, *self._open.values()):
            server.close()

    def url(self, name: str) -> str:
        """Return where this manner is shown."""
        scheme = "http" if MANNERS[name].security is Security.NONE else "https"
        return f"{scheme}://{HOST}:{_port(self._open[name])}/hooks"

    @property
    def trap_url(self) -> str:
        """Return where nobody is to be sent."""
        assert self._trap is not None, "it was entered"
        return f"http://{HOST}:{_port(self._trap)}/inside"

    def _serving(self, manner: Manner):  # noqa: ANN202  # what asyncio wants
        async def serve(reader: StreamReader, writer: StreamWriter) -> None:
            self.calls_count += 1
            broken = (OSError, TimeoutError, asyncio.IncompleteReadError)
            with suppress(*broken):  # whoever called has hung up
                async with asyncio.timeout(HANG_S_MAX):
                    if manner.security is not Security.PRETENDED:
                        await _read_call(reader)
                    setting = Setting(timeout_s=self._timeout_s, trap_url=self.trap_url)
                    await manner.behave(Ends(reader, writer), setting)
                    await writer.drain()
            writer.close()

        return serve

    async def _catch(self, _: StreamReader, writer: StreamWriter) -> None:
        self.trapped_count += 1
        writer.close()


async def _read_call(reader: StreamReader) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length))


def _context(manner: Manner) -> ssl.SSLContext | None:
    if manner.security is not Security.STRANGE:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def _port(server: Server) -> int:
    return int(server.sockets[0].getsockname()[1])
