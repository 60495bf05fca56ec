"""What maps are drawn upon: a style of MapLibre's, tiles, or roads as GeoJSON lines."""

from typing import Literal

import msgspec


class BasemapBody(msgspec.Struct, frozen=True, kw_only=True):
    """One of the three, and whose it is.

    `tiles_url` is a PMTiles archive, read by ranges; `tiles_kind` says what its tiles are.
    """

    style_url: str | None
    tiles_url: str | None
    tiles_kind: Literal["vector", "raster"] | None
    roads_url: str | None
    attribution: str
