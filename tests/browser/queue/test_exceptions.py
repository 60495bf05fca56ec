"""The exceptions queue as ops see it: a matter comes, says what could be done, and goes again."""

import re

import pytest
from playwright.async_api import expect

from service.actions.arrive_at_stop import arrive_at_stop
from service.actions.complete_stop import complete_stop
from service.domain.courier import Fix
from service.domain.lifecycle import StopKind
from service.domain.policy import Policy
from service.store import deployment
from service.store.anchoring import read_anchor
from tests.browser.conftest import visit


@pytest.fixture
async def waiting(runtime, market, online, post, give, read):
    """A job whose courier is at the pickup; what completes the stop there."""
    job_id = await post(reference="cake")
    await give(job_id, online[0])
    stop = (await read(job_id)).latest(StopKind.PICKUP)
    async with runtime.pool.connection() as conn:
        now = (await deployment.read_market_time(conn)).now
    fix = Fix(point=stop.point, accuracy_m=5.0, received_at=now)
    whose = {"courier_id": online[0], "market_id": market, "stop_id": stop.id}
    await arrive_at_stop(runtime, fix=fix, policy=Policy(), **whose)
    return job_id, lambda: complete_stop(runtime, **whose)


async def test_a_long_wait_comes_into_the_queue_and_leaves_it_by_itself(
    runtime, browser, console, waiting, later
):
    _, hand_over = waiting
    async with visit(browser, console) as visited:
        page = visited.page
        await visited.log_in(console, "olga")
        await page.get_by_role("tab", name="Exceptions").click()
        await expect(page.get_by_text("Nothing needs a human now.")).to_be_visible()
        await later(500)
        card = page.locator(".exception[data-kind=pickup_wait]")
        await expect(card).to_contain_text("Pickup wait")
        await expect(card).to_contain_text("warning")
        async with runtime.pool.connection() as conn:
            runtime.clock.learn(await read_anchor(conn))
        await page.reload()  # a console learns what time it is when it connects
        await page.get_by_role("tab", name="Exceptions").click()
        await expect(card.locator("time[data-clock=due]")).to_have_text(re.compile(r" left$"))
        age = card.locator("time[data-clock=age]")
        first = await age.inner_text()
        await expect(age).not_to_have_text(first)
        await expect(card.locator(".suggestion")).to_contain_text("Call the merchant: at the door")
        await expect(card.get_by_role("button", name="Show on the map")).to_be_visible()
        await card.hover()
        await hand_over()
        await expect(card).to_have_attribute("inert", "")  # nobody clicks at what comes instead
        await page.mouse.move(5, 5)
        await expect(card).to_have_count(0)
        await expect(page.get_by_text("Nothing needs a human now.")).to_be_visible()


async def test_what_is_decided_in_the_queue_is_done(browser, console, waiting, later, read):
    job_id, _ = waiting
    await later(500)
    async with visit(browser, console) as visited:
        page = visited.page
        await visited.log_in(console, "olga")
        await page.get_by_role("tab", name="Exceptions").click()
        card = page.locator(".exception[data-kind=pickup_wait]")
        await card.get_by_role("button", name="Re-open for others").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_role("button", name="Re-open for others").click()
        await expect(card).to_have_count(0)
    assert (await read(job_id)).attempt == 2
