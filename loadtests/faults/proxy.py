"""A proxy between a client and a server, over TCP or Unix sockets, in which the weather is ours.

    async with Proxy(Path("legs/valkey.sock"), Path("sockets/valkey.sock"), seed=1) as proxy:
        proxy.change(Weather(loses_down=True))
        ...
        proxy.change(FAIR)

A connection of which bytes were lost cannot go on: it is reset when the weather turns fair, as one
is that a router has forgotten.
"""

import asyncio
import socket
import struct
from asyncio import StreamReader, StreamWriter
from copy import copy
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

from loadtests.faults.commits import CommitWatch
from loadtests.faults.weather import FAIR, Tally, Weather

CHUNK_BYTES_MAX = 65_536
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER, on, for no time at all: close sends RST

Place = Path | tuple[str, int]


class _Pair:
    """One connection: its two halves, and what befell it."""

    def __init__(self, near: tuple[StreamReader, StreamWriter]) -> None:
        self.near = near
        self.far: tuple[StreamReader, StreamWriter] | None = None
        self.is_spoilt = False  # bytes of it are lost
        self.awaits_commit = False  # what comes down next is not to arrive

    def abort(self) -> None:
        """Break both halves off, without a goodbye."""
        for half in (self.near, self.far):
            if half is not None:
                _reset(half[1])

    def close(self) -> None:
        """End both halves in good order."""
        for half in (self.near, self.far):
            if half is not None:
                half[1].close()


class Proxy:
    """Takes connections at one place and makes each another one to the server's place."""

    def __init__(self, place: Place, server: Place, *, seed: int = 0) -> None:
        self._place, self._server_place = place, server
        self._random = Random(seed)
        self._weather = FAIR
        self._is_moving = asyncio.Event()  # nothing is held
        self._is_moving.set()
        self._pairs: set[_Pair] = set()
        self._server: asyncio.Server | None = None
        self._tally = Tally()

    async def __aenter__(self) -> Self:
        if isinstance(self._place, Path):
            self._server = await asyncio.start_unix_server(
                self._serve, str(self._place), limit=CHUNK_BYTES_MAX
            )
        else:
            host, port = self._place
            self._server = await asyncio.start_server(
                self._serve, host, port, limit=CHUNK_BYTES_MAX
            )
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._server is not None, "it was entered"
        self._server.close()
        self._is_moving.set()
        for pair in tuple(self._pairs):
            pair.abort()
        while self._pairs:  # noqa: ASYNC110  # their tasks end within a few rounds of the loop
            await asyncio.sleep(0.01)

    @property
    def port(self) -> int:
        """Where it listens, if that is a port."""
        assert self._server is not None, "it was entered"
        return self._server.sockets[0].getsockname()[1]

    @property
    def tally(self) -> Tally:
        """What was done so far."""
        return copy(self._tally)

    @property
    def connections_count(self) -> int:
        """How many connections there are now."""
        return len(self._pairs)

    def change(self, weather: Weather) -> None:
        """Let the weather be this from now on."""
        self._weather = weather
        if weather.is_held:
            self._is_moving.clear()
        else:
            self._is_moving.set()
        if weather.is_cut:
            self.reset()
        for pair in tuple(self._pairs):
            if pair.is_spoilt and not (weather.loses_up or weather.loses_down):
                pair.abort()

    def reset(self) -> int:
        """Reset every connection that there is; return how many."""
        pairs = tuple(self._pairs)
        for pair in pairs:
            pair.abort()
        self._tally.cut_count += len(pairs)
        return len(pairs)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self._tally.connections_count += 1
        pair = _Pair((reader, writer))
        if self._weather.is_cut:
            self._tally.cut_count += 1
            pair.abort()
            return
        self._pairs.add(pair)
        try:
            pair.far = await self._connect()
            pumps = [
                asyncio.create_task(self._pump(pair, is_up=True)),
                asyncio.create_task(self._pump(pair, is_up=False)),
            ]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            pair.close()
            await asyncio.wait(pumps)
        except OSError:
            pair.abort()  # the server does not listen
        finally:
            self._pairs.discard(pair)

    async def _connect(self) -> tuple[StreamReader, StreamWriter]:
        if isinstance(self._server_place, Path):
            return await asyncio.open_unix_connection(
                str(self._server_place), limit=CHUNK_BYTES_MAX
            )
        host, port = self._server_place
        return await asyncio.open_connection(host, port, limit=CHUNK_BYTES_MAX)

    async def _pump(self, pair: _Pair, *, is_up: bool) -> None:
        """Carry bytes one way until either half ends."""
        assert pair.far is not None, "pumps begin when there is a server"
        source, sink = (pair.near, pair.far) if is_up else (pair.far, pair.near)
        watch = CommitWatch()
        try:
            while chunk := await source[0].read(CHUNK_BYTES_MAX):
                is_commit = is_up and watch.sees(chunk)
                if self._strikes(pair, is_up=is_up, is_commit=is_commit):
                    pair.abort()
                    return
                if self._weather.loses_up if is_up else self._weather.loses_down:
                    pair.is_spoilt = True
                    self._tally.lost_bytes += len(chunk)
                    continue
                await self._delay(len(chunk))
                if sink[1].is_closing():  # it was broken off meanwhile
                    return
                sink[1].write(chunk)
                await sink[1].drain()
        except OSError:
            pair.abort()

    def _strikes(self, pair: _Pair, *, is_up: bool, is_commit: bool) -> bool:
        """Return whether the connection ends here, because of a COMMIT; count it."""
        if is_commit and self._weather.commits == "unanswered":
            pair.awaits_commit = True
            return False
        is_over = is_commit and self._weather.commits == "lost" if is_up else pair.awaits_commit
        self._tally.commits_count += is_over
        return is_over

    async def _delay(self, bytes_count: int) -> None:
        """Wait as long as the weather says; chunks of one direction queue behind one another."""
        if self._weather.is_held:
            self._tally.held_count += 1
            await self._is_moving.wait()
        weather = self._weather
        pause_s = weather.delay_s + weather.jitter_s * self._random.random()
        if weather.bytes_per_s is not None:
            pause_s += bytes_count / weather.bytes_per_s
        if pause_s > 0.0:
            self._tally.delayed_count += 1
            await asyncio.sleep(pause_s)


def _reset(writer: StreamWriter) -> None:
    """Close a socket so that its peer is told of a reset, where the kind of socket can tell."""
    found = writer.get_extra_info("socket")
    if found is not None and found.family != socket.AF_UNIX and found.fileno() >= 0:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
