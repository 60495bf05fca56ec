"""The console for people who see little, in the scheme that they chose, on screens of any size."""

import io

from PIL import Image

from tests.browser.conftest import visit
from tests.browser.looks import assert_for_everybody

DIALOGS = {"Jobs": "Extend deadline …", "Couriers": "Suspend …"}
IS_IN_DRAWER = "() => document.querySelector('.drawer').contains(document.activeElement)"
BRIGHT = 128  # of 255
FRAMES_COUNT_MAX = 120


async def test_axe_finds_nothing_serious_and_all_fits_at_any_size_and_in_both_schemes(
    browser, demo, axe
):
    """Sizes and schemes change while the page is open, as they do before people."""
    async with visit(browser, demo, reduced_motion="reduce") as visited:
        page = visited.page
        await page.goto(f"{demo.url}/ops")
        await page.wait_for_selector("[name=login]")
        await assert_for_everybody(page, axe)
        await visited.log_in(demo, "demo")
        await page.wait_for_selector(".entry.tick")
        await page.wait_for_selector("body[data-map=open]")
        await assert_for_everybody(page, axe)
        for scheme in ("dark", "light"):  # the map is drawn, and has to be drawn anew
            await page.emulate_media(color_scheme=scheme)
            await until_map_is(page, is_bright=scheme == "light")
        for tab in ("Exceptions", "Charts"):
            await page.get_by_role("tab", name=tab).click()
            await assert_for_everybody(page, axe)
        for tab, name in DIALOGS.items():
            await page.get_by_role("tab", name=tab).click()
            panel = page.locator(f"#panel-{tab.lower()}")
            await panel.locator("[data-filter=live], [data-filter=busy]").click()
            await panel.locator("button.row").first.click()
            drawer, dialog = page.get_by_label("details"), page.get_by_role("dialog")
            await drawer.get_by_role("button", name=name).click()
            await dialog.wait_for()
            await assert_for_everybody(page, axe)
            await page.keyboard.press("Escape")
            await dialog.wait_for(state="detached")
            await assert_for_everybody(page, axe)
            await page.wait_for_function(IS_IN_DRAWER)  # wherever the button is by now
            await page.keyboard.press("Escape")
            await drawer.wait_for(state="hidden")


async def until_map_is(page, *, is_bright):
    """Wait until the map is drawn in the colours of its scheme."""
    for _ in range(FRAMES_COUNT_MAX):
        picture = Image.open(io.BytesIO(await page.locator(".map").screenshot()))
        if (picture.convert("L").resize((1, 1)).getpixel((0, 0)) > BRIGHT) == is_bright:
            return
        await page.evaluate("() => new Promise(requestAnimationFrame)")
    raise AssertionError(f"the map is still {'dark' if is_bright else 'bright'}")
