"""A WebP (RFC 9649) walked through to its end, and what is left of it without EXIF and XMP.

A still picture only: a film is no proof, and would have more to look through. Nothing is decoded.
"""

import struct

from service.domain.errors import ProofInvalidError

_PARTS_COUNT_MAX = 100
_HEAD_BYTES_COUNT = 12
_PICTURES = frozenset({b"VP8 ", b"VP8L"})
_KEPT = frozenset({b"VP8X", b"ICCP", b"ALPH", *_PICTURES})
_FLAGS_KEPT = 0x30  # of VP8X: a colour profile, transparency; not EXIF, XMP and films
_FILM = 0x02


def is_webp(content: bytes) -> bool:
    """Return whether it begins as one."""
    return content.startswith(b"RIFF") and content[8:_HEAD_BYTES_COUNT] == b"WEBP"


def clean(content: bytes) -> tuple[int, int, bytes]:
    """Return width and height in pixels, and the WebP without EXIF and XMP.

    Raises:
        ProofInvalidError: it is broken, cut off, or a film.
        struct.error, IndexError: it is cut off.
    """
    (length,) = struct.unpack_from("<I", content, 4)
    end = 8 + length
    if end > len(content):
        raise ProofInvalidError("the picture is cut off")
    parts = _parts(content, end)
    names = [name for name, _ in parts]
    is_extended = names[:1] == [b"VP8X"]
    if sum(name in _PICTURES for name in names) != 1 or names.count(b"VP8X") != is_extended:
        raise ProofInvalidError("the WebP is broken")
    if not is_extended and names[0] not in _PICTURES:
        raise ProofInvalidError("the WebP is broken")
    sizes = [_size(name, data) for name, data in parts if name in _PICTURES]
    if is_extended:
        canvas, flags = _size(b"VP8X", parts[0][1]), parts[0][1][0]
        if flags & _FILM or canvas != sizes[0]:
            raise ProofInvalidError("the WebP is broken, or a film")
        parts[0] = (b"VP8X", bytes([flags & _FLAGS_KEPT]) + parts[0][1][1:10])
    body = b"".join(_packed(name, data) for name, data in parts if name in _KEPT)
    return *sizes[0], b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def _parts(content: bytes, end: int) -> list[tuple[bytes, bytes]]:
    """Return name and data of each part."""
    parts: list[tuple[bytes, bytes]] = []
    at = _HEAD_BYTES_COUNT
    while at < end:
        name, length = struct.unpack_from("<4sI", content, at)
        data = content[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
        if len(data) < length or at > end or len(parts) >= _PARTS_COUNT_MAX:
            raise ProofInvalidError("the WebP is broken")
        parts.append((name, data))
    return parts


def _packed(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)


def _size(name: bytes, data: bytes) -> tuple[int, int]:
    """Return width and height, as this part says."""
    match name:
        case b"VP8X" if len(data) >= 10:
            return (
                1 + int.from_bytes(data[4:7], "little"),
                1 + int.from_bytes(data[7:10], "little"),
            )
        case b"VP8L" if data[:1] == b"\x2f" and len(data) > 5:
            (bits,) = struct.unpack_from("<I", data, 1)
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 " if data[3:6] == b"\x9d\x01\x2a" and len(data) > 10 and not data[0] & 1:
            width, height = struct.unpack_from("<HH", data, 6)
            return width & 0x3FFF, height & 0x3FFF
        case _:
            raise ProofInvalidError("the WebP has no picture")
