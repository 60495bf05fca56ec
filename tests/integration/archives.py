"""PMTiles archives (version 3) of one tile, and vector tiles with one square, made by hand."""

import gzip
import struct

EXTENT = 4_096


def archive_of(tile):
    """Return an archive of one vector tile: that of the whole world, of zoom 0."""
    tile = gzip.compress(tile, mtime=0)
    # one entry: the id, the run, the length, and the offset plus one
    root = gzip.compress(_varint(1) + _varint(0) + _varint(1) + _varint(len(tile)) + _varint(1))
    metadata = gzip.compress(b'{"vector_layers": [{"id": "water", "fields": {}}]}')
    places = [127, len(root)]
    places += [sum(places), len(metadata)]
    end = sum(places[2:])
    header = b"PMTiles\x03" + struct.pack("<11Q", *places, end, 0, end, len(tile), 1, 1, 1)
    header += bytes([1, 2, 2, 1, 0, 0])  # clustered, gzip twice, vector, zoom from 0 to 0
    header += struct.pack("<4i", -1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000)
    header += bytes([0]) + struct.pack("<2i", 0, 0)
    assert len(header) == 127
    return header + root + metadata + tile


def square_of(layer):
    """Return a vector tile (version 2.1) whose layer has one polygon that covers all of it."""
    move, line, close = 1 | 1 << 3, 2 | 3 << 3, 7 | 1 << 3
    points = [(0, 0), (EXTENT, 0), (0, EXTENT), (-EXTENT, 0)]
    zigzag = [_varint(value << 1 ^ value >> 31) for point in points for value in point]
    geometry = b"".join([_varint(move), *zigzag[:2], _varint(line), *zigzag[2:], _varint(close)])
    feature = _field(3, 3) + _bytes(4, geometry)  # a polygon
    return _bytes(
        3, _field(15, 2) + _bytes(1, layer.encode()) + _bytes(2, feature) + _field(5, EXTENT)
    )


def _varint(number):
    number &= 0xFFFFFFFF
    text = b""
    while number > 0x7F:
        text += bytes([number & 0x7F | 0x80])
        number >>= 7
    return text + bytes([number])


def _field(number, value):
    return _varint(number << 3) + _varint(value)


def _bytes(number, value):
    return _varint(number << 3 | 2) + _varint(len(value)) + value
