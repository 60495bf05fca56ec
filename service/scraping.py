"""Metrics, for whoever asks: what is measured only then, and the little server that answers.

It speaks as much HTTP as a scraper needs: `GET /metrics`, one answer a connection. Who may ask is
a matter of where it listens.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from service.metrics import REGISTRY

REQUEST_BYTES_MAX = 8_192
REQUEST_S_MAX = 5.0
ANSWER_S_MAX = 10.0
CONNECTIONS_COUNT_MAX = 8
MEASURE_S_MAX = 5.0  # of all that is measured for one answer

log = structlog.get_logger()

Measure = Callable[[], Awaitable[None]]


class Scraping:
    """What is to be measured before each answer, and the answer."""

    def __init__(self) -> None:
        self._measures: list[Measure] = []
        self._measuring = asyncio.Lock()
        self._connections_count = 0

    def before(self, measure: Measure) -> None:
        """Measure this before each answer; it sets gauges, and clears them if it cannot tell."""
        self._measures.append(measure)

    async def text(self) -> bytes:
        """Return all metrics of this process as they are now."""
        async with self._measuring:  # one after the other: two who ask cost no more than one
            try:
                async with asyncio.timeout(MEASURE_S_MAX):
                    for measure in self._measures:
                        await measure()
            except Exception as error:  # noqa: BLE001  # whatever it is, the others are told
                log.warning("unmeasured", error=repr(error))
            return generate_latest(REGISTRY)

    @asynccontextmanager
    async def serving(self, host: str, port: int) -> AsyncGenerator[None]:
        """Answer on this port while the block runs; on none if it is 0.

        Raises:
            OSError: the port is not to be had.
        """
        if port == 0:
            yield
            return
        server = await asyncio.start_server(self._serve, host, port, limit=REQUEST_BYTES_MAX)
        async with server:
            yield

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections_count += 1
        try:
            if self._connections_count <= CONNECTIONS_COUNT_MAX:
                async with asyncio.timeout(REQUEST_S_MAX):
                    head = await reader.readuntil(b"\r\n\r\n")
                async with asyncio.timeout(ANSWER_S_MAX):
                    writer.write(await self._answer(head))
                    await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # it asked nothing, or left
        finally:
            self._connections_count -= 1
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, head: bytes) -> bytes:
        method, _, rest = head.partition(b" ")
        path = rest.partition(b" ")[0].partition(b"?")[0]
        if path != b"/metrics":
            return _response(b"404 Not Found", b"there is only /metrics\n", b"text/plain")
        if method != b"GET":
            return _response(b"405 Method Not Allowed", b"there is only GET\n", b"text/plain")
        return _response(b"200 OK", await self.text(), CONTENT_TYPE_LATEST.encode())


def _response(status: bytes, body: bytes, content_type: bytes) -> bytes:
    lines = (
        b"HTTP/1.1 " + status,
        b"Content-Type: " + content_type,
        b"Content-Length: %d" % len(body),
        b"Connection: close",
    )
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
