"""The console in a real browser, and a market in this process in which all happens on demand."""

import pytest

from service.actions.create_market import MarketRequest, create_market
from service.actions.operator_accounts import add_operator
from service.domain.policy import Policy
from service.domain.vocabulary import OperatorRole
from tests.browser.conftest import Demo
from tests.integration.actions.conftest import online as online
from tests.integration.actions.conftest import people as people
from tests.integration.actions.conftest import post as post
from tests.integration.actions.conftest import read as read
from tests.integration.api.conftest import relay as relay
from tests.integration.api.conftest import running_api
from tests.integration.api.test_sockets import changed
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
from tests.integration.relay.conftest import give as give
from tests.integration.relay.conftest import later as later


@pytest.fixture
async def market(runtime):
    """A market in which nobody counts as silent: time passes in leaps."""
    request = MarketRequest(
        market_id=MARKET_ID,
        name="Vienna",
        currency="EUR",
        timezone="Europe/Vienna",
        center=VIENNA,
        service_radius_m=15_000.0,
        policy=Policy(silent_reassign_s=86_400.0, silent_offline_s=86_400.0),
    )
    assert await create_market(runtime, request)
    return MARKET_ID


@pytest.fixture
async def console(runtime, market, relay):
    """Where the console is, and Olga's password, who dispatches."""
    password = await add_operator(
        runtime, market_id=market, name="Olga", role=OperatorRole.DISPATCHER, login="olga"
    )
    async with running_api(changed(runtime, ops_cookie_is_plain=True)) as address:
        yield Demo(f"http://{address}", {"olga": password}, pid=0)
