"""A JPEG (ITU T.81) walked through to its end, and what is left of it without what cameras add.

A phone writes the place (EXIF), a name, a preview of what was cut away, even a film behind the end.
What is kept is what decodes the picture: tables, frame, scans, and the headers that say how its
colours are meant. How the camera was held (the orientation, in EXIF) goes as well: whoever uploads
turns the picture itself. Nothing is decoded.
"""

import re
import struct
from collections.abc import Iterator

from service.domain.errors import ProofInvalidError

START = b"\xff\xd8"
_END_MARKER = b"\xff\xd9"
_APP0, _APP2, _APP14 = 0xE0, 0xE2, 0xEE
_SCAN, _END = 0xDA, 0xD9
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive: what browsers show
_TABLES = frozenset({0xC4, 0xDB, 0xDD})  # Huffman, quantization, restart interval
_ADDED = frozenset({*range(0xE0, 0xF0), 0xFE})  # APP0 to APP15, and comments
_JFIF, _JFIF_BYTES_COUNT = b"JFIF\0", 14  # what follows is a preview
_ADOBE, _ADOBE_BYTES_COUNT = b"Adobe", 12
_SEGMENTS_COUNT_MAX = 1_000  # cameras write some dozens
_SCANS_COUNT_MAX = 100  # progressive ones have about ten, and each costs its viewer a pass
_FILLING = re.compile(rb"\xff+")
# In a scan 0xFF is followed by 0 (it is data), a restart, or more of its kind (to fill up).
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def clean(content: bytes) -> tuple[int, int, bytes]:
    """Return width and height in pixels, and the JPEG without what cameras add.

    Raises:
        ProofInvalidError: it is broken, cut off, or of a coding that browsers do not show.
        struct.error, IndexError: it is cut off.
    """
    size: tuple[int, int] | None = None
    kept, scans_count = [START], 0
    for marker, segment in _segments(content):
        if marker in _FRAMES and size is None:
            size = _size(segment)
        elif marker == _SCAN and size is not None:
            scans_count += 1
        elif marker not in _ADDED | _TABLES:
            raise ProofInvalidError("the JPEG is broken, or of a coding that is not shown")
        kept.append(_of_use(marker, segment) if marker in _ADDED else segment)
    if size is None or not 1 <= scans_count <= _SCANS_COUNT_MAX:
        raise ProofInvalidError("the JPEG has no picture, or is too often refined")
    return *size, b"".join([*kept, _END_MARKER])


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each segment up to the end, by its marker; a scan with its data."""
    at = len(START)
    for _ in range(_SEGMENTS_COUNT_MAX):
        at = _skip_filling(content, at)
        marker = content[at + 1]
        if marker == _END:
            return
        end = at + 2 + _length(content, at + 2)
        if marker == _SCAN:
            end = _end_of_scan(content, end)
        if end > len(content):
            raise ProofInvalidError("the picture is cut off")
        yield marker, content[at:end]
        at = end
    raise ProofInvalidError("the JPEG has no end")


def _skip_filling(content: bytes, at: int) -> int:
    """Return where the marker's last 0xFF is: it may be filled up with any number of them."""
    found = _FILLING.match(content, at)
    if found is None:
        raise ProofInvalidError("the JPEG is broken")
    return found.end() - 1


def _length(content: bytes, at: int) -> int:
    """Return how long a segment is, with these two bytes."""
    (length,) = struct.unpack_from(">H", content, at)
    if length < 2:
        raise ProofInvalidError("the JPEG is broken")
    return length


def _size(frame: bytes) -> tuple[int, int]:
    """Return width and height."""
    height_px, width_px, parts_count = struct.unpack_from(">HHB", frame, 5)
    if not 1 <= parts_count <= 4 or len(frame) != 10 + 3 * parts_count:
        raise ProofInvalidError("the JPEG is broken")
    return width_px, height_px


def _end_of_scan(content: bytes, start: int) -> int:
    """Return where the marker behind a scan's data begins."""
    found = _MARKER.search(content, start)
    if found is None:
        raise ProofInvalidError("the picture is cut off")
    if found.start() == start:
        raise ProofInvalidError("the JPEG has no picture")
    return found.start()


def _of_use(marker: int, segment: bytes) -> bytes:
    """Return what decoding needs of a segment that was added: how the colours are meant."""
    data = segment[4:]
    if marker == _APP0 and data.startswith(_JFIF) and len(data) >= _JFIF_BYTES_COUNT:
        return _packed(marker, data[: _JFIF_BYTES_COUNT - 2] + bytes(2))  # a preview of 0 x 0
    if marker == _APP14 and data.startswith(_ADOBE) and len(data) >= _ADOBE_BYTES_COUNT:
        return _packed(marker, data[:_ADOBE_BYTES_COUNT])
    return segment if marker == _APP2 and data.startswith(b"ICC_PROFILE\0") else b""


def _packed(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, 2 + len(data)) + data
