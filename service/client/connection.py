"""A link over real sockets: it dials, reads, keeps time, and comes back by itself."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Generic

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from service.client.address import Address, DialError, KeyRefusedError
from service.client.link import NEVER_MS, Deliver, Effects, FetchTicket, HangUp, Link, M, Transmit
from service.client.sequence import SequenceCheck
from service.clock import Anchor, Clock, monotonic_s
from service.wire.close_codes import CloseCode
from service.wire.courier_stream import Hello, encode
from service.wire.watcher_stream import WatchHello

FRAME_BYTES_MAX = 4 * 1024 * 1024  # a snapshot of a merchant's live jobs is one frame
OPEN_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 0.5
TICKET_TIMEOUT_S = 10.0  # then the link asks again


class Connection(Generic[M]):
    """Delivers each message of one stream to `hear`, in order, over any number of sockets.

    `hear` gets `hello` and the snapshot of every new socket too, so that the app can send again
    what may have been lost. While it waits nothing is read, and a server that has to wait long
    hangs up (4408).
    """

    def __init__(
        self,
        *,
        dial: Callable[[], Awaitable[Address]],
        fetch_ticket: Callable[[], Awaitable[str]],
        decode: Callable[[bytes], M],
        hear: Callable[[M], Awaitable[None]],
        rng: random.Random,
    ) -> None:
        self._dial, self._fetch_ticket, self._hear = dial, fetch_ticket, hear
        self._link = Link[M](decode=decode, jitter=rng.random)
        self._websocket: ClientConnection | None = None
        self.clock: Clock | None = None  # market time, as the server said hello
        self.sockets_count = 0
        self.last_close_code: int | None = None

    @property
    def check(self) -> SequenceCheck:
        """Where this client is in its stream."""
        return self._link.check

    @property
    def is_live(self) -> bool:
        """Whether messages can be sent: between the snapshot and the end of a socket."""
        return self._link.is_live

    @property
    def owner_id(self) -> str:
        """Whose stream it is, as the server said hello; empty before."""
        match self._link.hello:
            case Hello() as hello:
                return str(hello.courier_id)
            case WatchHello() as hello:
                return hello.owner_id
            case None:
                return ""

    async def run(self) -> None:
        """Keep connected; return when the server says not to come back."""
        while self._link.dials_at_ms != NEVER_MS:
            pause_s = (self._link.dials_at_ms - _now_ms()) / 1_000.0
            if pause_s > 0.0:
                await asyncio.sleep(pause_s)
                continue  # it may have been put off meanwhile
            code: int | None = None
            try:
                code = await self._listen_once()
            finally:
                self._websocket, self.last_close_code = None, code
                self._link.closed(code, now_ms=_now_ms())

    async def send(self, message: msgspec.Struct) -> bool:
        """Send a message; False when there is no live socket, and nothing was sent."""
        return await self._carry_out(self._link.send(message))

    def cut(self, *, silent_s: float) -> None:
        """Drop the socket without a word, and open none for so long (real time)."""
        self._link.cut(silent_ms=silent_s * 1_000.0, now_ms=_now_ms())
        if self._websocket is not None:
            self._websocket.transport.abort()

    async def _listen_once(self) -> int | None:
        """Open a socket and read it to its end; return the close code, if there was one."""
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
                self.sockets_count += 1
                self._link.opened(now_ms=_now_ms())
                await self._read(websocket)
                return websocket.close_code
        except KeyRefusedError:
            return CloseCode.FORBIDDEN
        except (DialError, OSError, TimeoutError, WebSocketException):
            return None

    async def _read(self, websocket: ClientConnection) -> None:
        renewal: asyncio.Task[None] | None = None
        async with asyncio.TaskGroup() as group:
            while (effects := await self._next_effects(websocket)) is not None:
                if FetchTicket() in effects:
                    renewal = group.create_task(self._renew())
                await self._carry_out(effects)
            if renewal is not None:
                renewal.cancel()

    async def _next_effects(self, websocket: ClientConnection) -> Effects[M] | None:
        """Return what the next frame, or the time, asks for; None when the socket has ended."""
        try:
            async with asyncio.timeout(self._left_s()):
                frame = await websocket.recv(decode=False)
        except TimeoutError:
            return self._link.tick(now_ms=_now_ms())
        except ConnectionClosed:
            return None
        return self._link.received(frame, now_ms=_now_ms())

    def _left_s(self) -> float | None:
        left_ms = self._link.wakes_at_ms - _now_ms()
        return None if left_ms == NEVER_MS else max(0.0, left_ms / 1_000.0)

    async def _renew(self) -> None:
        try:
            async with asyncio.timeout(TICKET_TIMEOUT_S):
                ticket = await self._fetch_ticket()
        except (DialError, TimeoutError):
            return  # the link asks again, or the server ends the connection and we come back
        await self._carry_out(self._link.renew(ticket))

    async def _carry_out(self, effects: Effects[M]) -> bool:
        """Carry out the effects in order; False if there were none, or the socket has ended."""
        websocket = self._websocket
        if websocket is None or not effects:
            return False
        try:
            for effect in effects:
                match effect:
                    case Transmit():
                        await websocket.send(encode(effect.message), text=True)
                    case Deliver():
                        self._note_time(effect.message)
                        await self._hear(effect.message)
                    case HangUp():
                        await websocket.close(effect.code)
                    case FetchTicket():
                        pass  # a task of its own
        except ConnectionClosed:
            return False
        return True

    def _note_time(self, message: object) -> None:
        if isinstance(message, Hello | WatchHello):
            self.clock = Clock(
                Anchor(
                    at_s=monotonic_s(),
                    market_at=message.server_time,
                    time_scale=message.time_scale,
                )
            )


def _now_ms() -> float:
    return asyncio.get_running_loop().time() * 1_000.0
