"""What a courier and a recipient do with their phones, as people see it."""

from playwright.async_api import expect

TRIES_COUNT_MAX, TRY_MS = 40, 300
SHOP = {"lat_deg": 48.2089, "lng_deg": 16.3697, "address": "Graben 1"}
DOOR = {
    "lat_deg": 48.2102,
    "lng_deg": 16.3697,
    "address": "Tuchlauben 12",
    "contact": {"name": "Max Mustermann", "phone": "+4315331234"},
    "instructions": "ring twice",
}


async def offer(ops, job, courier_id):
    """Have ops offer the job to the courier."""
    path = f"/v1/ops/jobs/{job['id']}/assignment"
    made = await ops.post(path, json={"courier_id": str(courier_id)})
    assert made.status_code == 201, made.text


async def log_in(phone, key):
    """Open the courier's page and log in; return it."""
    page = await phone.open("/courier")
    await page.get_by_label("Courier key").fill(key.text)
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_role("heading", name="Go online").wait_for()
    return page


async def go_online(phone, key, **amounts):
    """Log in, and go on duty on a bike; return the page, which the service sees on the map.

    The fields of what one can take are filled with `amounts`, by their names.
    """
    page = await log_in(phone, key)
    await page.get_by_role("radio", name="Bike").check()
    for name, amount in amounts.items():
        await page.fill(f"[name={name}]", str(amount))
    await page.get_by_role("button", name="Go online").click()
    await expect(page.locator("#status")).to_have_text("Online")
    await page.wait_for_function("() => document.body.dataset.sight === 'known'")
    return page


async def enter_a_tunnel(phone, page):
    """Go offline with a page that is kept on the phone, as any is that was open for a moment."""
    await page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    await phone.context.set_offline(True)


async def arrive(page):
    """Say "I am here" until the service agrees: it may not have seen the phone come this far."""
    here, done = page.locator("#arrive"), page.locator("#complete")
    for _ in range(TRIES_COUNT_MAX):
        if await here.is_visible():
            await here.click()
        await page.wait_for_timeout(TRY_MS)  # the page believes it at once; the service may not
        is_heard = await page.evaluate("() => document.body.dataset.unconfirmed === '0'")
        if is_heard and await done.is_visible():
            return
    raise AssertionError("never there")


async def look_at(page):
    """Turn to the page, as if from another one."""
    await page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
