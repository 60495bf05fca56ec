"""A ticket is worth what it was got with is worth when it is used."""

import pytest

from service.actions.operator_accounts import disable_operator
from service.actions.operator_roles import withdraw_operator
from service.store import credentials
from tests.integration.api.conftest import running_api
from tests.integration.api.talk import resumed, talking
from tests.integration.api.test_ops_markets import GRAZ, olga  # noqa: F401  # pytest finds fixtures by name
from tests.integration.api.test_ops_session import JSON, log_in
from tests.integration.api.test_sockets import changed
from tests.plain_http import PlainClient

TICKETS, FEED = "/v1/ops/tickets", "/v1/ops/feed"


@pytest.fixture
def revoke(runtime):
    async def revoke_one(key):
        async with runtime.pool.connection() as conn:
            await credentials.revoke_credential(conn, credential_id=key.credential_id)

    return revoke_one


async def ticket_of(http, path, **headers):
    return (await http.post(path, **headers)).json()["ticket"]


async def test_a_ticket_of_a_revoked_key_opens_nothing(address, courier, keys, revoke):
    ticket = await ticket_of(courier, "/v1/courier/tickets")
    await revoke(keys[1])
    async with talking(address, f"/v1/courier?ticket={ticket}") as talk:
        assert await talk.close_code() == 4401


async def test_a_ticket_of_a_revoked_key_renews_nothing(address, courier, keys, revoke):
    async with resumed(address, "/v1/courier", keys[1]) as talk:
        ticket = await ticket_of(courier, "/v1/courier/tickets")
        await revoke(keys[1])
        await talk.say("authenticate", ticket=ticket)
        await talk.hear("refused", code="unauthenticated")


@pytest.mark.parametrize(("is_disabled", "code"), [(True, 4401), (False, 4403)])
async def test_a_ticket_of_who_was_disabled_or_withdrawn_opens_no_feed(
    runtime,
    olga,  # noqa: F811
    is_disabled,
    code,
):
    async with (
        running_api(changed(runtime, ops_cookie_is_plain=True)) as address,
        PlainClient(base_url=f"http://{address}", headers=JSON) as http,
    ):
        await log_in(http, olga)
        ticket = await ticket_of(http, TICKETS, headers=GRAZ)
        if is_disabled:
            await disable_operator(runtime, login="olga")
        else:
            await withdraw_operator(runtime, login="olga", market_id="graz")
        async with talking(address, f"{FEED}?ticket={ticket}") as talk:
            assert await talk.close_code() == code
