"""Clients that cost the server something: they do not read, read a little, or ping without end.

And, to compare, those who watch the same and read all of it. Bare sockets in a process of their
own; drive them with `loadtests.live.remote`. The server's end of each connection is told by the
port, so that it can be looked at in /proc.
"""

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

from loadtests.live.frames import PING, handshake, masked

HOSTILE = ("stalled", "trickling", "flooding")
GOOD = ("reading",)
READ_BYTES = 65_536
RECEIVE_BYTES = 4_096  # of the kernel's buffer: little hides there
TRICKLE_BYTES, TRICKLE_S = 256, 1.0
FLOOD_COUNT, FLOOD_S = 50, 0.25  # pings at once, and the pause between
OPEN_S_MAX = 15.0


class Nuisances:
    """Consoles that watch a lively part of the map, and do next to nothing with what they are sent.

    Args:
        host: of the api.
        port: of the api.
        key: of an operator.
        watch: the message that says what is watched.
    """

    def __init__(self, *, host: str, port: int, key: str, watch: str) -> None:
        self._host, self._port = host, port
        self._request = handshake("/v1/ops/feed", host=f"{host}:{port}", key=key)
        self._first = masked(b'{"type":"resume"}') + masked(watch.encode())
        self._begun_count = 0
        self._sockets: list[socket.socket] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *ending: object) -> None:
        await self.end()

    async def begin(self, *, count: int, kinds: Sequence[str]) -> dict[str, list[int]]:
        """Connect so many, of these kinds in turn; return their own ports by kind."""
        ports = {kind: list[int]() for kind in kinds}
        for _ in range(count):
            kind = kinds[self._begun_count % len(kinds)]
            self._begun_count += 1
            async with asyncio.timeout(OPEN_S_MAX):
                link = await self._open(RECEIVE_BYTES if kind in HOSTILE else None)
            ports[kind].append(link.getsockname()[1])
            if kind != "stalled":
                behaviour = {"trickling": self._trickle, "flooding": self._flood}
                task = behaviour.get(kind, self._read)(link)
                self._tasks.append(asyncio.create_task(task))
        return ports

    async def end(self) -> None:
        """Hang up, all of them."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for link in self._sockets:
            link.close()
        self._tasks.clear()
        self._sockets.clear()

    async def _open(self, receive_bytes: int | None) -> socket.socket:
        loop = asyncio.get_running_loop()
        link = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_bytes is not None:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        link.settimeout(0.0)  # asyncio wants it so
        self._sockets.append(link)
        await loop.sock_connect(link, (self._host, self._port))
        await loop.sock_sendall(link, self._request)
        head = b""
        while b"\r\n\r\n" not in head:
            received = await loop.sock_recv(link, RECEIVE_BYTES)
            if not received:
                raise ConnectionError("closed in the handshake")
            head += received
        await loop.sock_sendall(link, self._first)
        return link

    async def _read(self, link: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            while await loop.sock_recv(link, READ_BYTES):
                pass

    async def _trickle(self, link: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        try:
            while await loop.sock_recv(link, TRICKLE_BYTES):  # noqa: ASYNC110  # it is the point
                await asyncio.sleep(TRICKLE_S)
        except OSError:
            pass  # cut, as it should be

    async def _flood(self, link: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        pings = masked(b"are you there", PING) * FLOOD_COUNT
        try:
            while True:
                await loop.sock_sendall(link, pings)
                await asyncio.sleep(FLOOD_S)
        except OSError:
            pass  # cut, as it should be
