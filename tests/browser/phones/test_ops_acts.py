"""What ops do by hand in the console, and what a courier's phone says of it."""

from uuid import UUID

import pytest
from playwright.async_api import expect

from service.actions.operator_accounts import add_operator
from service.actions.rate_delivery import rate_delivery
from service.domain.lifecycle import StopKind
from service.domain.rating import rate
from service.domain.vocabulary import OperatorRole, RatingTag
from tests.browser.conftest import Demo, visit
from tests.browser.looks import serious
from tests.browser.phones.people import DOOR, SHOP, arrive, go_online, offer
from tests.integration.api.conftest import running_api
from tests.integration.api.test_sockets import changed
from tests.integration.deliveries import deliver, take

pytestmark = pytest.mark.usefixtures("relay")


@pytest.fixture
async def desk(runtime, market, browser):
    """The console before somebody who may decide."""
    password = await add_operator(
        runtime, market_id=market, name="Olga", role=OperatorRole.DISPATCHER, login="olga"
    )
    async with running_api(changed(runtime, ops_cookie_is_plain=True)) as address:
        service = Demo(f"http://{address}", {"olga": password}, 0)
        async with visit(browser, service) as visited:
            await visited.log_in(service, "olga")
            yield visited.page
            visited.complaints.clear()  # the library tells that there is no WebGL


async def open_row(desk, tab, filter):
    """Open the first row of a list in the drawer; return the drawer."""
    await desk.get_by_role("tab", name=tab).click()
    await desk.locator(f"#panel-{tab.lower()} [data-filter={filter}]").click()
    await desk.locator(f"#panel-{tab.lower()} button.row").first.click()
    return desk.get_by_label("details")


async def decide(desk, drawer, *, act, confirm, **choices):
    """Do something by its button and its dialog."""
    await drawer.get_by_role("button", name=act).click()
    dialog = desk.get_by_role("dialog")
    for label, choice in choices.items():
        await dialog.get_by_label(label.replace("_", " ")).select_option(choice)
    await dialog.get_by_role("button", name=confirm).click()
    await expect(dialog).to_have_count(0)


async def test_a_suspended_courier_reads_why_and_is_free_again_when_it_is_undone(
    desk, phone, keys, axe
):
    page = await go_online(phone, keys[1])
    drawer = await open_row(desk, "Couriers", "duty")
    await decide(
        desk,
        drawer,
        act="Suspend …",
        confirm="Suspend the courier",
        Reason="safety",
        For_how_long="1",
    )
    await expect(page.get_by_role("heading", name="Your account is suspended")).to_be_visible()
    await expect(page.locator("#suspended")).to_contain_text("It is about safety.")
    await expect(page.locator("#suspended")).to_contain_text("by itself")
    for looked_at in (page, desk):
        assert await serious(looked_at, axe) == []
    await page.get_by_role("button", name="Earnings").click()
    await expect(page.locator("main")).to_contain_text("Nothing yet")
    await page.get_by_role("button", name="Work").click()
    await expect(drawer).to_contain_text("suspended")
    await expect(drawer.get_by_role("button", name="Reinstate …")).to_be_visible()

    await desk.get_by_role("button", name="Undo").click()
    await expect(desk.locator(".undo")).to_contain_text("Undone.")
    await expect(page.get_by_role("heading", name="Go online")).to_be_visible()
    await expect(drawer.get_by_role("button", name="Suspend …")).to_be_visible()


async def test_an_offer_by_hand_is_taken_off_the_phone_when_undone_and_stays_when_it_was_accepted(
    desk, phone, keys, ids, post
):
    page = await go_online(phone, keys[1])
    await post(pickup=SHOP, dropoff=DOOR)
    drawer = await open_row(desk, "Jobs", "open")
    await decide(
        desk, drawer, act="Offer to a courier …", confirm="Make the offer", Courier=str(ids[0])
    )
    await page.get_by_role("button", name="Accept").wait_for()
    await desk.get_by_role("button", name="Undo").click()
    await expect(page.locator("#offer")).to_be_hidden()
    await expect(desk.locator(".undo")).to_contain_text("Undone.")

    await decide(
        desk, drawer, act="Offer to a courier …", confirm="Make the offer", Courier=str(ids[0])
    )
    await page.get_by_role("button", name="Accept").click()
    await expect(page.locator(".stop")).to_be_visible()
    await page.wait_for_function("() => document.body.dataset.unconfirmed === '0'")
    await desk.get_by_role("button", name="Undo").click()
    await expect(desk.locator(".undo")).to_contain_text("Too late to undo")
    await expect(desk.get_by_role("button", name="Undo")).to_be_hidden()


async def test_all_of_a_courier_who_drops_out_is_moved_in_one_call(
    desk, phone, keys, ids, post, ops
):
    page = await go_online(phone, keys[1])
    aboard = await post(pickup=SHOP, dropoff=DOOR)
    await offer(ops, aboard, ids[0])
    await page.get_by_role("button", name="Accept").click()
    await arrive(page)
    await page.get_by_role("button", name="I have the parcel").click()
    await expect(page.locator(".stop")).to_contain_text("ring twice")
    waiting = await post(pickup=SHOP, dropoff=DOOR)
    await offer(ops, waiting, ids[0])
    await page.get_by_role("button", name="Accept").click()
    await expect(page.locator("#offer")).to_be_hidden()

    drawer = await open_row(desk, "Couriers", "busy")
    await expect(drawer.get_by_role("heading", name="Jobs (2)")).to_be_visible()
    await drawer.get_by_role("button", name="Drops out: move all …").click()
    dialog = desk.get_by_role("dialog")
    await expect(dialog).to_contain_text("1 job not yet picked up")
    await expect(dialog).to_contain_text("This cannot be undone.")
    await dialog.get_by_role("button", name="Move all").click()
    await expect(desk.locator(".undo")).to_contain_text(
        "1 job open for others, 1 parcel for you to decide."
    )
    await expect(desk.get_by_role("button", name="Undo")).to_be_hidden()
    await expect(page.get_by_role("heading", name="Keep the parcel")).to_be_visible()
    statuses = [
        (await ops.get(f"/v1/ops/jobs/{job['id']}")).json()["status"] for job in (aboard, waiting)
    ]
    assert statuses == ["undeliverable", "open"]


async def test_jobs_are_decided_upon_in_their_drawers_and_then_their_courier_and_the_market(
    desk, runtime, market, post, ids, ops
):
    rated, waiting, fetched, carried = [
        UUID((await post(pickup=SHOP, dropoff=DOOR, reference=name))["id"])
        for name in ("tart", "cake", "wine", "lamp")
    ]
    whose = {"courier_id": ids[0], "market_id": market}
    await deliver(runtime, job_id=rated, **whose)
    rating = rate(score=4, tags=[RatingTag.FRIENDLY], comment="What a smile")
    await rate_delivery(runtime, job_id=rated, rating=rating)
    await deliver(runtime, job_id=carried, **whose, until=StopKind.PICKUP)
    await take(runtime, job_id=fetched, **whose)
    await desk.reload()

    drawer = await open_job(desk, rated, "over")
    await expect(drawer.get_by_role("img", name="4 of 5 stars")).to_be_visible()
    await expect(drawer).to_contain_text("friendly")
    await expect(drawer).not_to_contain_text("smile")

    await open_job(desk, waiting, "open")
    extended = {"act": "Extend deadline …", "confirm": "Set the deadline"}
    await decide(desk, drawer, **extended, Reason="courier_issue")
    await expect(drawer).to_contain_text("was promised")
    await expect(drawer).to_contain_text("Updated")  # the timeline
    await desk.get_by_role("button", name="Undo").click()
    await expect(drawer).not_to_contain_text("was promised")
    await decide(desk, drawer, act="Cancel …", confirm="Cancel the job", Reason="duplicate_job")
    await expect(drawer.locator("header")).to_contain_text("canceled")
    await expect(drawer.locator("header")).to_contain_text("duplicate job")

    await open_job(desk, fetched, "live")
    reopened = {"act": "Re-open …", "confirm": "Re-open for others"}
    await decide(desk, drawer, **reopened, Reason="courier_no_progress")
    await expect(drawer.locator("header")).to_contain_text("attempt 2")
    await expect(drawer.locator("header")).to_contain_text("nobody yet")

    await open_job(desk, carried, "live")
    given_up = {"act": "Give up …", "confirm": "Give the job up"}
    await decide(desk, drawer, **given_up, Reason="package_damaged")
    await expect(drawer.locator("header")).to_contain_text("failed")
    await expect(drawer.locator("header")).to_contain_text("package damaged")
    said = [await said_of(ops, job_id) for job_id in (waiting, fetched, carried)]
    assert said == [
        ("canceled", "duplicate_job"),
        ("open", None),  # the timeline says why it is so again
        ("failed", "package_damaged"),
    ]

    await open_row(desk, "Couriers", "duty")
    ended = {"act": "End shift …", "confirm": "End the shift"}
    await decide(desk, drawer, **ended, Reason="courier_no_progress")
    await expect(drawer.locator(".chip").first).to_have_text("offline")
    suspended = {"act": "Suspend …", "confirm": "Suspend the courier"}
    await decide(desk, drawer, **suspended, Reason="safety")
    await decide(desk, drawer, act="Reinstate …", confirm="Reinstate the courier")
    await expect(desk.locator(".undo")).to_contain_text("may work again")
    await expect(drawer.get_by_role("button", name="Suspend …")).to_be_visible()

    top, paused = desk.get_by_role("banner"), desk.get_by_text("Market is paused", exact=True)
    await decide(desk, top, act="Pause market …", confirm="Pause the market")
    await expect(paused).to_be_visible()
    assert (await ops.get("/v1/ops/market")).json()["is_paused"]
    await desk.get_by_role("button", name="Undo").click()
    await expect(paused).to_be_hidden()
    assert not (await ops.get("/v1/ops/market")).json()["is_paused"]


async def test_who_phones_in_is_marked_as_there_and_done_and_the_phone_tells(
    desk, phone, keys, ids, post, ops, axe
):
    page = await go_online(phone, keys[1])
    proven = DOOR | {"required_proofs": ["code"]}
    job = await post(pickup=SHOP, dropoff=proven, reference="order-7")
    await offer(ops, job, ids[0])
    await page.get_by_role("button", name="Accept").click()
    await expect(page.locator(".stop")).to_be_visible()
    drawer = await open_job(desk, job["id"], "live")
    reached = {"act": "Mark as reached …", "confirm": "Mark as reached"}
    done = {"act": "Mark as done …", "confirm": "Mark as done"}
    await decide(desk, drawer, **reached, Reason="device_broken")
    await expect(page.locator(".toast").last).to_contain_text("noted that you are at your stop")
    await expect(page.locator("#complete")).to_be_visible()
    await expect(drawer.get_by_role("button", name="Mark as reached …")).to_have_count(0)
    await decide(desk, drawer, **done, Reason="device_broken")
    await expect(drawer.get_by_role("button", name="Mark as reached …")).to_be_visible()

    await drawer.get_by_role("button", name="Mark as done …").click()
    dialog = desk.get_by_role("dialog")
    await dialog.get_by_role("button", name="Mark as done").click()
    await expect(dialog).to_contain_text("asks for a code")  # nothing is waived unasked
    assert await serious(desk, axe) == []
    await dialog.get_by_label("Proofs that it asks for").select_option("waive")
    await dialog.get_by_role("button", name="Mark as done").click()
    await expect(drawer.locator(".chip").first).to_have_text("delivered")
    await expect(page.locator(".toast").last).to_contain_text("No. order-7: Dispatch has marked")
    await expect(page.locator(".stop")).to_have_count(0)


async def open_job(desk, job_id, filter):
    """Open this job in the drawer, from one of the lists; return the drawer."""
    await desk.get_by_role("tab", name="Jobs").click()
    await desk.locator(f"#panel-jobs [data-filter={filter}]").click()
    await desk.locator(f"#panel-jobs button.row[data-job='{job_id}']").click()
    drawer = desk.get_by_label("details")
    await expect(drawer.locator(f"article[data-job='{job_id}'] .timeline")).to_be_visible()
    return drawer


async def said_of(ops, job_id):
    """Return the job's status and the reason that ops gave for it."""
    job = (await ops.get(f"/v1/ops/jobs/{job_id}")).json()
    return job["status"], job["reason"]
