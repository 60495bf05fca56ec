"""What the console shows of the record: charts of hours, and the city as it was."""

import re

from playwright.async_api import expect

from tests.browser.conftest import visit
from tests.browser.looks import serious
from tests.browser.test_console import SOME

FIRST_DELIVERIES_MS = 180_000  # from the demo's start on
LOOKED_AGAIN_MS = 200
QUIET_STEPS_MAX = 240  # of five seconds of the market


async def test_charts_say_what_they_show_in_words_and_numbers_too(browser, demo, axe):
    async with visit(browser, demo) as visited:
        page = visited.page
        await visited.log_in(demo, "viewer")
        await page.get_by_role("tab", name="Charts").click()
        charts = page.locator("#panel-charts")
        for title, says in {
            "Supply and demand": r"free couriers and [\d.]+ open jobs in the mean",
            "Jobs an hour": r"jobs? posted; [1-9]\d* delivered",
            "Time to accept": r"offers? accepted .* half within",
            "Wait at pickup": r"pickups?; at last half of the parcels waited",
            "On time": r"deliver(y|ies) on time",
            "Earnings per hour on duty": r"half earned up to .* an hour",
            "Supply against demand by cell, now": r"cells? of some \S+ km², \d+ with more open",
        }.items():
            figure = charts.locator("figure", has=page.get_by_role("heading", name=title))
            await expect(figure.locator("> .faint")).to_have_text(
                re.compile(says), timeout=FIRST_DELIVERIES_MS
            )
            label = await figure.get_by_role("img").get_attribute("aria-label")
            assert re.search(says, label)
            await figure.get_by_text("As a table").click()
            await expect(figure.get_by_role("table", name=title)).to_be_visible()
            await expect(figure.locator("tbody tr").first).to_be_visible()
        read = await charts.locator(".view").get_attribute("data-read")
        await charts.get_by_role("button", name="6 hours").click()
        await expect(charts.locator(".view")).not_to_have_attribute("data-read", read)
        await expect(charts.locator("details[open]")).to_have_count(7)  # they stay as they were
        assert await serious(page, axe) == []


async def test_the_city_is_shown_as_it_was_and_live_again(browser, demo, axe):
    async with visit(browser, demo) as visited:
        page = visited.page
        body = page.locator("body")
        await visited.log_in(demo, "viewer")
        await page.wait_for_selector("body[data-map=open]")
        await page.wait_for_selector(".entry.offer[data-status=accepted]")
        await page.get_by_role("button", name="Replay").click()
        await expect(body).to_have_attribute("data-time", "past")
        slider = page.get_by_role("slider", name="how long ago")
        await expect(slider).to_be_focused()
        await slider.press("End")
        instant = page.locator(".replay .chip")
        await expect(instant).to_have_text(re.compile(r"^Past: \d\d:\d\d:\d\d$"))
        await expect(body).to_have_attribute("data-couriers", SOME)
        for _ in range(QUIET_STEPS_MAX):
            if await page.locator(".entry.offer").first.is_visible():
                break
            await slider.press("ArrowLeft")  # while all couriers ride nobody is asked
            await page.wait_for_timeout(LOOKED_AGAIN_MS)
        await page.wait_for_selector(".entry.offer")
        for _ in range(3):
            await page.get_by_role("button", name="Zoom out").click()
        await expect(body).to_have_attribute("data-cells", SOME)  # as the present is told far out
        await expect(body).to_have_attribute("data-couriers", "0")
        for _ in range(12):
            await slider.press("ArrowLeft")  # a minute earlier in all, and it stands still
        await expect(page.get_by_role("button", name="Pause", exact=True)).to_have_count(0)
        stood = await instant.inner_text()
        tick = page.locator(".entry.tick")
        await expect(tick.first).to_be_visible()
        assert await serious(page, axe) == []
        await page.get_by_label("speed").select_option("5")
        await page.locator(".replay").get_by_role("button", name="Play").click()
        await expect(instant).not_to_have_text(stood)
        await page.get_by_role("button", name="Back to live").click()
        await expect(body).to_have_attribute("data-time", "now")
        await expect(page.locator(".replay")).to_be_hidden()
        shown = await page.locator(".entry.tick").first.inner_text()
        await expect(page.locator(".entry.tick").first).not_to_have_text(shown)
