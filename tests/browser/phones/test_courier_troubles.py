"""A tunnel, a reload, a second window: nothing that was said is lost, and nobody is confused."""

import json
import re

import httpx
import pytest
from playwright.async_api import expect

from tests.browser.phones.people import DOOR, SHOP, arrive, enter_a_tunnel, go_online, offer

pytestmark = pytest.mark.usefixtures("relay")


async def on_the_job(phone, key, courier_id, post, ops):
    """Go online and take a job; return the page and the job."""
    page = await go_online(phone, key)
    job = await post(pickup=SHOP, dropoff=DOOR)
    await offer(ops, job, courier_id)
    await page.get_by_role("button", name="Accept").click()
    await page.locator("#arrive").wait_for()
    return page, job


async def status_of(ops, job):
    return (await ops.get(f"/v1/ops/jobs/{job['id']}")).json()["status"]


async def test_what_is_done_in_a_tunnel_is_told_after_it(phone, keys, ids, post, ops):
    page, job = await on_the_job(phone, keys[1], ids[0], post, ops)
    await arrive(page)
    await phone.context.set_offline(True)
    await expect(page.locator("#banner")).to_contain_text("No connection")
    await page.get_by_role("button", name="I have the parcel").click()
    await expect(page.locator("#banner")).to_contain_text("is kept")
    await expect(page.locator(".stop")).to_contain_text("Tuchlauben 12")
    assert await status_of(ops, job) == "arrived_at_pickup"
    await phone.context.set_offline(False)
    await page.wait_for_function("() => document.body.dataset.unconfirmed === '0'")
    await expect(page.locator("#banner")).to_be_empty()
    assert await status_of(ops, job) == "enroute_to_dropoff"


async def test_a_reload_in_a_tunnel_forgets_nothing(phone, keys, ids, post, ops):
    page, job = await on_the_job(phone, keys[1], ids[0], post, ops)
    await arrive(page)
    await enter_a_tunnel(phone, page)
    await page.get_by_role("button", name="I have the parcel").click()
    await page.reload()
    await expect(page.locator("#banner")).to_contain_text("is kept")
    await phone.context.set_offline(False)
    await expect(page.locator(".stop")).to_contain_text("Tuchlauben 12")
    await page.wait_for_function("() => document.body.dataset.unconfirmed === '0'")
    assert await status_of(ops, job) == "enroute_to_dropoff"


async def test_an_offer_survives_a_reload_with_the_time_that_is_left(phone, keys, ids, post, ops):
    page = await go_online(phone, keys[1])
    await offer(ops, await post(pickup=SHOP, dropoff=DOOR), ids[0])
    ring = page.get_by_role("timer")
    await expect(ring).to_have_text(re.compile(r"^5(9[0-6]|[0-8]\d)$"))  # of ten minutes
    left_s = int(await ring.text_content())
    await page.reload()
    await page.get_by_role("button", name="Accept").wait_for()
    assert int(await ring.text_content()) <= left_s
    await page.get_by_role("button", name="Accept").click()
    await expect(page.locator("#status")).to_have_text("On the job")


async def test_a_second_window_takes_over_and_the_first_is_told(phone, keys, ids, post, ops):
    first, _ = await on_the_job(phone, keys[1], ids[0], post, ops)
    second = await phone.open("/courier")
    await expect(second.locator(".stop")).to_contain_text("Graben 1")
    await expect(first.get_by_role("heading", level=1)).to_contain_text("another window")
    await first.get_by_role("button", name="Use this window").click()
    await expect(first.locator(".stop")).to_contain_text("Graben 1")
    await expect(second.get_by_role("heading", level=1)).to_contain_text("another window")


async def test_a_log_in_that_is_ended_elsewhere_ends_here(phone, keys, address):
    page = await go_online(phone, keys[1])
    kept = await page.evaluate("() => localStorage.getItem('hexhaul-courier-session')")
    headers = {"Authorization": f"Bearer {json.loads(kept)['accessToken']}"}
    async with httpx.AsyncClient(base_url=f"http://{address}", headers=headers) as other:
        assert (await other.delete("/v1/courier/session")).status_code == 204
    await page.reload()
    await expect(page.get_by_label("Courier key")).to_be_visible()
