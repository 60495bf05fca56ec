"""A merchant's own server: it notes each webhook that it is sent, and may behave badly."""

import asyncio
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from types import TracebackType
from typing import Literal, Self

from loadtests.faults.history import History

HOST = "127.0.0.1"
WEBHOOK = "webhook"
STALL_S_MAX = 20.0  # longer than anybody waits for an answer
_FLOOD = b"x" * 65_536
_WELL = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
_REFUSED = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_ELSEWHERE = (
    b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n"
)
_ENDLESS = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"

Manner = Literal["well", "refuses", "redirects", "resets", "stalls", "floods"]


class Sink:
    """Receives webhooks at `url(name)`; each is noted as heard by `sink:<name>`."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._server: asyncio.Server | None = None
        self._behaves = asyncio.Event()
        self._behaves.set()
        self._manner: Manner = "well"
        self.badly_count = 0  # calls that were treated badly

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, HOST, 0)
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._server is not None, "it was entered"
        self._behaves.set()
        self._server.close()

    def url(self, name: str) -> str:
        """Return the URL of an endpoint."""
        assert self._server is not None, "it was entered"
        return f"http://{HOST}:{self._server.sockets[0].getsockname()[1]}/{name}"

    def behave(self, manner: Manner) -> None:
        """Treat calls like this from now on."""
        self._manner = manner
        if manner == "well":
            self._behaves.set()
        else:
            self._behaves.clear()

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            head = await reader.readuntil(b"\r\n\r\n")
            path, headers = _read_head(head)
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            self._history.hear(
                f"sink:{path.strip('/')}",
                WEBHOOK,
                id=headers.get("webhook-id", ""),
                timestamp=headers.get("webhook-timestamp", ""),
                signature=headers.get("webhook-signature", ""),
                body=body.decode("utf-8", "replace"),
            )
            await self._answer(writer)
        writer.close()

    async def _answer(self, writer: StreamWriter) -> None:
        self.badly_count += self._manner != "well"
        match self._manner:
            case "well" | "refuses" | "redirects":
                writer.write({"well": _WELL, "refuses": _REFUSED}.get(self._manner, _ELSEWHERE))
            case "resets":
                writer.transport.abort()
                return
            case "stalls":
                with suppress(TimeoutError):
                    async with asyncio.timeout(STALL_S_MAX):
                        await self._behaves.wait()
                writer.write(_WELL)
            case "floods":
                writer.write(_ENDLESS)
                while not self._behaves.is_set() and not writer.is_closing():
                    writer.write(_FLOOD)
                    await writer.drain()
                    await asyncio.sleep(0.01)
        await writer.drain()


def _read_head(head: bytes) -> tuple[str, dict[str, str]]:
    """Return path and headers of a request, their names in lower case."""
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return first.split(" ")[1], {name.lower(): value.strip() for name, _, value in pairs}
