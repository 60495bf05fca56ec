"""One websocket of a client that comes back by itself and resumes its stream where it was."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic, TypeVar

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from service.clock import Clock, real_now
from service.simulation.clients.backoff import Next, after_close, delay_s
from service.simulation.clients.sequence import SequenceCheck
from service.wire.courier_stream import (
    Authenticated,
    Drain,
    Hello,
    Hint,
    Refused,
    ServerMessage,
    Snapshot,
    encode,
)
from service.wire.watcher_stream import (
    CourierSightings,
    MerchantMessage,
    MerchantSnapshot,
    OpsCells,
    OpsMessage,
    OpsPositions,
    OpsSnapshot,
    OpsTick,
    WatchAuthenticated,
    WatchDrain,
    WatchHello,
    WatchRefused,
    WatchResume,
)

M = TypeVar("M", ServerMessage, MerchantMessage, OpsMessage)

FRAME_BYTES_MAX = 4 * 1024 * 1024  # a snapshot of a merchant's live jobs is one frame
OPEN_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 0.5


class Address(msgspec.Struct, frozen=True):
    """Where to connect to, and what to show at the door."""

    url: str
    headers: Mapping[str, str] = {}


class DialError(Exception):
    """There is no address now, for example no ticket; try again later."""


class Connection(Generic[M]):
    """Delivers each message of one stream to `hear`, in order, over any number of sockets.

    `hear` is called with the snapshot of every new socket, so that it can send again what may
    have been lost. It must not wait.
    """

    def __init__(
        self,
        *,
        dial: Callable[[], Awaitable[Address]],
        decode: Callable[[bytes], M],
        hear: Callable[[M], None],
        rng: random.Random,
    ) -> None:
        self._dial, self._decode, self._hear, self._rng = dial, decode, hear, rng
        self._websocket: ClientConnection | None = None
        self._quiet_until_s = 0.0  # of the loop's time: no socket is opened before
        self._failures_count = 0
        self.check = SequenceCheck()
        self.owner_id = ""  # as the server said hello
        self.clock: Clock | None = None  # market time, as the server said hello
        self.is_live = False  # between the snapshot and the end of a socket
        self.sockets_count = 0
        self.last_close_code: int | None = None

    async def run(self) -> None:
        """Keep connected; return when the server says not to come back."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(max(0.0, self._quiet_until_s - loop.time()))
            code = await self._listen_once()
            self.last_close_code = code
            if after_close(code) is Next.STAY_AWAY:
                return
            pause_s = delay_s(max(1, self._failures_count), jitter=self._rng.random())
            self._quiet_until_s = max(self._quiet_until_s, loop.time() + pause_s)

    async def send(self, message: msgspec.Struct) -> bool:
        """Send a message; False when there is no live socket, and nothing was sent."""
        if self._websocket is None or not self.is_live:
            return False
        try:
            await self._websocket.send(encode(message), text=True)
        except ConnectionClosed:
            return False
        return True

    def cut(self, *, silent_s: float) -> None:
        """Drop the socket without a word, and open none for so long (real time)."""
        self._quiet_until_s = asyncio.get_running_loop().time() + silent_s
        self.is_live = False
        if self._websocket is not None:
            self._websocket.transport.abort()

    async def _listen_once(self) -> int | None:
        """Open a socket and read it to its end; return the close code, if there was one."""
        self._failures_count += 1  # until the snapshot says otherwise
        try:
            address = await self._dial()
            async with connect(
                address.url,
                additional_headers=dict(address.headers),
                compression=None,
                max_size=FRAME_BYTES_MAX,
                open_timeout=OPEN_TIMEOUT_S,
                close_timeout=CLOSE_TIMEOUT_S,
                proxy=None,
            ) as websocket:
                self._websocket = websocket
                await self._read(websocket)
                return websocket.close_code
        except (DialError, OSError, TimeoutError, WebSocketException):
            return None
        finally:
            self._websocket, self.is_live = None, False

    async def _read(self, websocket: ClientConnection) -> None:
        self.sockets_count += 1
        try:
            while True:
                message = self._decode(await websocket.recv(decode=False))
                if isinstance(message, Hello | WatchHello):
                    self._greeted(message)
                    resume = WatchResume(epoch=self.check.epoch, after_seq=self.check.seq)
                    await websocket.send(encode(resume), text=True)
                self._count(message)
                self._hear(message)
        except ConnectionClosed:
            return

    def _greeted(self, hello: Hello | WatchHello) -> None:
        self.owner_id = str(hello.courier_id) if isinstance(hello, Hello) else hello.owner_id
        self.clock = Clock(
            anchor_real_at=real_now(),
            anchor_market_at=hello.server_time,
            time_scale=hello.time_scale,
        )

    def _count(self, message: ServerMessage | MerchantMessage | OpsMessage) -> None:
        match message:
            case Snapshot() | MerchantSnapshot() | OpsSnapshot():
                self.check.snapshot(
                    epoch=message.epoch, seq=message.seq, recovered=message.recovered
                )
                self.is_live, self._failures_count = True, 0
            case Drain() | WatchDrain():
                pause_s = message.reconnect_in_ms / 1_000.0
                self._quiet_until_s = asyncio.get_running_loop().time() + pause_s
            case Hello() | WatchHello() | Refused() | WatchRefused():
                pass
            case Authenticated() | WatchAuthenticated():
                pass
            case Hint() | OpsTick() | OpsPositions() | OpsCells() | CourierSightings():
                pass  # no part of the stream
            case _:
                self.check.event(message.seq)
