"""What kind of picture some bytes are, and how large: read from the first of them, not decoded.

JPEG by ITU T.81 (the first frame header), PNG by its IHDR (RFC 2083), WebP by RFC 9649. Whoever
shows the picture decodes it; we only know that it is none of the things that a browser would run.
"""

import struct
from enum import StrEnum

from msgspec import Struct

from service.domain.errors import ProofInvalidError


class PictureType(StrEnum):
    """Media types."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"


class Picture(Struct, frozen=True, kw_only=True):
    type: PictureType
    width_px: int
    height_px: int


def read_picture(content: bytes) -> Picture:
    """Return what the bytes say that they are.

    Raises:
        ProofInvalidError: they are no picture that we know.
    """
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return _jpeg(content)
        if content.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png(content)
        if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
            return _webp(content)
    except (struct.error, IndexError):
        raise ProofInvalidError("the picture is cut off") from None
    raise ProofInvalidError("this is no JPEG, PNG or WebP")


# Start of frame, of any coding; 0xC4, 0xC8 and 0xCC between them are other things.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN, _END = 0xDA, 0xD9
_SEGMENTS_COUNT_MAX = 1_000  # before the frame; cameras write a dozen


def _jpeg(content: bytes) -> Picture:
    at = 2
    for _ in range(_SEGMENTS_COUNT_MAX):
        if content[at] != 0xFF:
            raise ProofInvalidError("the JPEG is broken")
        marker = content[at + 1]
        if marker == 0xFF:  # a byte to fill up with
            at += 1
            continue
        if marker in (_SCAN, _END):
            raise ProofInvalidError("the JPEG has no frame")
        if marker in _FRAMES:
            height_px, width_px = struct.unpack_from(">HH", content, at + 5)
            return Picture(type=PictureType.JPEG, width_px=width_px, height_px=height_px)
        (length,) = struct.unpack_from(">H", content, at + 2)
        if length < 2:
            raise ProofInvalidError("the JPEG is broken")
        at += 2 + length
    raise ProofInvalidError("the JPEG has no frame")


def _png(content: bytes) -> Picture:
    length, name, width_px, height_px = struct.unpack_from(">I4sII", content, 8)
    if (length, name) != (13, b"IHDR"):
        raise ProofInvalidError("the PNG is broken")
    return Picture(type=PictureType.PNG, width_px=width_px, height_px=height_px)


def _webp(content: bytes) -> Picture:
    match content[12:16]:
        case b"VP8X":
            width_px = 1 + int.from_bytes(_part(content, 24, 3), "little")
            height_px = 1 + int.from_bytes(_part(content, 27, 3), "little")
        case b"VP8L":
            (bits,) = struct.unpack_from("<I", content, 21)
            width_px, height_px = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", content, 26)
            width_px, height_px = width & 0x3FFF, height & 0x3FFF
        case _:
            raise ProofInvalidError("the WebP is broken")
    return Picture(type=PictureType.WEBP, width_px=width_px, height_px=height_px)


def _part(content: bytes, start: int, length: int) -> bytes:
    part = content[start : start + length]
    if len(part) < length:
        raise IndexError
    return part
