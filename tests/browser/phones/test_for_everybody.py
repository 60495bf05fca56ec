"""Phones' pages for people who see little, or hear them read: axe finds nothing serious."""

import pytest

from tests.browser.phones.people import DOOR, SHOP, arrive, go_online, offer
from tests.browser.test_console import serious

pytestmark = pytest.mark.usefixtures("relay")

HERE = {"latitude": 48.2085, "longitude": 16.3700, "accuracy": 8.0}


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious(phone_of, packages, keys, ids, post, ops, scheme):
    axe = (packages / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
    job = await post(pickup=SHOP, dropoff=DOOR, requirements=["fragile"])
    still = {"color_scheme": scheme, "reduced_motion": "reduce"}
    async with phone_of(geolocation=HERE, permissions=["geolocation"], **still) as phone:
        page = await phone.open("/courier")
        await page.get_by_label("Courier key").wait_for()
        assert await serious(page, axe) == []
        tracking = await phone.open(f"/t/{job['tracking_token']}")
        assert await serious(tracking, axe) == []
        await page.close()

        page = await go_online(phone, keys[1])
        assert await serious(page, axe) == []
        await offer(ops, job, ids[0])
        await page.get_by_role("button", name="Accept").wait_for()
        assert await serious(page, axe) == []
        await page.get_by_role("button", name="Accept").click()
        await page.locator("#arrive").wait_for()
        assert await serious(page, axe) == []
        await tracking.reload()
        await tracking.locator("#map svg").wait_for()
        assert await serious(tracking, axe) == []

        await arrive(page)
        await page.get_by_role("button", name="It cannot be done").click()
        await page.get_by_role("dialog", name="What is the matter?").wait_for()
        assert await serious(page, axe) == []
        await page.get_by_role("button", name="Back").click()
        await page.get_by_role("button", name="I have the parcel").click()
        await phone.move_to(48.2096, 16.3697)
        await phone.move_to(DOOR["lat_deg"], DOOR["lng_deg"])
        await arrive(page)
        await page.get_by_role("button", name="Delivered").click()
        await page.get_by_role("button", name="Earnings").click()
        await page.locator(".total").wait_for()
        assert await serious(page, axe) == []
        await tracking.reload()
        await tracking.get_by_role("button", name="Send").wait_for()
        assert await serious(tracking, axe) == []
