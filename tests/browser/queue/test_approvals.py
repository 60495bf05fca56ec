"""What takes two people: one proposes, another sees it in the console and approves."""

from playwright.async_api import expect

from service.actions.operator_accounts import add_operator
from service.domain.vocabulary import OperatorRole
from tests.browser.conftest import visit
from tests.integration.deliveries import deliver

PROPOSE = """async (id) => (await fetch(`/v1/ops/jobs/${id}/adjustments`, {method: "POST",
    headers: {"Content-Type": "application/json", "Idempotency-Key": "browser"},
    body: JSON.stringify({kind: "refund", amount_cents: 900, reason: "late"})})).json()"""


async def test_a_refund_that_one_has_proposed_is_approved_by_another(
    runtime, browser, console, market, people, post, conn
):
    job_id = await post(reference="cake", fee_cents=1_500)
    await deliver(runtime, job_id=job_id, courier_id=people[1][0].courier_id, market_id=market)
    for login in ("fay", "fin"):
        console.password_of[login] = await add_operator(
            runtime, market_id=market, name=login, role=OperatorRole.FINANCE, login=login
        )
    async with visit(browser, console) as one, visit(browser, console) as other:
        await one.log_in(console, "fay")
        assert (await one.page.evaluate(PROPOSE, str(job_id)))["status"] == "waiting"
        await other.log_in(console, "fin")
        tab = other.page.get_by_role("tab", name="Approvals")
        await expect(tab).to_contain_text("1")
        await tab.click()
        card = other.page.locator(".exception[data-approval]")
        await expect(card).to_contain_text("Refund of €9.00")
        await expect(card.locator("time")).to_contain_text(" left")
        await card.get_by_role("button", name="cake").click()
        drawer = other.page.get_by_label("details")
        await expect(drawer.locator("section", has_text="Money")).to_contain_text("Charge")
        await drawer.get_by_role("button", name="Correct …").click()
        dialog = other.page.get_by_role("dialog")
        await dialog.get_by_label("What").select_option("extra_pay")
        await dialog.get_by_label("Amount in EUR").fill("1.50")
        await dialog.get_by_role("button", name="Correct", exact=True).click()
        waits = drawer.get_by_text("Extra pay of €1.50 waits for a second person.")
        await expect(waits).to_be_visible()
        await other.page.keyboard.press("Escape")
        await card.get_by_role("button", name="Approve …").click()
        await dialog.get_by_role("button", name="Approve", exact=True).click()
        await expect(card).to_have_count(1)
        await card.get_by_role("button", name="Take back …").click()
        await dialog.get_by_role("button", name="Take back", exact=True).click()
        await expect(other.page.get_by_text("Nothing waits for a second person.")).to_be_visible()
        made = "SELECT amount_cents FROM transfer WHERE kind = 'refund'"
        assert await conn.fetchval(made) == 900
        await one.page.reload()
        await one.page.get_by_role("tab", name="Approvals").click()
        await expect(one.page.get_by_text("Nothing waits for a second person.")).to_be_visible()


async def test_who_decides_about_nothing_has_no_such_tab(browser, console):
    async with visit(browser, console) as visited:
        await visited.log_in(console, "olga")
        await expect(visited.page.get_by_role("tab", name="Charts")).to_be_visible()
        await expect(visited.page.get_by_role("tab", name="Approvals")).to_have_count(0)
