"""What lies below the things on a map: a style from elsewhere, or tiles or roads of a file."""

import hashlib
from functools import cache
from pathlib import Path

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from msgspec import Struct

from service.api.assets import IN_MEMORY, Asset, answer, pack
from service.api.errors import AnyRequest, problems
from service.api.rates import RateClass
from service.api.tiles import PATH as TILES_PATH
from service.api.tiles import read_tiles
from service.runtime import Runtime
from service.settings import Settings
from service.wire.basemap import BasemapBody

PATH = "/v1/basemap"
ROADS_BYTES_MAX = 33_554_432
_OPT = {**IN_MEMORY, "rate": RateClass.STRANGER}
_HOUR = "public, max-age=3600"


class Roads(Struct, frozen=True):
    """A road file as it is sent, and the address of this version of it."""

    url: str
    asset: Asset


@cache  # once per process
def read_roads(path: str) -> Roads:
    """Return a road file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is larger than `ROADS_BYTES_MAX`.
    """
    size = Path(path).stat().st_size
    if size > ROADS_BYTES_MAX:
        raise ValueError(f"{path} has {size} bytes; a browser gets {ROADS_BYTES_MAX} at most")
    content = Path(path).read_bytes()
    version = hashlib.sha256(content).hexdigest()[:16]
    return Roads(f"{PATH}/roads?version={version}", pack(content, "application/geo+json"))


def basemap_of(settings: Settings) -> BasemapBody:
    """Return where the map comes from."""
    tiles = read_tiles(settings.map_tiles) if settings.map_tiles else None
    return BasemapBody(
        style_url=settings.map_style_url or None,
        tiles_url=None if tiles is None else f"{TILES_PATH}?version={tiles.version}",
        tiles_kind=None if tiles is None else tiles.kind,
        roads_url=read_roads(settings.map_roads).url if settings.map_roads else None,
        attribution=settings.map_attribution,
    )


@get(
    PATH,
    operation_id="getBasemap",
    summary="Read where maps come from",
    opt=_OPT,
    responses=problems(),
)
async def read_one(runtime: NamedDependency[Runtime]) -> BasemapBody:
    """Read what the pages draw their things upon: the first that is not null; none: nothing."""
    return basemap_of(runtime.settings)


@get(PATH + "/roads", include_in_schema=False, opt=_OPT)
async def roads(request: AnyRequest, runtime: NamedDependency[Runtime]) -> Response[bytes]:
    """Serve the roads, as GeoJSON."""
    path = runtime.settings.map_roads
    if not path:
        raise NotFoundException
    return answer(read_roads(path).asset, request, cache_control=_HOUR)


HANDLERS = [read_one, roads]
