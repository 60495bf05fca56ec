"""Phones' pages for people who see little, or hear them read: axe finds nothing serious."""

from functools import partial

import pytest

from tests.browser.looks import PHONE, assert_for_everybody
from tests.browser.phones.people import DOOR, SHOP, arrive, go_online, offer

pytestmark = pytest.mark.usefixtures("relay")

look = partial(assert_for_everybody, screens=(PHONE,))
HERE = {"latitude": 48.2085, "longitude": 16.3700, "accuracy": 8.0}


async def test_axe_finds_nothing_serious_and_all_fits_in_both_schemes_on_any_screen(
    phone_of, axe, keys, ids, post, ops
):
    job = await post(pickup=SHOP, dropoff=DOOR, requirements=["fragile"])
    still = {"geolocation": HERE, "permissions": ["geolocation"], "reduced_motion": "reduce"}
    async with phone_of(**still) as phone:
        page = await phone.open("/courier")
        await page.get_by_label("Courier key").wait_for()
        await look(page, axe)
        tracking = await phone.open(f"/t/{job['tracking_token']}")
        await look(tracking, axe)
        await page.close()

        page = await go_online(phone, keys[1])
        await look(page, axe)
        await offer(ops, job, ids[0])
        await page.get_by_role("button", name="Accept").wait_for()
        await look(page, axe)
        await page.get_by_role("button", name="Accept").click()
        await page.locator("#arrive").wait_for()
        await look(page, axe)
        await tracking.reload()
        await tracking.locator("#map svg").wait_for()
        await look(tracking, axe)

        await arrive(page)
        await page.get_by_role("button", name="It cannot be done").click()
        await page.get_by_role("dialog", name="What is the matter?").wait_for()
        await look(page, axe)
        await page.get_by_role("button", name="Back").click()
        await page.get_by_role("button", name="I have the parcel").click()
        await phone.move_to(48.2096, 16.3697)
        await phone.move_to(DOOR["lat_deg"], DOOR["lng_deg"])
        await arrive(page)
        await page.get_by_role("button", name="Delivered").click()
        await page.get_by_role("button", name="Earnings").click()
        await page.locator(".total").wait_for()
        await look(page, axe)
        await tracking.reload()
        await tracking.get_by_role("button", name="Send").wait_for()
        await look(tracking, axe)
