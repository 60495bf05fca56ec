"""A PNG (RFC 2083) walked through to its end, and what is left of it without what was written in.

Texts, times, EXIF, films and whatever is not known go; what decodes the picture and says how its
colours are meant stays. The checksums are looked at, the pixels are not.
"""

import struct
import zlib

from service.domain.errors import ProofInvalidError

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PARTS_COUNT_MAX = 10_000  # libraries write the data in parts of 8 KiB or more
_KEPT = frozenset(
    {
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"cHRM",
        b"cICP",
        b"gAMA",
        b"iCCP",
        b"sBIT",
        b"sRGB",
    }
)
_HEADER_BYTES_COUNT = 13


def clean(content: bytes) -> tuple[int, int, bytes]:
    """Return width and height in pixels, and the PNG without what was written in.

    Raises:
        ProofInvalidError: it is broken or cut off.
        struct.error: it is cut off.
    """
    length, name, width_px, height_px = struct.unpack_from(">I4sII", content, len(SIGNATURE))
    if (length, name) != (_HEADER_BYTES_COUNT, b"IHDR"):
        raise ProofInvalidError("the PNG is broken")
    kept, at, has_data = [SIGNATURE], len(SIGNATURE), False
    for number in range(_PARTS_COUNT_MAX):
        name, part = _part(content, at)
        at += len(part)
        if name in _KEPT:
            kept.append(part)
        elif name[:1].isupper():  # nobody shows the picture without it
            raise ProofInvalidError("the PNG is of a kind that is not shown")
        if name == b"IHDR" and number > 0:
            raise ProofInvalidError("the PNG is broken")
        has_data = has_data or (name == b"IDAT" and len(part) > 12)
        if name == b"IEND":
            break
    else:
        raise ProofInvalidError("the PNG has no end")
    if not has_data:
        raise ProofInvalidError("the PNG has no picture")
    return width_px, height_px, b"".join(kept)


def _part(content: bytes, at: int) -> tuple[bytes, bytes]:
    """Return the name of the part that begins here, and all of it."""
    length, name = struct.unpack_from(">I4s", content, at)
    end = at + 8 + length
    (checksum,) = struct.unpack_from(">I", content, end)
    if zlib.crc32(content[at + 4 : end]) != checksum:
        raise ProofInvalidError("the PNG is broken")
    return name, content[at : end + 4]
