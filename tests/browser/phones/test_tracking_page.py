"""A recipient with a phone: with scripts and without, with the right link and with others."""

import pytest
from playwright.async_api import expect

from service.api import tracking_html
from tests.browser.phones.people import DOOR, SHOP, arrive, go_online, look_at, offer

pytestmark = pytest.mark.usefixtures("relay")


@pytest.fixture
def deliver(phone, keys, ids, ops):
    """Have a courier bring the job with the courier's page."""

    async def bring(job):
        page = await go_online(phone, keys[1])
        await offer(ops, job, ids[0])
        await page.get_by_role("button", name="Accept").click()
        await arrive(page)
        await page.get_by_role("button", name="I have the parcel").click()
        await phone.move_to(48.2096, 16.3697)
        await phone.move_to(DOOR["lat_deg"], DOOR["lng_deg"])
        await arrive(page)
        await page.get_by_role("button", name="Delivered").click()
        await page.wait_for_function("() => document.body.dataset.unconfirmed === '0'")

    return bring


async def test_without_scripts_a_recipient_says_where_sees_it_come_and_rates(
    phone_of, post, deliver, monkeypatch
):
    job = await post(pickup=SHOP, dropoff=DOOR)
    async with phone_of(java_script_enabled=False) as theirs:
        page = await theirs.open(f"/t/{job['tracking_token']}")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("is booked")
        await page.get_by_label("For the courier").fill("<script>alert(1)</script>\nring twice")
        await page.get_by_label("If I am not there, leave it").fill("with Ida")
        await page.get_by_role("button", name="Tell the courier").click()
        await expect(page.get_by_role("status")).to_have_text("Your courier will read this.")
        await expect(page.get_by_label("For the courier")).to_have_value(
            "<script>alert(1)</script>\nring twice"
        )
        for interval in ("REFRESH_S", "REFRESH_FORM_S"):
            monkeypatch.setattr(tracking_html, interval, 1)
        await page.reload()
        await deliver(job)  # from here on the page comes anew by itself
        await expect(page.get_by_role("heading", level=1)).to_have_text("Delivered.")
        await page.locator("label[for=star-4]").click()
        await page.get_by_text("Friendly", exact=True).click()
        await page.get_by_role("button", name="Send").click()
        await expect(page.get_by_role("status")).to_contain_text("Thank you")
        await expect(page.locator(".thanks")).to_contain_text("★★★★")


async def test_what_a_recipient_asks_for_stands_on_the_couriers_screen(
    phone, phone_of, keys, ids, post, ops
):
    job = await post(pickup=SHOP, dropoff=DOOR)
    page = await go_online(phone, keys[1])
    await offer(ops, job, ids[0])
    await page.get_by_role("button", name="Accept").click()
    async with phone_of() as theirs:
        tracking = await theirs.open(f"/t/{job['tracking_token']}")
        await tracking.get_by_label("If I am not there, leave it").fill("in the shed")
        await tracking.get_by_role("button", name="Tell the courier").click()
        await expect(tracking.get_by_role("status")).to_be_visible()
    await arrive(page)
    await page.get_by_role("button", name="I have the parcel").click()
    await expect(page.locator(".wishes")).to_contain_text("in the shed")


async def test_what_somebody_is_writing_survives_the_news(phone, phone_of, keys, ids, post, ops):
    job = await post(pickup=SHOP, dropoff=DOOR)
    page = await go_online(phone, keys[1])
    async with phone_of() as theirs:
        tracking = await theirs.open(f"/t/{job['tracking_token']}")
        await tracking.wait_for_selector("body[data-followed]")
        await tracking.get_by_label("For the courier").fill("second door")
        await offer(ops, job, ids[0])
        await page.get_by_role("button", name="Accept").click()
        await page.locator("#arrive").wait_for()
        await look_at(tracking)
        await expect(tracking.get_by_role("heading", level=1)).to_contain_text("is collecting")
        await expect(tracking.get_by_label("For the courier")).to_have_value("second door")

        await arrive(page)
        await page.get_by_role("button", name="I have the parcel").click()
        await page.get_by_role("button", name="I am here").wait_for()
        await look_at(tracking)
        await expect(tracking.get_by_role("heading", level=1)).to_contain_text("on the way to you")
        written = tracking.get_by_label("For the courier")
        await expect(written).to_have_value("second door")
        await expect(written).not_to_be_editable()
        await expect(tracking.locator("#forms")).to_contain_text("this was not sent")


async def test_a_page_that_hears_nothing_says_since_when_and_takes_the_courier_away(
    phone, phone_of, keys, ids, post, ops
):
    job = await post(pickup=SHOP, dropoff=DOOR)
    page = await go_online(phone, keys[1])
    async with phone_of() as theirs:
        tracking = await theirs.open(f"/t/{job['tracking_token']}")
        await tracking.wait_for_selector("body[data-followed]")
        await expect(tracking.locator("#live")).to_contain_text("at the latest, as planned")
        await offer(ops, job, ids[0])
        await page.get_by_role("button", name="Accept").click()
        await page.locator("#arrive").wait_for()
        await look_at(tracking)
        await expect(tracking.locator("#map")).to_be_visible()
        await theirs.context.set_offline(True)
        for _ in range(2):
            await look_at(tracking)
            await tracking.wait_for_timeout(300)
        await expect(tracking.locator("#stale")).to_contain_text("No news since")
        await expect(tracking.locator("#map")).to_be_hidden()
        await theirs.context.set_offline(False)
        await look_at(tracking)
        await expect(tracking.locator("#stale")).to_be_hidden()
        await expect(tracking.locator("#map")).to_be_visible()


async def test_a_foreign_link_opens_nothing_and_another_ones_only_that(phone_of, post):
    job = await post(pickup=SHOP, dropoff=DOOR)
    other = await post(pickup=SHOP, dropoff=DOOR | {"address": "Elsewhere 9"})
    async with phone_of() as theirs:
        page = await theirs.open(f"/t/{'A' * 22}")
        await expect(page.get_by_role("heading", level=1)).to_have_text("This link leads nowhere")
        page = await theirs.open(f"/t/{other['tracking_token']}")
        await expect(page.locator("#live")).to_contain_text("Elsewhere 9")
        await expect(page.locator("body")).not_to_contain_text(job["stops"][1]["address"])
