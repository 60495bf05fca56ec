"""The pictures of phones: a courier's offer, a stop in hand, and what its recipient sees."""

import math
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
from playwright.async_api import expect

from service.actions.enroll import CourierEntry, MerchantEntry
from service.domain.geo import Point
from service.domain.vocabulary import ProofKind, Requirement, Vehicle
from service.simulation.city.city import build_city
from service.simulation.city.places import Category
from tests.browser.newcomers import let_in
from tests.browser.phones.conftest import PHONE, Phone
from tests.browser.phones.people import arrive, go_online, look_at

SEED = 7  # of the demo's city
START_M, DOOR_M = 400.0, 1_200.0  # where the courier waits and the door, from the shop
METRES_PER_DEG = 111_195.0
SETTLED_MS = 1_500  # what slides in is in its place
QUALITY = 80
TWO_PEOPLE = (Requirement.TWO_PERSON,)  # nobody of the city carries what wants them


async def take_phones(browser, demo, folder):
    """Write the pictures of a courier's phone and of a recipient's into the folder."""
    city = build_city(SEED)
    shop = min(
        (place for place in city.merchants if place.category is Category.SHOP),
        key=lambda place: metres(place.point, city.plane.center),
    )
    homes = [place for place in city.doors if place.category is Category.HOME]
    start, door = (
        min(homes, key=lambda home: abs(metres(home.point, shop.point) - away_m))
        for away_m in (START_M, DOOR_M)
    )
    vera, merchant = await let_in(
        demo,
        CourierEntry(name="Vera Neu", vehicle=Vehicle.BIKE, abilities=TWO_PEOPLE),
        MerchantEntry(name=shop.name),
    )
    job = await post(demo, merchant, shop, door)
    async with phone_of(browser, demo) as courier, phone_of(browser, demo) as theirs:
        await move(courier, start.point)
        page = await go_online(courier, vera, jobs_count=1)
        await page.get_by_role("button", name="Accept").wait_for()
        await take(page, folder / "courier-offer.jpg")
        await page.get_by_role("button", name="Accept").click()
        await move(courier, shop.point)
        await arrive(page)
        await page.get_by_role("button", name="I have the parcel").click()
        await move(courier, between(shop.point, door.point))
        await expect(page.locator(".stop")).to_contain_text(door.address)
        await take(page, folder / "courier-stop.jpg")
        tracking = await theirs.open(f"/t/{job['tracking_token']}")
        await expect(tracking.locator("#map svg .own")).to_be_visible()
        await look_at(tracking)
        await take(tracking, folder / "tracking.jpg")


@asynccontextmanager
async def phone_of(browser, demo):
    """A phone by day, whose owner lets pages know where it is."""
    context = await browser.new_context(
        viewport=PHONE,
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
        color_scheme="light",
        permissions=["geolocation"],
    )
    yield Phone(context, demo.url.removeprefix("http://"))
    await context.close()


async def post(demo, key, shop, door):
    """Have the shop post a job that only who is let in can carry; return it as answered."""
    body = {
        "pickup": place_of(shop) | {"instructions": "At the counter on the left"},
        "dropoff": place_of(door)
        | {
            "contact": {"name": "Nora Lind", "phone": "+12025550143"},
            "instructions": "Third floor, there is a lift",
            "required_proofs": [ProofKind.CODE],
        },
        "item": {"size_class": "medium", "weight_g": 4_200},
        "reference": "lamp-118",
        "requirements": TWO_PEOPLE,
    }
    headers = {"Authorization": f"Bearer {key.text}", "Idempotency-Key": str(uuid4())}
    async with httpx.AsyncClient(base_url=demo.url, headers=headers) as merchant:
        posted = await merchant.post("/v1/jobs", json=body)
    assert posted.status_code == httpx.codes.CREATED, posted.text
    return posted.json()


def place_of(place):
    """Return the place as posts tell it."""
    return {
        "lat_deg": place.point.lat_deg,
        "lng_deg": place.point.lng_deg,
        "address": place.address,
    }


def metres(one, other):
    """Return how far apart two points of the city are."""
    north_deg, east_deg = other.lat_deg - one.lat_deg, other.lng_deg - one.lng_deg
    return METRES_PER_DEG * math.hypot(north_deg, east_deg * math.cos(math.radians(one.lat_deg)))


def between(one, other):
    """Return the point halfway."""
    return Point((one.lat_deg + other.lat_deg) / 2, (one.lng_deg + other.lng_deg) / 2)


async def move(phone, point):
    await phone.move_to(point.lat_deg, point.lng_deg)


async def take(page, path):
    await page.wait_for_timeout(SETTLED_MS)
    await page.screenshot(path=path, type="jpeg", quality=QUALITY)
