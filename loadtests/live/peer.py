"""One websocket of a client of little cost: an asyncio protocol on a bare TCP connection.

Subclass `Peer` and say what happens at the start in `opened`, with a text in `heard` and after the
end in `left`. Who dials awaits `answered` (the websocket is open) and `ready` (it is of use): False
when the connection ended before that.
"""

import asyncio
import socket
import struct
import time
from typing import cast

from loadtests.live import frames
from loadtests.live.frames import FrameReader
from loadtests.live.tallies import Counts

_LINGER_RST = struct.pack("ii", 1, 0)  # close() then resets: no FIN, no TIME_WAIT
_HEAD_END = b"\r\n\r\n"
HEAD_BYTES_MAX = 8_192


class Peer(asyncio.Protocol):
    """A websocket: `request` opens it; `counts` is shared by the fleet."""

    def __init__(self, request: bytes, counts: Counts) -> None:
        self._request = request
        self._reader = FrameReader()
        self._head: bytes | None = b""  # of the answer, until it is whole
        self._transport: asyncio.Transport | None = None
        self.counts = counts
        self.is_open = False
        self.close_code: int | None = None
        self.answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.ready: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    # ------------------------------------------------------------------ for subclasses
    def opened(self) -> None:
        """Begin, now that the websocket is open."""
        self.be_ready()

    def heard(self, text: bytes) -> None:
        """Take one text frame."""

    def left(self) -> None:
        """Take note that the connection is over."""

    def be_ready(self) -> None:
        """Tell who dials that the connection is of use."""
        if not self.ready.done():
            self.ready.set_result(True)

    # ------------------------------------------------------------------ to the server
    def say(self, text: bytes) -> None:
        """Send a text; nothing when the connection is over."""
        self.send_frame(frames.masked(text))

    def send_frame(self, frame: bytes) -> None:
        """Send a frame as it is; nothing when the connection is over."""
        if self.is_open and self._transport is not None:
            self.counts.frames_sent_count += 1
            self.counts.bytes_sent_count += len(frame)
            self._transport.write(frame)

    def leave(self) -> None:
        """Close the connection as the protocol says."""
        self.send_frame(frames.masked((1000).to_bytes(2, "big"), frames.CLOSE))
        if self._transport is not None:
            self._transport.close()

    def cut(self) -> None:
        """Reset the connection, as a phone that loses its network for good."""
        if self._transport is None or self._transport.is_closing():
            return
        link: socket.socket = self._transport.get_extra_info("socket")
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_RST)
        self._transport.abort()

    # ------------------------------------------------------------------ from asyncio
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the websocket."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one in all but name
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Take what the server sends."""
        self.counts.bytes_received_count += len(data)
        if self._head is not None:
            data = self._answered(data)
        for opcode, payload in self._reader.feed(data):
            self.counts.frames_received_count += 1
            if opcode == frames.TEXT:
                self.heard(payload)
            elif opcode == frames.PING:
                self.send_frame(frames.masked(payload, frames.PONG))
            elif opcode == frames.CLOSE:
                self._closed(payload)

    def pause_writing(self) -> None:
        """Count it: the server does not read what is sent."""
        self.counts.paused_count += 1

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """Take note of the end."""
        was_open, self.is_open, self._transport = self.is_open, False, None
        for waited in (self.answered, self.ready):
            if not waited.done():
                waited.set_result(False)
        if was_open:
            code = "cut" if self.close_code is None else str(self.close_code)
            self.counts.close_codes[code] = self.counts.close_codes.get(code, 0) + 1
        self.left()

    def _answered(self, data: bytes) -> bytes:
        """Return what follows the head of the answer, once that is whole."""
        head = (self._head or b"") + data
        place = head.find(_HEAD_END)
        if place < 0 and len(head) < HEAD_BYTES_MAX:
            self._head = head
            return b""
        self._head = None
        self.is_open = head.startswith(b"HTTP/1.1 101")
        if self.is_open:
            self.counts.opened_count += 1
            if not self.answered.done():
                self.answered.set_result(True)
            self.opened()
        else:
            self.counts.turned_away_count += 1
            self.cut()
        return head[place + len(_HEAD_END) :] if self.is_open else b""

    def _closed(self, payload: bytes) -> None:
        """Answer the server's close frame; it then ends the connection."""
        self.close_code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else 1005
        self.send_frame(frames.masked(payload[:2], frames.CLOSE))


def now_s() -> float:
    """Return seconds of the machine's monotonic clock, the same in every process."""
    return time.monotonic()
