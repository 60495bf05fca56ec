"""The console of ops, in a real browser, on a demo that runs."""

import re

from playwright.async_api import TimeoutError, expect

from tests.acceptance.processes import kill, pid_of
from tests.browser.conftest import NO_WEBGL, opened, visit

SOME = re.compile(r"^[1-9]")
BESIDE = {  # each filter of the feed, and what it leaves out
    "offers": ".entry:not(.offer)",
    "ticks": ".entry:not(.tick)",
    "trouble": ".entry.tick, .entry.quiet, .offer[data-status=accepted], .offer[data-status=seen]",
}
# In the middle of what is not covered, to some 10 m.
IS_CENTER = """place => document.body.dataset.center.split(" ")
    .every((text, axis) => Math.abs(Number(text) - place[axis]) < 1e-4)"""
ANNOUNCED = """[...document.querySelectorAll("link[rel=modulepreload], script[type=module]")]
    .map((one) => one.href || one.src)"""
WHYS_COUNT_MAX = 30
PRESSES_COUNT_MAX = 12
PUT_PAUSE = """async () => (await fetch("/v1/ops/market/pause", {method: "PUT",
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify({is_paused: true})})).json()"""


async def test_a_stranger_gets_a_form_and_nothing_else_and_so_does_who_logged_out(browser, demo):
    async with visit(browser, demo) as visited:
        page = visited.page
        await page.goto(f"{demo.url}/ops")
        await page.fill("[name=login]", "demo")
        await page.fill("[name=password]", "not this")
        await page.click("[type=submit]")
        await expect(page.get_by_role("alert")).to_have_text(
            "That login and password do not go together."
        )
        assert not any("/v1/ops/jobs" in url for url in visited.requests)
        await visited.log_in(demo, "viewer")
        await page.get_by_role("button", name="Log out").click()
        await page.wait_for_selector("[name=login]")
        answer = await page.evaluate("async () => (await fetch('/v1/ops/session')).status")
        assert answer == 401


async def test_scripts_are_asked_for_at_once_and_what_is_not_seen_at_first_comes_behind(
    browser, demo
):
    async with visit(browser, demo) as visited:
        page = visited.page
        await visited.log_in(demo, "viewer")
        await page.wait_for_selector("body[data-map=open]")
        announced = await page.evaluate(ANNOUNCED)
        asked = visited.requests
        stands = asked.index(next(url for url in asked if url.endswith("/v1/ops/tickets")))
        assert {url for url in asked[:stands] if url.endswith("js")} == set(announced)
        for behind in ("/maplibre-gl.mjs", "/h3-js.es.js", "/ops/map_view.js", "/ops/closer.js"):
            assert any(url.endswith(behind) for url in asked[stands:]), behind


async def test_the_map_moves_flies_to_what_is_clicked_and_shows_coarser_cells_farther_out(
    browser, demo
):
    async with visit(browser, demo) as visited:
        page, body = visited.page, visited.page.locator("body")
        await visited.log_in(demo, "viewer")
        await page.wait_for_selector("body[data-map=open]")
        await expect(body).to_have_attribute("data-couriers", SOME)
        drawn = await body.get_attribute("data-place")
        await expect(body).not_to_have_attribute("data-place", drawn)
        assert int(await page.inner_text("[data-figure=busy]")) > 0

        await page.get_by_role("tab", name="Jobs").click()
        await page.locator("#panel-jobs [data-filter=live]").click()
        await page.locator("#panel-jobs button.row").first.click()
        drawer = page.get_by_label("details")
        job_id = await drawer.locator("article").get_attribute("data-job")
        job = await page.evaluate(f"async () => (await fetch('/v1/ops/jobs/{job_id}')).json()")
        for kind in ("Dropoff", "Pickup"):
            await drawer.get_by_role("button", name=kind).click()
            stop = next(stop for stop in job["stops"] if stop["kind"] == kind.lower())
            await page.wait_for_function(IS_CENTER, arg=[stop["lat_deg"], stop["lng_deg"]])
        await page.keyboard.press("Escape")

        await zoom(page, "out", until="body:not([data-resolution=''])")
        await expect(body).to_have_attribute("data-cells", SOME)
        fine = await body.get_attribute("data-resolution")
        await zoom(page, "out", until=f"body:not([data-resolution='{fine}'])")
        await expect(body).to_have_attribute("data-cells", SOME)
        assert fine > await body.get_attribute("data-resolution") > ""
        await zoom(page, "in", until="body[data-cells='0']")
        await expect(body).to_have_attribute("data-couriers", SOME)


async def zoom(page, way, *, until):
    """Press as often as it takes: while the map still moves a press counts from where it is."""
    for _ in range(PRESSES_COUNT_MAX):
        await page.get_by_role("button", name=f"Zoom {way}").click()
        try:
            return await page.wait_for_selector(until, timeout=1_000)
        except TimeoutError:
            continue
    raise AssertionError(f"zoomed {way} {PRESSES_COUNT_MAX} times, and never was there {until}")


async def test_a_map_whose_code_does_not_come_at_first_is_asked_for_again(browser, demo):
    async with visit(browser, demo) as visited:
        page = visited.page
        for name in ("map_view.js", "maplibre-gl.mjs", "h3-js.es.js"):
            await page.route(f"**/{name}", lambda route: route.abort(), times=1)
        await visited.log_in(demo, "viewer")
        await page.wait_for_selector("body[data-map=open]")
        await expect(page.locator("body")).to_have_attribute("data-couriers", SOME)
        visited.complaints.clear()  # the browser tells of each script that did not come


async def test_the_feed_tells_of_ticks_and_of_offers_and_why_they_were_made(browser, demo):
    async with visit(browser, demo) as visited:
        page = visited.page
        await visited.log_in(demo, "viewer")
        tick = page.locator(".entry.tick").first
        first = await tick.inner_text()
        await expect(tick).not_to_have_text(first)
        await expect(tick).to_contain_text(re.compile(r"gap ≤ [\d.]+ ?%"))
        stages = tick.locator(".stages")
        for name in ("gather", "solve", "commit"):
            await expect(stages).to_have_attribute("title", re.compile(rf"{name} [\d.]+ m?s"))
            await expect(stages.locator(f"i.{name}")).to_have_count(1)
        await page.wait_for_selector(".entry.offer[data-status=accepted]")

        feed = page.locator("#panel-feed")
        for name, beside in BESIDE.items():
            await feed.locator(f"[data-filter={name}]").click()
            await expect(feed.locator(".entry").first).to_be_visible()
            await expect(feed.locator(beside)).to_have_count(0)
        await feed.locator("[data-filter=offers]").click()
        await page.get_by_role("button", name="Pause", exact=True).click()
        whys = feed.get_by_role("button", name="Why?")
        chips = feed.locator(".reasons .considered .chip")
        for row in range(min(await whys.count(), WHYS_COUNT_MAX)):
            await whys.nth(row).click()
            if await chips.count() > 0:
                break
        reasons = feed.locator(".entry .reasons").last
        await expect(reasons).to_contain_text("runner-up")
        await expect(reasons).to_contain_text("considered within")
        await expect(reasons.locator(".terms li").first).to_have_text(re.compile(r"[a-z]+.*\d s$"))
        await expect(chips.first).to_have_text(re.compile(r"^[a-z ]+ \d+$"))  # removed by what


async def test_a_viewer_is_offered_nothing_to_do_and_gets_around_by_keys(browser, demo):
    async with visit(browser, demo) as visited:
        page = visited.page
        await visited.log_in(demo, "viewer")
        await expect(page.get_by_role("button", name="Pause market")).to_have_count(0)
        await page.get_by_role("tab", name="Matching").focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_role("tab", name="Jobs")).to_be_focused()
        await page.locator("#panel-jobs [data-filter=live]").click()
        row = page.locator("#panel-jobs button.row").first
        await row.focus()
        await page.keyboard.press("Enter")
        drawer = page.get_by_label("details")
        await expect(drawer.get_by_role("heading", name="Timeline")).to_be_visible()
        await expect(drawer.get_by_role("button", name=re.compile("…$"))).to_have_count(0)
        await page.keyboard.press("Escape")
        await expect(drawer).to_be_hidden()
        assert (await page.evaluate(PUT_PAUSE))["code"] == "forbidden"
        visited.complaints.clear()  # the browser tells of the 403


async def test_who_may_decide_pauses_a_courier_and_says_why(browser, demo):
    async with visit(browser, demo) as visited:
        page = visited.page
        await visited.log_in(demo, "demo")
        await page.get_by_role("tab", name="Couriers").click()
        await page.locator("#panel-couriers [data-filter=busy]").click()
        await page.locator("#panel-couriers button.row").first.click()
        drawer = page.get_by_label("details")
        await drawer.get_by_role("button", name="Pause …").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Reason").select_option("courier_no_progress")
        await dialog.get_by_role("button", name="Pause the courier").click()
        await expect(dialog).to_have_count(0)
        courier_id = await drawer.locator("article").get_attribute("data-courier")
        told = await page.evaluate(
            "async () => (await fetch('/v1/ops/audit?action=set_status&limit=1')).json()"
        )
        assert told["entries"][0]["subject"] == f"courier:{courier_id}"
        assert told["entries"][0]["reason"] == "courier_no_progress"


async def test_the_console_comes_back_when_its_process_is_killed(browser, demo):
    async with visit(browser, demo) as visited:
        page = visited.page
        await visited.log_in(demo, "viewer")
        kill(pid_of(demo.pid, "service api"))
        await page.wait_for_selector("body:not([data-connection=live])")
        await page.wait_for_selector("body[data-connection=live]")
        await expect(page.locator("body")).to_have_attribute("data-couriers", SOME)
        visited.complaints.clear()  # the browser tells of each dial that failed


async def test_without_webgl_everything_but_the_map_works(demo):
    async with opened(*NO_WEBGL) as browser, visit(browser, demo) as visited:
        page = visited.page
        await visited.log_in(demo, "viewer")
        await page.wait_for_selector("body[data-map=none]")
        await page.wait_for_selector(".entry.tick")
        await page.get_by_role("tab", name="Couriers").click()
        await expect(page.locator("#panel-couriers button.row").first).to_be_visible()
        visited.complaints.clear()  # the library tells that there is none
