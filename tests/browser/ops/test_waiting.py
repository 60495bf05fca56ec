"""The console while the service does not answer it."""

from http import HTTPStatus

from playwright.async_api import expect


async def test_a_page_that_tries_again_leaves_the_focus_where_it_is(visited):
    async with visited() as looking:
        page = looking.page
        tries = []

        async def refuse(route):
            tries.append(route.request)
            await route.fulfill(status=HTTPStatus.BAD_GATEWAY, body="")

        await page.route("**/v1/ops/session", refuse)
        await page.reload()
        out = page.get_by_role("button", name="Log out")
        await out.focus()
        await expect(page.get_by_role("status")).to_contain_text("Trying again")
        known_count = len(tries)
        async with page.expect_response("**/v1/ops/session"):
            pass  # it tries by itself
        assert len(tries) > known_count
        await expect(out).to_be_focused()
        await page.unroute("**/v1/ops/session")
        await page.get_by_role("button", name="Try now").click()
        await expect(page.locator("body")).to_have_attribute("data-connection", "live")
        looking.complaints.clear()  # the browser tells of each 502
