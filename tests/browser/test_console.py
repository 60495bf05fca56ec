"""The console of ops, in a real browser, on a demo that runs."""

import re

import pytest
from playwright.async_api import expect

from tests.acceptance.processes import kill, pid_of
from tests.browser.conftest import NO_WEBGL, opened, visit

SOME = re.compile(r"^[1-9]")


async def test_a_stranger_gets_a_form_and_nothing_else(browser, demo):
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


async def test_the_map_moves_and_the_feed_ticks(browser, demo):
    async with visit(browser, demo) as visited:
        page = visited.page
        await visited.log_in(demo, "viewer")
        await page.wait_for_selector("body[data-map=open]")
        await page.wait_for_selector(".entry.tick")
        first = await page.locator(".entry.tick").first.inner_text()
        await expect(page.locator(".entry.tick").first).not_to_have_text(first)
        await page.wait_for_selector(".entry.offer[data-status=accepted]")
        body = page.locator("body")
        await expect(body).to_have_attribute("data-couriers", SOME)
        drawn = await body.get_attribute("data-place")
        await expect(body).not_to_have_attribute("data-place", drawn)
        assert int(await page.inner_text("[data-figure=busy]")) > 0


async def test_far_out_the_map_shows_cells(browser, demo):
    async with visit(browser, demo) as visited:
        page = visited.page
        await visited.log_in(demo, "viewer")
        await page.wait_for_selector("body[data-map=open]")
        for _ in range(3):
            await page.get_by_role("button", name="Zoom out").click()
        await expect(page.locator("body")).to_have_attribute("data-cells", SOME)


async def test_a_viewer_is_offered_nothing_to_do_and_is_refused_when_asking(browser, demo):
    async with visit(browser, demo) as visited:
        page = visited.page
        await visited.log_in(demo, "viewer")
        await page.get_by_role("tab", name="Jobs").click()
        await page.get_by_role("button", name=re.compile("^Under way")).click()
        await page.locator("#panel-jobs button.row").first.click()
        drawer = page.get_by_label("details")
        await expect(drawer.get_by_role("heading", name="Timeline")).to_be_visible()
        await expect(drawer.get_by_role("button", name=re.compile("…$"))).to_have_count(0)
        await expect(page.get_by_role("button", name="Pause market")).to_have_count(0)
    async with visit(browser, demo) as visited:
        page = visited.page
        await visited.log_in(demo, "viewer")
        asked = """async () => (await fetch("/v1/ops/market/pause", {method: "PUT",
            headers: {"Content-Type": "application/json"},
            body: JSON.stringify({is_paused: true})})).json()"""
        assert (await page.evaluate(asked))["code"] == "forbidden"
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


async def test_why_an_offer_was_made_is_told_in_place(browser, demo):
    async with visit(browser, demo) as visited:
        page = visited.page
        await visited.log_in(demo, "viewer")
        await page.locator("#panel-feed [data-filter=offers]").click()
        why = page.get_by_role("button", name="Why?").first
        await why.wait_for()
        await page.get_by_role("button", name="Pause", exact=True).click()
        await why.click()
        reasons = page.locator(".entry .reasons").first
        await expect(reasons).to_contain_text("runner-up")
        await expect(reasons).to_contain_text("considered within")


async def test_tabs_are_reached_by_keys_and_escape_closes_the_drawer(browser, demo):
    async with visit(browser, demo) as visited:
        page = visited.page
        await visited.log_in(demo, "viewer")
        await page.get_by_role("tab", name="Matching").focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_role("tab", name="Jobs")).to_be_focused()
        await page.locator("#panel-jobs [data-filter=live]").click()
        row = page.locator("#panel-jobs button.row").first
        await row.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("details")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_label("details")).to_be_hidden()


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


async def test_who_logs_out_is_out(browser, demo):
    async with visit(browser, demo) as visited:
        page = visited.page
        await visited.log_in(demo, "viewer")
        await page.get_by_role("button", name="Log out").click()
        await page.wait_for_selector("[name=login]")
        answer = await page.evaluate("async () => (await fetch('/v1/ops/session')).status")
        assert answer == 401


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (412, 839)])
async def test_axe_finds_nothing_serious(browser, demo, packages, scheme, size):
    axe = (packages / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
    width, height = size
    viewport = {"width": width, "height": height}
    async with visit(browser, demo, viewport=viewport, color_scheme=scheme) as visited:
        page = visited.page
        await page.goto(f"{demo.url}/ops")
        await page.wait_for_selector("[name=login]")
        assert await serious(page, axe) == []
        await visited.log_in(demo, "demo")
        await page.wait_for_selector(".entry.tick")
        assert await serious(page, axe) == []
        for tab in ("Jobs", "Couriers", "Exceptions", "Charts"):
            await page.get_by_role("tab", name=tab).click()
            assert await serious(page, axe) == []
        await page.get_by_role("tab", name="Jobs").click()
        await page.locator("#panel-jobs [data-filter=live]").click()
        await page.locator("#panel-jobs button.row").first.click()
        await page.wait_for_selector(".drawer .timeline")
        assert await serious(page, axe) == []


async def serious(page, axe):
    """Return what axe holds against the page, as text."""
    await page.evaluate(axe)
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {violation['nodes'][0]['html']}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
