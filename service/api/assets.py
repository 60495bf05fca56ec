"""What pages load: scripts, styles, libraries, under a name that changes with any of them.

All files are served below a digest of them all, so a browser keeps them for ever, scripts name one
another by relative paths, and nobody ever gets parts of two versions.
"""

import gzip
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from msgspec import Struct

from service.api.callers import Audience
from service.api.errors import AnyRequest
from service.api.headers import page_policy
from service.runtime import Runtime

_FOLDER = Path(str(files("service"))) / "web" / "static"
_NOT_FOR_PAGES = frozenset({"schema.js", "package-lock.json"})
_NOT_OF_PAGES = "swagger-ui-dist"  # the reference pages have their own way to it
_MEDIA_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_PACKED_BYTES_MIN = 1_024  # less is not worth it
_FOR_EVER = "public, max-age=31536000, immutable"
_DIGEST_CHARS = 16
IN_MEMORY = {"audience": Audience.PUBLIC, "is_in_memory": True}  # of routes that only hand out


class Asset(Struct, frozen=True, kw_only=True):
    """A file as it is sent; `packed` is its gzip form where that is worth it."""

    media_type: str
    content: bytes
    packed: bytes | None


class Assets(Struct, frozen=True, kw_only=True):
    """All files by their paths, and a digest of them all."""

    digest: str
    by_path: Mapping[str, Asset]

    @property
    def root(self) -> str:
        """The path below which pages find them."""
        return f"/assets/{self.digest}"


def pack(content: bytes, media_type: str) -> Asset:
    """Return the content as it is sent."""
    is_large = len(content) >= _PACKED_BYTES_MIN and media_type != "image/png"  # packed by itself
    packed = gzip.compress(content, mtime=0) if is_large else None
    return Asset(media_type=media_type, content=content, packed=packed)


def answer(asset: Asset, request: AnyRequest, *, cache_control: str) -> Response[bytes]:
    """Return the answer to a browser, packed if it can read that."""
    headers = {"Cache-Control": cache_control, "Vary": "Accept-Encoding"}
    if asset.packed is None or "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(asset.content, media_type=asset.media_type, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(asset.packed, media_type=asset.media_type, headers=headers)


@cache  # once per process: what is installed does not change under it
def assets() -> Assets:
    """Return what is installed."""
    return read_assets(_FOLDER)


def read_assets(folder: Path) -> Assets:
    """Return the files below the folder that pages may load."""
    by_path = {
        path.relative_to(folder).as_posix(): pack(path.read_bytes(), _MEDIA_TYPES[path.suffix])
        for path in sorted(folder.rglob("*"))
        if path.suffix in _MEDIA_TYPES
        and path.name not in _NOT_FOR_PAGES
        and _NOT_OF_PAGES not in path.parts
    }
    digest = hashlib.sha256()
    for path, asset in by_path.items():
        digest.update(f"{path} {len(asset.content)}\n".encode())
        digest.update(asset.content)
    return Assets(digest=digest.hexdigest()[:_DIGEST_CHARS], by_path=by_path)


@get(
    "/assets/{digest:str}/{path:path}",
    include_in_schema=False,
    opt=IN_MEMORY,
)
async def asset(
    digest: FromPath[str],
    path: FromPath[str],
    request: AnyRequest,
    runtime: NamedDependency[Runtime],
) -> Response[bytes]:
    """Serve a file; what a page of another version asks for during an upgrade, it does not keep."""
    found = assets().by_path.get(path.lstrip("/"))
    if found is None:
        raise NotFoundException
    is_ours = digest == assets().digest
    sent = answer(found, request, cache_control=_FOR_EVER if is_ours else "no-store")
    sent.headers["Content-Security-Policy"] = page_policy(runtime.settings)  # a worker's own
    return sent


HANDLERS = [asset]
