"""The pages that people look at: no data in them; their scripts use the public interfaces."""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from litestar import Response, get
from litestar.di import NamedDependency

from service.api.assets import IN_MEMORY, assets
from service.api.basemap import read_roads
from service.api.headers import page_policy
from service.api.modules import modules_of
from service.api.tiles import read_tiles
from service.runtime import Runtime
from service.settings import Settings

_FOLDER = Path(str(files("service"))) / "web" / "pages"
_ROOT = "{{assets}}"  # where the page's files are, in its text
_SCRIPT = re.compile(r'<script type="module" src="{{assets}}/([^"]+)">')


@cache
def read_page(name: str) -> bytes:
    """Return the page of that file name, with the paths of its files in it."""
    text = _SCRIPT.sub(_with_its_modules, (_FOLDER / name).read_text("utf-8"))
    return text.replace(_ROOT, assets().root).encode()


def _with_its_modules(script: re.Match[str]) -> str:
    """Return the script behind links to all modules that it imports."""
    by_path = assets().by_path
    modules = modules_of(script[1], lambda path: by_path[path].content.decode())
    links = "".join(f'<link rel="modulepreload" href="{_ROOT}/{path}">\n' for path in modules)
    return links + script[0]


def page_answer(
    content: bytes, runtime: Runtime, *, media_type: str = "text/html"
) -> Response[bytes]:
    """Return a page with what its scripts may load and call."""
    return Response(
        content,
        media_type=media_type,
        headers={"Content-Security-Policy": page_policy(runtime.settings)},
    )


@get("/ops", include_in_schema=False, opt=IN_MEMORY)
async def ops_page(runtime: NamedDependency[Runtime]) -> Response[bytes]:
    """Serve the console of ops; it asks who is there by itself."""
    return page_answer(read_page("ops.html"), runtime)


def prepare(settings: Settings) -> None:
    """Read all that pages load, so that no request waits for it.

    Raises:
        OSError, ValueError: the road or tile file cannot be used.
    """
    for page in _FOLDER.iterdir():
        read_page(page.name)
    if settings.map_roads:
        read_roads(settings.map_roads)
    if settings.map_tiles:
        read_tiles(settings.map_tiles)


HANDLERS = [ops_page]
