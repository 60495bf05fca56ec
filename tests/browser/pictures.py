"""Takes the README's pictures of the pages, of a demo that it runs: `python3 dev.py pictures`.

The icons of the courier's page are drawn anew with them.
"""

import asyncio
import io
import sys
from contextlib import asynccontextmanager
from pathlib import Path

from PIL import Image

from tests.browser.conftest import SOFTWARE_WEBGL, opened, running_demo, visit
from tests.browser.icons import draw_icons
from tests.browser.phone_pictures import take_phones

DEMO = ("--duration-s", "600", "--couriers", "140", "--jobs-per-minute", "90", "--speed", "20")
SETTLING_S = 45.0  # until the city is busy
FRAMES_COUNT = 24
FRAME_S = 0.5
MOVING_WIDTH = 960
DESK = {"width": 1440, "height": 860}
PHONE = {"width": 412, "height": 839}


async def take_all(folder):
    """Write every picture into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    await draw_icons()
    with running_demo(*DEMO) as demo:
        await asyncio.sleep(SETTLING_S)
        async with opened(*SOFTWARE_WEBGL) as browser:
            async with console(browser, demo, viewport=DESK, color_scheme="light") as page:
                await take_moving(page, folder / "console.webp")
                await open_a_job(page)
                await take(page, folder / "console-job.jpg")
            async with console(browser, demo, viewport=DESK, color_scheme="dark") as page:
                await page.get_by_role("tab", name="Charts").click()
                await page.wait_for_selector("#panel-charts .view[data-read]")
                await take(page, folder / "console-dark.jpg")
            async with console(browser, demo, viewport=PHONE, color_scheme="light") as page:
                await take(page, folder / "console-phone.jpg")
            await take_phones(browser, demo, folder)


@asynccontextmanager
async def console(browser, demo, **options):
    """A console that is logged in and has a map."""
    async with visit(browser, demo, **options) as visited:
        await visited.log_in(demo, "demo")
        await visited.page.wait_for_selector("body[data-map=open]")
        await asyncio.sleep(6 * FRAME_S)
        yield visited.page


async def open_a_job(page):
    """Open the drawer of a job that is under way, with all that is on record."""
    await page.get_by_role("tab", name="Jobs").click()
    await page.locator("#panel-jobs [data-filter=live]").click()
    # On a busy machine rows move too often for a pointer.
    await page.locator("#panel-jobs button.row").first.dispatch_event("click")
    await page.wait_for_selector(".drawer .timeline")
    await page.get_by_role("tab", name="Matching").click()
    await asyncio.sleep(4 * FRAME_S)


async def take(page, path):
    await page.screenshot(path=path, type="jpeg", quality=85)


async def take_moving(page, path):
    """Write an animated picture of some seconds."""
    frames = []
    for _ in range(FRAMES_COUNT):
        picture = Image.open(io.BytesIO(await page.screenshot()))
        height = picture.height * MOVING_WIDTH // picture.width
        frames.append(
            picture.convert("RGB").resize((MOVING_WIDTH, height), Image.Resampling.LANCZOS)
        )
        await asyncio.sleep(FRAME_S)
    first, *others = frames
    duration_ms = int(1_000 * FRAME_S)
    first.save(path, save_all=True, append_images=others, duration=duration_ms, loop=0, quality=60)


if __name__ == "__main__":
    asyncio.run(take_all(Path(sys.argv[1])))
