"""The console's map drawn upon tiles of an archive, from the service itself and by ranges."""

import io

import pytest
from PIL import Image

from tests.browser.conftest import WEB
from tests.integration.archives import archive_of, square_of

READER = WEB / "static" / "vendor" / "pmtiles" / "pmtiles.js"
WATER = (0xC4, 0xDC, 0xEC)  # theme.css, --map-water


@pytest.mark.skipif(not READER.exists(), reason="browser files come when the package is built")
async def test_the_map_is_drawn_upon_tiles_of_a_file(visited, tmp_path):
    path = tmp_path / "sea.pmtiles"
    path.write_bytes(archive_of(square_of("water")))
    async with visited(map_tiles=str(path), map_attribution="The sea") as looking:
        page = looking.page
        await page.wait_for_selector("body[data-map=open]")
        await page.wait_for_selector(".maplibregl-ctrl-attrib >> text=The sea")
        assert any("/v1/basemap/tiles?version=" in url for url in looking.requests)
        colour = None
        for _ in range(60):  # frames: tiles are drawn when they have come
            picture = Image.open(io.BytesIO(await page.locator(".map").screenshot()))
            colour = picture.convert("RGB").getpixel((picture.width // 2, picture.height // 2))
            if colour == WATER:
                break
            await page.evaluate("() => new Promise(requestAnimationFrame)")
        assert colour == WATER


@pytest.mark.skipif(not READER.exists(), reason="browser files come when the package is built")
async def test_where_the_style_is_away_the_map_is_plain_land_and_the_rest_is_on_it(visited):
    async with visited(map_style_url="/assets/none/style.json") as looking:
        await looking.page.wait_for_selector("body[data-map=open]")
        await looking.page.wait_for_selector("body[data-couriers]")
        assert [text for text in looking.complaints if "404" not in text] == []
        looking.complaints.clear()
