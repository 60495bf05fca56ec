"""A courier proves what was done, on the page: by code, photo, signature, also out of a tunnel."""

import pytest
from playwright.async_api import expect

from service.simulation.pictures import png
from tests.browser.looks import PHONE, assert_for_everybody
from tests.browser.phones.people import DOOR, SHOP, arrive, enter_a_tunnel, go_online, offer

pytestmark = pytest.mark.usefixtures("relay")

PHOTO = {"name": "door.png", "mimeType": "image/png", "buffer": png(2_400, 1_800)}
NO_PICTURE = {"name": "door.png", "mimeType": "image/png", "buffer": b"no picture"}
ALL = ["code", "photo", "signature"]


async def at_the_shop(phone, key, courier_id, post, ops, **asked):
    """Take a job that asks for these proofs, and be at its pickup; return the page and the job."""
    page = await go_online(phone, key)
    job = await post(
        pickup=SHOP | {"required_proofs": asked.get("pickup", [])},
        dropoff=DOOR | {"required_proofs": asked.get("dropoff", [])},
    )
    await offer(ops, job, courier_id)
    await page.get_by_role("button", name="Accept").click()
    await arrive(page)
    return page, job


async def at_the_door(phone, page):
    """Go from the shop to the door."""
    await phone.move_to(48.2096, 16.3697)
    await phone.move_to(DOOR["lat_deg"], DOOR["lng_deg"])
    await arrive(page)


async def sign(page):
    """Draw something on the pad, with a finger."""
    frame = await page.locator("canvas.signature").bounding_box()
    x, y = frame["x"] + 40, frame["y"] + 40
    await page.mouse.move(x, y)
    await page.mouse.down()
    for step in range(1, 8):
        await page.mouse.move(x + 20 * step, y + (30 if step % 2 else 0))
    await page.mouse.up()


async def confirmed(page):
    await page.wait_for_function("() => document.body.dataset.unconfirmed === '0'")


async def proofs_of(merchant, job):
    return (await merchant.get(f"/v1/jobs/{job['id']}/proofs")).json()


async def test_a_courier_completes_with_code_photo_and_signature_and_a_wrong_code_is_refused(
    phone, phone_of, keys, ids, post, ops, merchant
):
    page, job = await at_the_shop(phone, keys[1], ids[0], post, ops, dropoff=ALL)
    await page.get_by_role("button", name="I have the parcel").click()
    await at_the_door(phone, page)
    await expect(page.locator(".stop")).to_contain_text("Signature")
    sheet = page.get_by_role("dialog", name="Before you go on")

    await page.get_by_role("button", name="Delivered").click()
    await page.set_input_files("#photo", PHOTO)
    await expect(sheet.get_by_alt_text("The photo")).to_be_visible()
    await sign(page)
    wrong = "000000" if job["dropoff_code"] != "000000" else "000001"
    await sheet.get_by_label("Code that the recipient says").fill(wrong)
    await sheet.get_by_role("button", name="Done").click()
    await page.locator(".toast", has_text="not the code").wait_for()
    assert (await proofs_of(merchant, job))["stops"][1]["given_proofs"] == []

    async with phone_of() as theirs:
        tracking = await theirs.open(f"/t/{job['tracking_token']}")
        said = (await tracking.locator(".code b").text_content()).replace(" ", "")
        assert said == job["dropoff_code"]
        await page.get_by_role("button", name="Delivered").click()
        await expect(
            sheet.get_by_alt_text("The photo")
        ).to_be_visible()  # it need not be taken twice
        await sheet.get_by_label("Code that the recipient says").fill(said)
        await sheet.get_by_role("button", name="Done").click()
        await expect(page.get_by_role("heading", name="Looking for jobs near you")).to_be_visible()
        await confirmed(page)
        await tracking.reload()
        await expect(tracking.locator(".proofs")).to_contain_text("a photo was taken")

    told = await proofs_of(merchant, job)
    assert told["stops"][1]["given_proofs"] == ALL
    photo, signature, _ = told["proofs"]
    assert (photo["media_type"], photo["width_px"], photo["height_px"]) == (
        "image/jpeg",
        1600,
        1200,
    )
    assert (signature["kind"], signature["media_type"]) == ("signature", "image/png")
    assert photo["lat_deg"] == pytest.approx(DOOR["lat_deg"], abs=0.001)


async def test_nothing_is_said_while_a_proof_is_missing(phone, keys, ids, post, ops):
    page, _ = await at_the_shop(phone, keys[1], ids[0], post, ops, pickup=["photo", "signature"])
    await page.get_by_role("button", name="I have the parcel").click()
    sheet = page.get_by_role("dialog", name="Before you leave")
    await sheet.get_by_role("button", name="Done").click()
    await expect(sheet.get_by_role("alert")).to_contain_text("photo is missing")
    await page.set_input_files("#photo", NO_PICTURE)
    await expect(sheet.get_by_role("alert")).to_contain_text("no picture")
    await page.set_input_files("#photo", PHOTO)
    await sheet.get_by_alt_text("The photo").wait_for()
    await sheet.get_by_role("button", name="Done").click()
    await expect(sheet.get_by_role("alert")).to_contain_text("signature is missing")
    await sheet.get_by_label("Or type the name").fill("Ida Muster")  # who cannot draw
    await sheet.get_by_role("button", name="Done").click()
    await expect(page.locator(".stop")).to_contain_text("Tuchlauben 12")
    await confirmed(page)


async def test_an_offer_rises_above_the_sheet_and_a_proof_that_is_waived_takes_it_away(
    phone, keys, ids, post, ops
):
    page, job = await at_the_shop(phone, keys[1], ids[0], post, ops, pickup=["code"])
    await page.get_by_role("button", name="I have the parcel").click()
    sheet = page.get_by_role("dialog", name="Before you leave")
    await sheet.get_by_label("Code that the sender says").fill("1234")
    await offer(ops, await post(pickup=SHOP, dropoff=DOOR), ids[0])
    await page.get_by_role("button", name="Accept").click()
    await expect(page.locator("#offer")).to_be_hidden()
    await expect(sheet.get_by_label("Code that the sender says")).to_have_value("1234")

    stop = next(one for one in job["stops"] if one["kind"] == "pickup")
    waived = await ops.put(
        f"/v1/ops/jobs/{job['id']}/stops/{stop['id']}/waiver",
        json={"waived_proofs": ["code"], "reason": "code_unknown"},
    )
    assert waived.status_code == 200, waived.text
    await expect(sheet).to_be_hidden()
    await expect(page.locator("#toasts")).to_contain_text("asks for less")
    await page.get_by_role("button", name="I have the parcel").click()
    await expect(page.get_by_role("button", name="I have the parcel")).to_be_hidden()
    await confirmed(page)


async def test_pictures_taken_in_a_tunnel_are_sent_after_it_also_by_a_page_that_was_reloaded(
    phone, keys, ids, post, ops, merchant
):
    page, job = await at_the_shop(phone, keys[1], ids[0], post, ops, pickup=["photo"])
    await enter_a_tunnel(phone, page)
    await page.get_by_role("button", name="I have the parcel").click()
    await page.set_input_files("#photo", PHOTO)
    await page.get_by_alt_text("The photo").wait_for()
    await page.get_by_role("button", name="Done", exact=True).click()
    await expect(page.locator("#banner")).to_contain_text("is kept")
    await expect(page.locator(".stop")).to_contain_text("Tuchlauben 12")  # work goes on
    await page.reload()
    await expect(page.locator("#banner")).to_contain_text("is kept")
    assert (await proofs_of(merchant, job))["proofs"] == []
    await phone.context.set_offline(False)
    await confirmed(page)
    await expect(page.locator(".stop")).to_contain_text("Tuchlauben 12")
    told = await proofs_of(merchant, job)
    assert told["stops"][0]["given_proofs"] == ["photo"]
    assert len(told["proofs"]) == 1


async def test_axe_finds_nothing_serious_in_the_sheet_nor_in_a_merchants_colour(
    phone_of, axe, keys, ids, post, ops, merchant
):
    here = {"latitude": 48.2085, "longitude": 16.3700, "accuracy": 8.0}
    chosen = await merchant.put("/v1/appearance", json={"color": "#ffd400"})
    assert chosen.status_code == 200, chosen.text
    async with phone_of(
        geolocation=here, permissions=["geolocation"], reduced_motion="reduce"
    ) as phone:
        page, job = await at_the_shop(
            phone, keys[1], ids[0], post, ops, pickup=ALL, dropoff=["code"]
        )
        await page.get_by_role("button", name="I have the parcel").click()
        await page.get_by_role("dialog", name="Before you leave").wait_for()
        await assert_for_everybody(page, axe, screens=(PHONE,))
        tracking = await phone.open(f"/t/{job['tracking_token']}")
        await tracking.locator(".code").wait_for()
        await assert_for_everybody(tracking, axe, screens=(PHONE,))
