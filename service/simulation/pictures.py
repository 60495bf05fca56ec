"""Pictures that simulated couriers take: plain ones, and valid."""

import struct
import zlib


def png(width_px: int, height_px: int, *, grey: int = 200) -> bytes:
    """Return a PNG of one shade of grey, 0 to 255 (RFC 2083: header, data, end)."""
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([grey]) * width_px) * height_px
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(name, data) for name, data in parts)


def _part(name: bytes, data: bytes) -> bytes:
    checked = name + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))
