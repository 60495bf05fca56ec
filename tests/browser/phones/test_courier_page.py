"""A courier works with the page, as a human would: by what is on the screen."""

import pytest
from playwright.async_api import expect

from tests.browser.phones.people import DOOR, SHOP, arrive, go_online, log_in, look_at, offer

pytestmark = pytest.mark.usefixtures("relay")


async def test_a_courier_delivers_while_the_recipients_page_moves(
    phone, phone_of, keys, ids, post, ops
):
    job = await post(pickup=SHOP, dropoff=DOOR, reference="order-7", requirements=["fragile"])
    async with phone_of() as theirs:
        tracking = await theirs.open(f"/t/{job['tracking_token']}")
        words = tracking.get_by_role("heading", level=1)
        await expect(words).to_contain_text("is booked")

        page = await go_online(phone, keys[1])
        await offer(ops, job, ids[0])
        card = page.get_by_role("dialog")
        await expect(card).to_contain_text("Tuchlauben 12")
        await expect(card).to_contain_text("€")
        await page.get_by_role("button", name="Accept").click()
        await expect(page.locator(".stop")).to_contain_text("Fragile")
        await look_at(tracking)  # while nobody comes it asks only now and then
        await expect(words).to_contain_text("is collecting")

        await arrive(page)
        await page.get_by_role("button", name="I have the parcel").click()
        await expect(page.locator(".stop")).to_contain_text("ring twice")
        await expect(words).to_contain_text("on the way to you")
        await expect(tracking.locator("#map svg .own")).to_be_visible()
        await expect(tracking.locator("#live")).to_contain_text("Anna")

        await phone.move_to(48.2096, 16.3697)
        await phone.move_to(DOOR["lat_deg"], DOOR["lng_deg"])
        await arrive(page)
        await page.get_by_role("button", name="Delivered").click()
        await expect(words).to_have_text("Delivered.")
        await expect(tracking.locator("#map")).to_be_hidden()

        await page.get_by_role("button", name="Earnings").click()
        await expect(page.locator(".lines li")).to_have_count(1)
        await expect(page.locator("main")).to_contain_text("1 delivery")


async def test_an_offer_is_declined_with_a_reason(phone, keys, ids, post, ops):
    page = await go_online(phone, keys[1])
    await offer(ops, await post(pickup=SHOP, dropoff=DOOR), ids[0])
    await page.get_by_role("button", name="Decline").click()
    await page.get_by_role("button", name="Too far").click()
    await expect(page.locator("#offer")).to_be_hidden()
    await page.wait_for_function("() => document.body.dataset.unconfirmed === '0'")
    (made,) = (await ops.get("/v1/ops/offers")).json()["offers"]
    assert (made["status"], made["answer"]) == ("declined", "too_far")


async def test_an_offer_that_is_taken_back_leaves_the_screen_with_a_word(
    phone, keys, ids, post, ops, merchant
):
    page = await go_online(phone, keys[1])
    job = await post(pickup=SHOP, dropoff=DOOR)
    await offer(ops, job, ids[0])
    await page.get_by_role("button", name="Accept").wait_for()
    canceled = await merchant.post(
        f"/v1/jobs/{job['id']}/cancellation", json={"reason": "duplicate_job"}
    )
    assert canceled.status_code == 200, canceled.text
    await expect(page.locator("#offer")).to_be_hidden()
    await expect(page.locator(".toast")).to_be_visible()


async def test_a_stop_that_cannot_be_done_is_failed_with_a_reason(phone, keys, ids, post, ops):
    page = await go_online(phone, keys[1])
    job = await post(pickup=SHOP, dropoff=DOOR)
    await offer(ops, job, ids[0])
    await page.get_by_role("button", name="Accept").click()
    await page.get_by_role("button", name="It cannot be done").click()
    await page.get_by_role("button", name="Closed").click()
    await expect(page.get_by_role("heading", name="Looking for jobs near you")).to_be_visible()
    await page.wait_for_function("() => document.body.dataset.unconfirmed === '0'")
    assert (await ops.get(f"/v1/ops/jobs/{job['id']}")).json()["status"] == "open"


async def test_far_from_the_stop_nobody_has_arrived(phone, keys, ids, post, ops):
    page = await go_online(phone, keys[1])
    far = SHOP | {"lat_deg": 48.2189}
    await offer(ops, await post(pickup=far, dropoff=DOOR), ids[0])
    await page.get_by_role("button", name="Accept").click()
    await page.get_by_role("button", name="I am here").click()
    await expect(page.locator(".toast")).to_contain_text("not there yet")
    await expect(page.locator("#arrive")).to_be_visible()


async def test_a_wrong_key_opens_nothing(phone):
    page = await phone.open("/courier")
    await page.get_by_label("Courier key").fill("hh_test_00000000_nobody")
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("alert")).to_contain_text("not valid")


async def test_who_logs_out_is_asked_for_the_key_again(phone, keys):
    page = await log_in(phone, keys[1])
    stored = await page.evaluate("() => JSON.stringify(localStorage)")
    assert keys[1].text not in stored
    await page.get_by_role("button", name="Log out").click()
    await expect(page.get_by_label("Courier key")).to_be_visible()
    stored = await page.evaluate("() => JSON.stringify(localStorage)")
    assert "refreshToken" not in stored


async def test_a_pause_and_its_end(phone, keys):
    page = await go_online(phone, keys[1])
    await page.get_by_role("button", name="Pause").click()
    await expect(page.locator("#status")).to_have_text("Paused")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator("#status")).to_have_text("Online")
    await page.get_by_role("button", name="End shift").click()
    await expect(page.get_by_role("heading", name="Go online")).to_be_visible()


async def test_without_a_position_the_page_says_what_is_wrong(phone_of, keys):
    async with phone_of() as phone:
        page = await log_in(phone, keys[1])
        await page.get_by_role("button", name="Go online").click()
        await expect(page.locator("#banner")).to_contain_text("may not see where you are")
