"""A real browser on a phone's screen, and the service that it talks to in this process."""

from contextlib import asynccontextmanager

import pytest
from playwright.async_api import expect

from service.actions.create_market import MarketRequest, create_market
from service.domain.policy import Policy
from tests.browser.conftest import NO_WEBGL, opened
from tests.integration.api.conftest import address as address
from tests.integration.api.conftest import clients as clients
from tests.integration.api.conftest import ids as ids
from tests.integration.api.conftest import merchant as merchant
from tests.integration.api.conftest import ops as ops
from tests.integration.api.conftest import post as post
from tests.integration.api.conftest import relay as relay
from tests.integration.conftest import MARKET_ID, VIENNA
from tests.integration.conftest import conn as conn
from tests.integration.conftest import database as database
from tests.integration.conftest import key_file as key_file
from tests.integration.conftest import keys as keys
from tests.integration.conftest import redis as redis
from tests.integration.conftest import runtime as runtime
from tests.integration.conftest import servers as servers
from tests.integration.conftest import settings as settings
from tests.integration.conftest import template as template

PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
async def market(runtime):
    """A market around Vienna that gives its couriers the time that a busy machine needs."""
    request = MarketRequest(
        market_id=MARKET_ID,
        name="Vienna",
        currency="EUR",
        timezone="Europe/Vienna",
        center=VIENNA,
        service_radius_m=15_000.0,
        policy=Policy(offer_ttl_s=600.0, offer_unseen_s_max=600.0),
    )
    assert await create_market(runtime, request)
    return MARKET_ID


@pytest.fixture
async def browser():
    """A browser; no page of a phone needs one that draws maps by itself."""
    async with opened(*NO_WEBGL) as opened_browser:
        yield opened_browser


class Phone:
    """A browser context of a phone's size, and all that its pages asked for elsewhere."""

    def __init__(self, context, address):
        self.context = context
        self._own = (f"http://{address}/", f"ws://{address}/", "data:", "blob:")
        self.foreign = []
        self.errors = []
        context.on("request", lambda request: self._note(request.url))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("console", self._hear)

    async def open(self, path):
        """Open a page of the service in a new window."""
        page = await self.context.new_page()
        page.on("websocket", lambda socket: self._note(socket.url))
        page.set_default_timeout(PATIENCE_MS)
        await page.goto(f"{self._own[0].rstrip('/')}{path}")
        return page

    async def move_to(self, lat_deg, lng_deg):
        """Carry the phone to another place."""
        await self.context.set_geolocation({"latitude": lat_deg, "longitude": lng_deg})

    def _hear(self, message):
        """Note what the policy of the page has kept from happening; lost networks are no fault."""
        if "Content Security Policy" in message.text:
            self.errors.append(message.text)

    def _note(self, url):
        if not url.startswith(self._own):
            self.foreign.append(url)


@pytest.fixture
def phone_of(browser, address):
    """Hand out phones; in the end none has asked anybody else, or had a fault."""

    @asynccontextmanager
    async def hand_out(**options):
        context = await browser.new_context(
            viewport=PHONE, device_scale_factor=2, has_touch=True, is_mobile=True, **options
        )
        phone = Phone(context, address)
        yield phone
        await context.close()
        assert (phone.foreign, phone.errors) == ([], [])

    return hand_out


@pytest.fixture
async def phone(phone_of):
    """The phone of a courier in the inner city, who lets the page know where that is."""
    place = {"latitude": 48.2085, "longitude": 16.3700, "accuracy": 8.0}
    async with phone_of(geolocation=place, permissions=["geolocation"]) as phone:
        yield phone
