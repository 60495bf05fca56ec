"""What endpoints are to be told, for the fault runs: only what the relay has come to."""

import pytest

from loadtests.faults.rows import read_rows
from tests.integration.actions.conftest import people as people
from tests.integration.actions.conftest import post as post
from tests.integration.webhooks.conftest import create as create
from tests.integration.webhooks.conftest import index as index
from tests.integration.webhooks.conftest import leadership as leadership
from tests.integration.webhooks.conftest import once as once
from tests.integration.webhooks.conftest import relay as relay
from tests.integration.webhooks.conftest import relay_once as relay_once
from tests.integration.webhooks.conftest import runtime as runtime
from tests.integration.webhooks.conftest import who as who


@pytest.fixture
def tellable(runtime, market):
    async def read():
        async with runtime.pool.snapshot() as conn:
            rows = await read_rows(conn, market, watched=[])
        told = {(row.endpoint_id, row.event_id) for row in rows.deliveries}
        return {(fact.endpoint_id, fact.event_id) for fact in rows.tellable}, told

    return read


async def test_a_fact_that_is_as_new_as_the_look_is_not_missed(create, post, relay, tellable):
    await create("https://example.com/hooks")
    await post()
    assert await tellable() == (set(), set())
    await relay()
    due, told = await tellable()
    assert len(due) == 2
    assert due == told
