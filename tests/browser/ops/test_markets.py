"""An operator of two markets chooses which to look at."""

import re

from playwright.async_api import expect

from service.actions.enroll import CourierEntry, enroll
from service.domain.vocabulary import Vehicle
from tests.integration.api.test_ops_markets import make_market


async def test_the_market_is_chosen_kept_in_the_address_and_followed_by_reads_and_feed(
    runtime, conn, visited
):
    await make_market(runtime, "graz")
    await enroll(
        runtime, market_id="graz", entries=[CourierEntry(name="Dora", vehicle=Vehicle.BIKE)]
    )
    await conn.execute("UPDATE courier SET status = 'paused'")
    async with visited("graz") as looking:
        page = looking.page
        body = page.locator("body")
        dora = page.locator("#panel-couriers").get_by_text("Dora")
        pause = page.get_by_role("button", name=re.compile("^Pause market"))
        await expect(body).to_have_attribute("data-market", "vienna")
        named = []
        page.on("request", lambda request: named.append((request.url, market_of(request))))
        await page.get_by_label("market", exact=True).select_option("graz")
        await expect(body).to_have_attribute("data-market", "graz")
        await expect(body).to_have_attribute("data-connection", "live")
        await expect(page).to_have_url(re.compile(r"/ops\?market=graz$"))
        await expect(pause).to_have_count(0)  # there she only looks
        await page.get_by_role("tab", name="Couriers").click()
        await expect(dora).to_be_visible()
        assert {market for url, market in named if "/v1/ops/" in url} == {"graz"}
        await page.reload()
        await expect(body).to_have_attribute("data-market", "graz")
        await page.go_back()
        await expect(body).to_have_attribute("data-market", "vienna")
        await expect(body).to_have_attribute("data-connection", "live")
        await expect(pause).to_be_visible()
        await page.get_by_role("tab", name="Couriers").click()
        await expect(dora).to_have_count(0)


def market_of(request):
    """Return which market a request says that it is about."""
    return request.headers.get("hexhaul-market")


async def test_an_address_that_names_a_market_of_others_leads_home(runtime, visited):
    await make_market(runtime, "graz")
    async with visited() as looking:
        page = looking.page
        await page.goto(f"{looking.url}/ops?market=graz")
        await expect(page.locator("body")).to_have_attribute("data-market", "vienna")
        await expect(page).to_have_url(re.compile("/ops$"))
        await expect(page.get_by_role("heading", level=1)).to_have_text("Vienna")
        await expect(page.get_by_label("market", exact=True)).to_have_count(0)  # there is but one
        looking.complaints.clear()  # the browser tells of the 403
