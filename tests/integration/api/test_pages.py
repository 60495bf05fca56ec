"""Pages and what they load: who may have it, how long it is kept, what it may do."""

import io
import json
import re
from urllib.parse import urljoin

import pytest
from PIL import Image

from service.api.assets import read_assets
from tests.integration.api.conftest import running_api
from tests.integration.api.test_rest import check_problem
from tests.integration.api.test_sockets import changed
from tests.integration.archives import archive_of
from tests.plain_http import PlainClient


@pytest.fixture
async def browser(address):
    """Somebody without a key."""
    async with PlainClient(base_url=f"http://{address}") as client:
        yield client


@pytest.mark.parametrize("path", ["/ops", "/courier"])
async def test_a_page_names_nothing_but_its_own_files_and_they_are_there(browser, path):
    page = await browser.get(path)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    named = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert named
    for file in named:
        assert re.match(r"/assets/[0-9a-f]{16}/", file)
        if "/vendor/" not in file:  # they come when the package is built
            assert (await browser.get(file)).status_code == 200, file


@pytest.mark.parametrize("path", ["/ops", "/courier"])
async def test_a_page_runs_no_script_but_its_files_and_stands_in_no_frame(browser, path):
    page = await browser.get(path)
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert {"script-src 'self'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert not re.search(r"<script(?![^>]* src=)|<style|\bon\w+=|\bstyle=", page.text)


async def test_the_couriers_worker_keeps_all_that_the_page_loads(browser):
    worker = await browser.get("/courier/worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["service-worker-allowed"] == "/courier"
    kept = json.loads(re.search(r"const FILES = (.*);", worker.text)[1])
    page = (await browser.get("/courier")).text
    named = re.findall(r'(?:src|rel="(?:stylesheet|modulepreload)" href)="([^"]+)"', page)
    assert set(named) <= set(kept)
    for file in kept:
        assert (await browser.get(file)).status_code == 200, file


async def test_the_couriers_page_can_be_installed(browser):
    page = (await browser.get("/courier")).text
    path = re.search(r'rel="manifest" href="([^"]+)"', page)[1]
    sent = await browser.get(path)
    assert sent.headers["content-type"] == "application/manifest+json"
    told = sent.json()
    assert told["name"]
    assert told["short_name"]
    assert (told["start_url"], told["scope"], told["id"]) == ("/courier",) * 3
    assert told["display"] == "standalone"
    sizes = {(icon["sizes"], icon["purpose"]) for icon in told["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    named = [(icon["src"], icon["sizes"], icon["type"]) for icon in told["icons"]]
    touch = re.search(r'rel="apple-touch-icon" href="([^"]+)"', page)[1]
    for source, size, media_type in [*named, (touch, "180x180", "image/png")]:
        icon = await browser.get(urljoin(path, source))
        assert icon.headers["content-type"] == media_type
        if media_type == "image/png":
            width, height = Image.open(io.BytesIO(icon.content)).size
            assert f"{width}x{height}" == size


async def test_only_the_couriers_page_may_ask_where_a_phone_is(browser):
    assert (await browser.get("/courier")).headers["permissions-policy"] == "geolocation=(self)"
    assert (await browser.get("/ops")).headers["permissions-policy"] == "geolocation=()"


async def test_files_are_kept_for_ever_under_a_name_that_changes_with_them(browser):
    path = re.search(r'"(/assets/\w+/shared/theme.css)"', (await browser.get("/ops")).text)[1]
    sent = await browser.get(path, headers={"Accept-Encoding": "gzip"})
    assert sent.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert sent.headers["content-encoding"] == "gzip"
    assert sent.headers["content-type"].startswith("text/css")
    plain = await browser.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == sent.content
    other = await browser.get(re.sub(r"/assets/\w+/", "/assets/0000000000000000/", path))
    assert other.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/assets/0/../pages.py", "/assets/0/..%2f..%2fsettings.py", "/assets/0/ops.html"]
)
async def test_nothing_else_is_served(browser, path):
    assert (await browser.get(path)).status_code == 404


def test_the_digest_follows_each_file(tmp_path):
    (tmp_path / "page.js").write_text("let a;")
    (tmp_path / "notes.txt").write_text("not for browsers")
    before = read_assets(tmp_path)
    assert list(before.by_path) == ["page.js"]
    assert read_assets(tmp_path).digest == before.digest
    (tmp_path / "page.js").write_text("let b;")
    assert read_assets(tmp_path).digest != before.digest


async def test_without_roads_there_is_a_map_of_nothing(browser):
    basemap = (await browser.get("/v1/basemap")).json()
    assert basemap == {
        "style_url": None,
        "tiles_url": None,
        "tiles_kind": None,
        "roads_url": None,
        "attribution": "",
    }
    assert (await browser.get("/v1/basemap/roads")).status_code == 404
    assert (await browser.get("/v1/basemap/tiles")).status_code == 404


async def test_roads_and_a_style_come_from_the_settings(runtime, market, tmp_path):
    roads = b'{"type": "FeatureCollection", "features": []}' * 50
    (tmp_path / "roads.geojson").write_bytes(roads)
    runtime = changed(
        runtime,
        map_roads=str(tmp_path / "roads.geojson"),
        map_style_url="https://tiles.example/style.json",
        map_origins="https://tiles.example https://fonts.example",
        map_attribution="someone",
    )
    async with (
        running_api(runtime) as address,
        PlainClient(base_url=f"http://{address}") as browser,
    ):
        basemap = (await browser.get("/v1/basemap")).json()
        assert basemap["style_url"] == "https://tiles.example/style.json"
        sent = await browser.get(basemap["roads_url"])
        assert sent.content == roads
        assert sent.headers["content-type"] == "application/geo+json"
        policy = (await browser.get("/ops")).headers["content-security-policy"]
        assert "connect-src 'self' https://tiles.example https://fonts.example" in policy
        assert "script-src 'self';" in policy


async def test_tiles_are_read_by_ranges_of_an_archive_that_stays_the_same(
    runtime, market, tmp_path
):
    path = tmp_path / "city.pmtiles"
    content = archive_of(b"a tile")
    path.write_bytes(content)
    async with (
        running_api(changed(runtime, map_tiles=str(path))) as address,
        PlainClient(base_url=f"http://{address}") as browser,
    ):
        basemap = (await browser.get("/v1/basemap")).json()
        assert basemap["tiles_kind"] == "vector"
        path.rename(tmp_path / "old.pmtiles")  # as who puts a new one in its place
        path.write_bytes(b"another one")
        sent = await browser.get(basemap["tiles_url"], headers={"Range": "bytes=0-126"})
        assert (sent.status_code, sent.content) == (206, content[:127])
        assert sent.headers["content-range"] == f"bytes 0-126/{len(content)}"
        assert sent.headers["etag"].strip('"') in basemap["tiles_url"]
        rest = await browser.get(basemap["tiles_url"], headers={"Range": "bytes=127-999999"})
        assert rest.content == content[127:]
        for headers in ({}, {"Range": "bytes=0-1,4-5"}, {"Range": "bytes=900000-900001"}):
            check_problem(
                await browser.get(basemap["tiles_url"], headers=headers), 400, "invalid_params"
            )
