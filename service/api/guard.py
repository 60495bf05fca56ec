"""The websocket protocol of uvicorn, guarded against hostile peers.

By itself uvicorn answers every PING into a buffer without end, never drops a connection whose peer
has stopped reading, and logs a trace for every text that is not UTF-8. The guard uses uvicorn's
internals: the version is pinned, and contract tests watch each upgrade.
"""

from asyncio import BaseTransport, TimerHandle
from collections.abc import Callable, Mapping
from typing import cast

from uvicorn._types import ASGISendEvent, WebSocketScope
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode
from websockets.http11 import Request
from websockets.protocol import State

STALL_S_MAX = 5.0
PINGS_PER_S_MAX = 20
_UNREADABLE = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_TAP = "hexhaul.tap"  # the extension of the scope


class Tap:
    """Lets the application take a text where it arrives, without waking a task for it.

    `take` returns whether the text is dealt with; if not, it goes the usual way. It is asked only
    while no earlier message waits, so nothing overtakes anything. It must not raise, nor wait.
    """

    def __init__(self) -> None:
        self.take: Callable[[str], bool] = take_nothing
        self.is_lost = False  # the connection


def take_nothing(_: str) -> bool:
    """Leave the text to the application's task."""
    return False


def tap_of(scope: Mapping[str, object]) -> Tap:
    """Return the tap of a connection that the guard serves."""
    return cast("Mapping[str, Mapping[str, Tap]]", scope["extensions"])[_TAP][_TAP]


class GuardedWebSocket(WebSocketsSansIOProtocol):
    _stall: TimerHandle | None = None
    _pings_count = 0
    _pings_since_s = 0.0
    _tap: Tap | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Wait for the peer from the first byte that the kernel does not take."""
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=0)

    def pause_writing(self) -> None:
        """Stop reading from a peer that does not read, and cut it when it goes on like that."""
        super().pause_writing()
        self.transport.pause_reading()
        if self._stall is None:
            self._stall = self.loop.call_later(STALL_S_MAX, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: the peer has read."""
        super().resume_writing()
        self._cancel_stall()
        if not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer with the connection, and let those know who wait to serve it.

        The parser is a generator that holds itself: closed, it goes without the garbage collector,
        which with thousands of sockets takes half a second to look at them all.
        """
        self._cancel_stall()
        self.conn.parser.close()
        if self._tap is not None:
            self._tap.is_lost = True
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a handshake that websockets cannot read is answered, which it leaves to us."""
        super().data_received(data)
        if self.conn.handshake_exc is not None and not self.handshake_initiated:
            self.handshake_initiated = True
            said = b"".join(self.conn.data_to_send())
            self.transport.write(said or _UNREADABLE)
            self.transport.close()

    async def send(self, message: ASGISendEvent) -> None:
        """Send, unless the connection was closed under the application: then it is lost.

        Raises:
            ClientDisconnected: it is lost.
        """
        await self.writable.wait()
        if self.close_sent and self.transport.is_closing():
            raise ClientDisconnected
        await super().send(message)

    async def run_asgi(self) -> None:
        """Run the application, and let go of its scope: what it left there holds this protocol."""
        try:
            await super().run_asgi()
        finally:
            self.scope = cast("WebSocketScope", {})

    def handle_connect(self, event: Request) -> None:
        """Start the application, with the tap within its reach."""
        super().handle_connect(event)
        if not self.close_sent:
            self._tap = Tap()
            extensions = self.scope.setdefault("extensions", {})  # its task has not begun yet
            extensions[_TAP] = {_TAP: self._tap}

    def handle_ping(self) -> None:
        """Answer, unless the peer does not read; cut who asks too often."""
        now_s = self.loop.time()
        if now_s - self._pings_since_s >= 1.0:
            self._pings_since_s, self._pings_count = now_s, 0
        self._pings_count += 1
        if self._pings_count > PINGS_PER_S_MAX:
            self.transport.abort()
            return
        pong = self.conn.data_to_send()
        if self.writable.is_set() and not self.transport.is_closing():
            self.transport.write(b"".join(pong))

    def send_receive_event_to_app(self) -> None:
        """Pass the message on; a text that is none closes the connection, and fills no log."""
        if self.curr_msg_data_type == "text" and not self.close_sent:
            try:
                text = b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.frames = []
                if self.conn.state is State.OPEN:  # or the peer's own close came right behind it
                    self.conn.send_close(CloseCode.INVALID_DATA)
                    self.handle_parser_exception()
                return
            if self._tap is not None and self.queue.empty() and self._tap.take(text):
                self.frames = []
                return
        super().send_receive_event_to_app()

    def _cancel_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
