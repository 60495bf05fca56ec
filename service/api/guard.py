"""The websocket protocol of uvicorn, guarded against hostile peers.

By itself uvicorn answers every PING into a buffer without end, never drops a connection whose peer
has stopped reading, and logs a trace for every text that is not UTF-8. The guard uses uvicorn's
internals: the version is pinned, and contract tests watch each upgrade.
"""

from asyncio import TimerHandle

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode

STALL_S_MAX = 5.0
PINGS_PER_S_MAX = 20


class GuardedWebSocket(WebSocketsSansIOProtocol):
    _stall: TimerHandle | None = None
    _pings_count = 0
    _pings_since_s = 0.0

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
        """Forget the timer with the connection."""
        self._cancel_stall()
        super().connection_lost(exc)

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
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.frames = []
                self.conn.send_close(CloseCode.INVALID_DATA)
                self.handle_parser_exception()
                return
        super().send_receive_event_to_app()

    def _cancel_stall(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
