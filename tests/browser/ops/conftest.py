"""The console in a browser that draws maps, and the service that it talks to in this process."""

from contextlib import asynccontextmanager

import pytest

from service.actions.operator_accounts import add_operator
from service.actions.operator_roles import admit_operator
from service.domain.vocabulary import OperatorRole
from tests.browser.conftest import Demo, visit
from tests.integration.api.conftest import running_api
from tests.integration.api.test_sockets import changed
from tests.integration.conftest import conn as conn
from tests.integration.conftest import database as database
from tests.integration.conftest import key_file as key_file
from tests.integration.conftest import market as market
from tests.integration.conftest import redis as redis
from tests.integration.conftest import runtime as runtime
from tests.integration.conftest import servers as servers
from tests.integration.conftest import settings as settings
from tests.integration.conftest import template as template

LOGIN = "olga"


@pytest.fixture
def visited(runtime, market, browser):
    """Let Olga, who dispatches, look at her console; she may be admitted to more markets to look.

    The settings may be changed for that.
    """

    @asynccontextmanager
    async def let_in(*more_markets, **changes):
        password = await add_operator(
            runtime, market_id=market, name="Olga", role=OperatorRole.DISPATCHER, login=LOGIN
        )
        for market_id in more_markets:
            await admit_operator(
                runtime, login=LOGIN, market_id=market_id, role=OperatorRole.VIEWER
            )
        async with running_api(changed(runtime, ops_cookie_is_plain=True, **changes)) as address:
            served = Demo(f"http://{address}", {LOGIN: password}, 0)
            async with visit(browser, served) as looking:
                await looking.log_in(served, LOGIN)
                yield looking

    return let_in
