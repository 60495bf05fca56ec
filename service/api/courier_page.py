"""The courier's page, and the worker that keeps its files for when there is no network."""

import json
from functools import cache

from litestar import Response, get
from litestar.di import NamedDependency

from service.api.assets import IN_MEMORY, assets
from service.api.pages import page_answer, read_page
from service.runtime import Runtime

PATH = "/courier"
_FOLDERS = ("courier/", "shared/")  # all that the page loads is in these
_FILES = b"{{files}}"  # their paths, in the worker's text


@cache
def worker() -> bytes:
    """Return the worker; its text, and so the browser's copy, changes with any file of the page."""
    paths = [f"{assets().root}/{path}" for path in assets().by_path if path.startswith(_FOLDERS)]
    return read_page("courier_worker.js").replace(_FILES, json.dumps(paths).encode())


@get(PATH, include_in_schema=False, opt=IN_MEMORY)
async def courier_page(runtime: NamedDependency[Runtime]) -> Response[bytes]:
    """Serve the page that couriers work with; it asks who is there by itself."""
    page = page_answer(read_page("courier.html"), runtime)
    page.headers["Permissions-Policy"] = "geolocation=(self)"
    return page


@get(f"{PATH}/worker.js", include_in_schema=False, opt=IN_MEMORY)
async def courier_worker(runtime: NamedDependency[Runtime]) -> Response[bytes]:
    """Serve the worker, which may see to the page although that lies above its own folder."""
    sent = page_answer(worker(), runtime, media_type="text/javascript")
    sent.headers["Service-Worker-Allowed"] = PATH
    return sent


HANDLERS = [courier_page, courier_worker]
