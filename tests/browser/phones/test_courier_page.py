"""A courier works with the page, as a human would: by what is on the screen."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect

from tests.browser.phones.people import DOOR, SHOP, go_online, log_in, offer

pytestmark = pytest.mark.usefixtures("relay")

OF_ANOTHER_DAY = """() => localStorage.setItem("hexhaul-courier-duty", JSON.stringify({
    vehicle: "bike", shiftEndsAt: "2020-01-01T12:00:00Z",
    capacity: { weight_g: 16000, volume_l: 60, jobs_count: 6 },
}))"""


async def confirmed(page):
    await page.wait_for_function("() => document.body.dataset.unconfirmed === '0'")


def cents_of(text):
    """Return what an amount of money on the screen is in cents."""
    return int(re.sub(r"\D", "", text))


async def test_an_offer_says_all_is_declined_with_a_reason_and_the_next_is_taken_back(
    phone, keys, ids, post, ops, merchant
):
    page = await go_online(phone, keys[1])
    await offer(ops, await post(pickup=SHOP, dropoff=DOOR), ids[0])
    card = page.get_by_role("dialog")
    total = cents_of(await card.locator(".pay").inner_text())
    parts = await card.get_by_label("What the pay is made of").locator("dd").all_inner_texts()
    assert len(parts) >= 2
    assert total == sum(map(cents_of, parts))
    pickup, dropoff = await card.locator(".legs li").all_inner_texts()
    assert re.search(r"Pick up · Graben 1\s+\d+ m · there (now|in \d+ min)", pickup)
    assert re.search(r"Drop off · Tuchlauben 12\s+\d+ m · there in \d+ min · by \d", dropoff)
    drawn = card.get_by_role("img")
    await expect(drawn.locator(".pin")).to_have_count(2)
    await expect(drawn.locator(".own")).to_have_count(1)

    await page.get_by_role("button", name="Decline").click()
    await page.get_by_role("button", name="Too far").click()
    await expect(page.locator("#offer")).to_be_hidden()
    await confirmed(page)
    (made,) = (await ops.get("/v1/ops/offers")).json()["offers"]
    assert (made["status"], made["answer"]) == ("declined", "too_far")

    job = await post(pickup=SHOP, dropoff=DOOR)
    await offer(ops, job, ids[0])
    await page.get_by_role("button", name="Accept").wait_for()
    canceled = await merchant.post(
        f"/v1/jobs/{job['id']}/cancellation", json={"reason": "duplicate_job"}
    )
    assert canceled.status_code == 200, canceled.text
    await expect(page.locator("#offer")).to_be_hidden()
    await expect(page.locator(".toast")).to_be_visible()


async def test_far_from_the_stop_nobody_has_arrived_and_one_that_cannot_be_done_is_failed(
    phone, keys, ids, post, ops
):
    page = await go_online(phone, keys[1])
    job = await post(pickup=SHOP | {"lat_deg": 48.2189}, dropoff=DOOR)
    await offer(ops, job, ids[0])
    await page.get_by_role("button", name="Accept").click()
    await page.get_by_role("button", name="I am here").click()
    await expect(page.locator(".toast")).to_contain_text("not there yet")
    await expect(page.locator("#arrive")).to_be_visible()
    await page.get_by_role("button", name="It cannot be done").click()
    await page.get_by_role("button", name="Closed").click()
    await expect(page.get_by_role("heading", name="Looking for jobs near you")).to_be_visible()
    await confirmed(page)
    assert (await ops.get(f"/v1/ops/jobs/{job['id']}")).json()["status"] == "open"


async def test_a_stranger_may_install_the_page_but_needs_a_key_and_to_let_it_see_where_one_is(
    phone_of, keys
):
    async with phone_of() as phone:
        page = await phone.open("/courier")
        await page.get_by_label("Courier key").fill("hh_test_00000000_nobody")
        await page.get_by_role("button", name="Log in").click()
        await expect(page.get_by_role("alert")).to_contain_text("not valid")
        assert await hindrances(phone, page) <= {"in-incognito"}  # as tests are
        await page.close()
        page = await log_in(phone, keys[1])
        await page.get_by_role("button", name="Go online").click()
        await expect(page.locator("#banner")).to_contain_text("may not see where you are")


async def test_a_shift_is_as_the_courier_said_through_a_pause_to_its_end_and_a_log_out(
    phone, keys, ids, runtime, conn
):
    page = await log_in(phone, keys[1])
    stored = await page.evaluate("() => JSON.stringify(localStorage)")
    assert keys[1].text not in stored
    await page.get_by_role("radio", name="Bike").check()
    for name, amount in {"weight_kg": 9, "volume_l": 40, "jobs_count": 2}.items():
        await page.fill(f"[name={name}]", str(amount))
    await page.get_by_role("radio", name="2 h").check()
    await page.get_by_role("button", name="Go online").click()
    await expect(page.locator("#status")).to_have_text("Online")
    shift = await shift_of(conn, ids[0])
    ends_at = shift["shift_ends_at"]
    assert dict(shift) == {
        "vehicle": "bike",
        "capacity_weight_g": 9_000,
        "capacity_volume_l": 40,
        "capacity_jobs_count": 2,
        "shift_ends_at": ends_at,
    }
    left = ends_at - runtime.clock.now()
    assert timedelta(hours=1.9) < left <= timedelta(hours=2)

    await page.evaluate(OF_ANOTHER_DAY)  # the service knows better
    await page.get_by_role("button", name="Pause").click()
    await expect(page.locator("#status")).to_have_text("Paused")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator("#status")).to_have_text("Online")
    assert await shift_of(conn, ids[0]) == shift
    await page.get_by_role("button", name="End shift").click()
    await expect(page.get_by_role("heading", name="Go online")).to_be_visible()
    await expect(page.locator("[name=jobs_count]")).to_have_value("2")

    await page.get_by_role("button", name="Log out").click()
    await expect(page.get_by_label("Courier key")).to_be_visible()
    stored = await page.evaluate("() => JSON.stringify(localStorage)")
    assert "refreshToken" not in stored


async def hindrances(phone, page):
    """Return what keeps Chromium from installing the page, by its own names."""
    tools = await phone.context.new_cdp_session(page)
    assert (await tools.send("Page.getAppManifest"))["errors"] == []
    told = await tools.send("Page.getInstallabilityErrors")
    return {error["errorId"] for error in told["installabilityErrors"]}


async def shift_of(conn, courier_id):
    """Return what the record knows of the courier's shift."""
    return await conn.fetchrow(
        "SELECT vehicle, capacity_weight_g, capacity_volume_l, capacity_jobs_count, shift_ends_at "
        "FROM courier WHERE id = $1",
        courier_id,
    )
