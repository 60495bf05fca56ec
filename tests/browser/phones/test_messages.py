"""Ops and a courier talk about a job: in the console's drawer, and on the phone."""

import pytest
from playwright.async_api import expect

from tests.browser.looks import serious
from tests.browser.phones.people import DOOR, SHOP, enter_a_tunnel, go_online, offer
from tests.browser.phones.test_ops_acts import desk as desk
from tests.browser.phones.test_ops_acts import open_row

pytestmark = pytest.mark.usefixtures("relay")


async def test_ops_write_the_phone_shows_it_and_ops_read_the_answer(
    desk, phone, keys, ids, post, ops, packages
):
    page = await go_online(phone, keys[1])
    await offer(ops, await post(pickup=SHOP, dropoff=DOOR), ids[0])
    await page.get_by_role("button", name="Accept").click()
    await expect(page.locator(".stop")).to_be_visible()
    await expect(page.get_by_role("button", name="Nobody answers at the door.")).to_be_hidden()

    drawer = await open_row(desk, "Jobs", "live")
    await drawer.get_by_label("Write to the courier").fill("Ring at no. 4 <b>twice</b>")
    await drawer.get_by_role("button", name="Send").click()
    await expect(drawer.get_by_role("log")).to_contain_text("Ops")
    await expect(drawer.get_by_label("Write to the courier")).to_have_value("")
    await expect(page.locator("#toasts")).to_contain_text("A message about your job.")
    log = page.get_by_role("log", name="Messages")
    await expect(log).to_contain_text("Ring at no. 4 <b>twice</b>")

    await enter_a_tunnel(phone, page)
    await page.get_by_role("button", name="Nobody answers at the door.").click()
    await page.get_by_label("Write to dispatch").fill("I wait for five minutes")
    await page.get_by_role("button", name="Send").click()
    await expect(log).to_contain_text("sending …")
    await page.reload(wait_until="commit")
    await phone.context.set_offline(False)
    await expect(log).not_to_contain_text("sending …")
    told = drawer.get_by_role("log")
    await expect(told).to_contain_text("Nobody answers at the door.")
    await expect(told).to_contain_text("I wait for five minutes")
    await expect(told.locator(".said")).to_have_count(3)
    await expect(log.locator(".said")).to_have_count(3)
    axe = (packages / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
    for looked_at in (page, desk):
        assert await serious(looked_at, axe) == []


async def test_a_job_with_a_message_that_nobody_has_read_says_so_in_the_list(
    desk, phone, keys, ids, post, ops
):
    page = await go_online(phone, keys[1])
    await offer(ops, await post(pickup=SHOP, dropoff=DOOR), ids[0])
    await page.get_by_role("button", name="Accept").click()
    await expect(page.locator(".stop")).to_be_visible()
    await page.get_by_text("Messages", exact=True).click()
    await page.get_by_role("button", name="I need help.").click()
    await desk.get_by_role("tab", name="Jobs").click()
    await desk.locator("#panel-jobs [data-filter=live]").click()
    row = desk.locator("#panel-jobs button.row").first
    await expect(row).to_contain_text("new message")
    await row.click()
    drawer = desk.get_by_label("details")
    await expect(drawer.get_by_role("log")).to_contain_text("I need help.")
    await desk.mouse.move(5, 5)
    await expect(row).not_to_contain_text("new message")
    await drawer.get_by_role("button", name="We are calling the recipient.").click()
    await expect(page.get_by_role("log", name="Messages")).to_contain_text("Dispatch")
