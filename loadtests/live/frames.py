"""Websocket frames for a client of little cost (RFC 6455): written masked, read as they come.

The mask is fixed and not zero, so that the server has the same work as with a random one.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
PAYLOAD_BYTES_MAX = 65_535  # of what a client sends here; longer ones need an 8-byte length
_MASK = b"\x37\xfa\x21\x3d"
_KEY = "aGV4aGF1bCBsb2FkdGVzdA=="  # 16 bytes: a server answers its digest, which is not checked


class Frame(NamedTuple):
    opcode: int
    payload: bytes


def handshake(path: str, *, host: str, key: str | None = None) -> bytes:
    """Return the request that opens a websocket, with the bearer key if there is one."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {_KEY}",
        "Sec-WebSocket-Version: 13",
    ]
    if key is not None:
        lines.append(f"Authorization: Bearer {key}")
    return "\r\n".join([*lines, "", ""]).encode()


def masked(payload: bytes, opcode: int = TEXT) -> bytes:
    """Return a final frame with the payload, of at most `PAYLOAD_BYTES_MAX`."""
    size = len(payload)
    hidden = int.from_bytes(payload, "little") ^ _mask_of(size)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    else:
        head = bytes((0x80 | opcode, 0x80 | 126)) + size.to_bytes(2, "big")
    return head + _MASK + hidden.to_bytes(size, "little")


@cache
def _mask_of(size: int) -> int:
    """Return the mask for so many bytes, as a number; there are as many as sizes in use."""
    return int.from_bytes((_MASK * (size // 4 + 1))[:size], "little")


class FrameReader:
    """Cuts what a server sends into frames; what is not whole yet waits for more."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, received: bytes) -> Iterator[Frame]:
        """Yield the frames that are whole now; iterate to the end before feeding more."""
        data = self._rest + received if self._rest else received
        start, end = 0, len(data)
        while end - start >= 2:
            size, body = data[start + 1], start + 2
            if size == 126:
                size, body = int.from_bytes(data[body : body + 2], "big"), body + 2
            elif size == 127:
                size, body = int.from_bytes(data[body : body + 8], "big"), body + 8
            if body + size > end:
                break
            yield Frame(data[start] & 0x0F, data[body : body + size])
            start = body + size
        self._rest = data[start:]
