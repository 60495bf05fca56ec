"""Draws the courier's icon for phones, from the SVG: `python3 -m tests.browser.icons`.

Installers want bitmaps of certain sizes. They are committed, so that nobody needs a browser to
build the package; `python3 dev.py pictures` draws them anew as well.
"""

import asyncio
import io

from PIL import Image

from tests.browser.conftest import NO_WEBGL, WEB, opened

FOLDER = WEB / "static" / "courier"
SIZES_PX = {"icon-192.png": 192, "icon-512.png": 512, "apple-touch-icon.png": 180}


async def draw_icons():
    """Write each size beside the SVG."""
    drawing = (FOLDER / "icon.svg").read_text("utf-8")
    async with opened(*NO_WEBGL) as browser:
        page = await browser.new_page()
        for name, size_px in SIZES_PX.items():
            await page.set_viewport_size({"width": size_px, "height": size_px})
            await page.set_content(f"<style>body {{ margin: 0 }}</style>{drawing}")
            picture = Image.open(io.BytesIO(await page.screenshot()))
            picture.convert("RGB").save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    asyncio.run(draw_icons())
