"""A PMTiles archive as maps read it: a few bytes at a time, by ranges, of a file of any size.

The format: github.com/protomaps/PMTiles, spec/v3. Only its header is looked at here.
"""

import asyncio
import hashlib
import os
import re
from functools import cache
from pathlib import Path
from typing import Literal

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from msgspec import Struct

from service.api.callers import Audience
from service.api.errors import AnyRequest
from service.api.rates import RateClass
from service.domain.errors import InvalidParamsError
from service.runtime import Runtime

PATH = "/v1/basemap/tiles"
RANGE_BYTES_MAX = 4_194_304  # directories and tiles have far less
_HEADER_BYTES = 127
_MAGIC = b"PMTiles\x03"
_INTERNAL_COMPRESSION_AT, _TILE_COMPRESSION_AT, _TILE_TYPE_AT = 97, 98, 99
_COMPRESSIONS = (1, 2)  # none, gzip: what browsers' side can read
_VECTOR = 1
_RASTERS = (2, 3, 4, 5)  # PNG, JPEG, WebP, AVIF
_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{1,18})")


class Tiles(Struct, frozen=True, kw_only=True):
    """An archive that is open for as long as the process runs, so that it stays the same."""

    descriptor: int
    bytes_count: int
    kind: Literal["vector", "raster"]
    version: str


class Span(Struct, frozen=True, kw_only=True):
    """The bytes of a range, from `begin` to before `end`."""

    begin: int
    end: int


@cache  # once per process
def read_tiles(path: str) -> Tiles:
    """Return a PMTiles archive, opened.

    Raises:
        OSError: it cannot be read.
        ValueError: it is none, or one that browsers cannot unpack.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        header = os.pread(descriptor, _HEADER_BYTES, 0)
        kind = kind_of(header, path)
    except BaseException:
        os.close(descriptor)
        raise
    stat = os.fstat(descriptor)
    named = f"{Path(path).name} {stat.st_size} {stat.st_mtime_ns}".encode() + header
    return Tiles(
        descriptor=descriptor,
        bytes_count=stat.st_size,
        kind=kind,
        version=hashlib.sha256(named).hexdigest()[:16],
    )


def kind_of(header: bytes, name: str) -> Literal["vector", "raster"]:
    """Return what the tiles of an archive with this header are.

    Raises:
        ValueError: this is none of version 3, or packed in another way than by gzip.
    """
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise ValueError(f"{name} is no PMTiles archive of version 3")
    packings = header[_INTERNAL_COMPRESSION_AT], header[_TILE_COMPRESSION_AT]
    if any(packing not in _COMPRESSIONS for packing in packings):
        raise ValueError(f"{name} is packed otherwise than by gzip, which browsers cannot undo")
    if header[_TILE_TYPE_AT] == _VECTOR:
        return "vector"
    if header[_TILE_TYPE_AT] in _RASTERS:
        return "raster"
    raise ValueError(f"{name} has tiles of an unknown kind")


def span_of(header: str | None, *, bytes_count: int) -> Span:
    """Return the bytes that a `Range` header asks for, of a file of so many.

    Raises:
        InvalidParamsError: it asks for none, for several ranges, for too many bytes, or for such
            as are not there.
    """
    match = _RANGE.fullmatch(header or "")
    if match is None:
        raise InvalidParamsError("Range: one of bytes is needed, such as bytes=0-16383")
    begin, last = int(match[1]), int(match[2])
    if not begin <= last or begin >= bytes_count:
        raise InvalidParamsError(f"Range: there are {bytes_count} bytes")
    if last - begin >= RANGE_BYTES_MAX:
        raise InvalidParamsError(f"Range: {RANGE_BYTES_MAX} bytes at most")
    return Span(begin=begin, end=min(last + 1, bytes_count))


@get(
    PATH,
    include_in_schema=False,
    opt={"audience": Audience.PUBLIC, "rate": RateClass.STRANGER},
)
async def tiles(request: AnyRequest, runtime: NamedDependency[Runtime]) -> Response[bytes]:
    """Serve a range of the archive; maps find what they need in its directories."""
    path = runtime.settings.map_tiles
    if not path:
        raise NotFoundException
    archive = read_tiles(path)
    span = span_of(request.headers.get("range"), bytes_count=archive.bytes_count)
    # beside the event loop: a cold disk takes its time
    length = span.end - span.begin
    content = await asyncio.to_thread(os.pread, archive.descriptor, length, span.begin)
    return Response(
        content,
        status_code=206,
        media_type="application/octet-stream",
        headers={
            "Accept-Ranges": "bytes",
            "Cache-Control": "public, max-age=3600",
            "Content-Range": f"bytes {span.begin}-{span.end - 1}/{archive.bytes_count}",
            "ETag": f'"{archive.version}"',
        },
    )


HANDLERS = [tiles]
