"""An operator of several markets: each is looked at by its own role, and no other at all."""

from contextlib import AsyncExitStack
from typing import NamedTuple

import httpx
import pytest

from service.actions.create_market import MarketRequest, create_market
from service.actions.enroll import CourierEntry, OperatorEntry, enroll
from service.actions.operator_accounts import add_operator, disable_operator
from service.actions.operator_roles import admit_operator, withdraw_operator
from service.domain.errors import InvalidParamsError, NotFoundError
from service.domain.geo import Point
from service.domain.policy import Policy
from service.domain.vocabulary import OperatorRole, Vehicle
from service.store import audit_log
from tests.integration.api.conftest import client_of, running_api
from tests.integration.api.talk import Talk, resumed, talking
from tests.integration.api.test_ops_session import JSON, PATH, log_in
from tests.integration.api.test_rest import check_problem
from tests.integration.api.test_sockets import changed
from tests.plain_http import PlainClient

GRAZ = {"Hexhaul-Market": "graz"}
LINZ = {"Hexhaul-Market": "linz"}
NOWHERE = {"Hexhaul-Market": "nowhere"}


async def make_market(runtime, market_id, *, livemode=False):
    request = MarketRequest(
        market_id=market_id,
        name=market_id.title(),
        currency="EUR",
        timezone="Europe/Vienna",
        center=Point(47.07, 15.44),
        service_radius_m=10_000.0,
        policy=Policy(),
        livemode=livemode,
    )
    assert await create_market(runtime, request)


class Desk(NamedTuple):
    """A console, and where it is served."""

    http: httpx.AsyncClient
    address: str


@pytest.fixture
async def olga(runtime, market):
    """The password of Olga, who dispatches in Vienna and looks at Graz; Linz is none of hers."""
    for other in ("graz", "linz"):
        await make_market(runtime, other)
    password = await add_operator(
        runtime, market_id=market, name="Olga", role=OperatorRole.DISPATCHER, login="olga"
    )
    await admit_operator(runtime, login="olga", market_id="graz", role=OperatorRole.VIEWER)
    return password


@pytest.fixture
async def desk(runtime, olga):
    """Her console."""
    async with (
        running_api(changed(runtime, ops_cookie_is_plain=True)) as address,
        PlainClient(base_url=f"http://{address}", headers=JSON) as http,
    ):
        assert (await log_in(http, olga)).status_code == 204
        yield Desk(http, address)


async def test_the_session_tells_her_markets_and_the_role_in_the_one_asked_about(desk):
    here = (await desk.http.get(PATH)).json()
    assert (here["market_id"], here["role"]) == ("vienna", "dispatcher")
    assert here["markets"] == [
        {"market_id": "graz", "name": "Graz", "role": "viewer"},
        {"market_id": "vienna", "name": "Vienna", "role": "dispatcher"},
    ]
    there = (await desk.http.get(PATH, headers=GRAZ)).json()
    assert (there["market_id"], there["role"], there["rights"]) == ("graz", "viewer", ["ops:read"])
    assert there["markets"] == here["markets"]


async def test_reads_and_acts_are_of_the_market_that_is_named(runtime, desk):
    await enroll(
        runtime, market_id="graz", entries=[CourierEntry(name="Dora", vehicle=Vehicle.BIKE)]
    )
    told = (await desk.http.get("/v1/ops/market", headers=GRAZ)).json()
    assert (told["id"], told["timezone"]) == ("graz", "Europe/Vienna")
    (dora,) = (await desk.http.get("/v1/ops/couriers", headers=GRAZ)).json()["couriers"]
    path = f"/v1/ops/couriers/{dora['id']}"
    assert (await desk.http.get(path, headers=GRAZ)).status_code == 200
    check_problem(await desk.http.get(path), 404, "not_found")
    pause = {"is_paused": False}
    answer = await desk.http.put("/v1/ops/market/pause", json=pause, headers=GRAZ)
    check_problem(answer, 403, "forbidden")  # there she only looks
    assert (await desk.http.put("/v1/ops/market/pause", json=pause)).json()["id"] == "vienna"


async def test_a_market_of_others_and_one_that_is_not_are_refused_alike(desk):
    told = []
    for headers in (LINZ, NOWHERE):
        answer = await desk.http.get("/v1/ops/market", headers=headers)
        check_problem(answer, 403, "forbidden")
        told.append(answer.json()["detail"])
    assert told[0] == told[1]
    check_problem(await desk.http.post("/v1/ops/tickets", headers=LINZ), 403, "forbidden")


async def test_the_feed_is_that_of_the_market_the_ticket_was_got_for(desk):
    for headers, owner in ((GRAZ, "graz"), ({}, "vienna")):
        ticket = (await desk.http.post("/v1/ops/tickets", headers=headers)).json()["ticket"]
        async with talking(desk.address, f"/v1/ops/feed?ticket={ticket}") as talk:
            assert (await talk.hear("hello"))["owner_id"] == owner


async def test_a_feed_is_not_renewed_by_a_ticket_for_another_market(desk):
    async def ticket(headers):
        return (await desk.http.post("/v1/ops/tickets", headers=headers)).json()["ticket"]

    async with talking(desk.address, f"/v1/ops/feed?ticket={await ticket(GRAZ)}") as talk:
        await talk.hear("hello")
        await talk.say("resume")
        await talk.hear("snapshot")
        await talk.say("authenticate", ticket=await ticket({}))
        assert (await talk.hear("refused"))["code"] == "unauthenticated"
        await talk.say("authenticate", ticket=await ticket(GRAZ))
        await talk.hear("authenticated")


async def test_who_is_withdrawn_is_refused_as_soon_as_the_key_is_looked_up_again(runtime, olga):
    async def status(headers):
        async with (
            running_api(changed(runtime, ops_cookie_is_plain=True)) as address,
            PlainClient(base_url=f"http://{address}", headers=JSON) as http,
        ):
            await log_in(http, olga)
            return (await http.get("/v1/ops/market", headers=headers)).status_code

    assert await status(GRAZ) == 200
    await withdraw_operator(runtime, login="olga", market_id="graz")
    assert await status(GRAZ) == 403
    assert await status({}) == 200
    with pytest.raises(NotFoundError):
        await withdraw_operator(runtime, login="olga", market_id="graz")


@pytest.mark.parametrize("is_disabled", [False, True])
async def test_who_is_withdrawn_or_disabled_loses_the_open_feed(runtime, olga, is_disabled):
    serving = changed(runtime, ops_cookie_is_plain=True, credentials_check_s=0.0)
    async with (
        running_api(serving) as address,
        PlainClient(base_url=f"http://{address}", headers=JSON) as http,
        AsyncExitStack() as stack,
    ):
        await log_in(http, olga)
        feeds = list[Talk]()
        for headers in (GRAZ, {}):
            ticket = (await http.post("/v1/ops/tickets", headers=headers)).json()["ticket"]
            path = f"/v1/ops/feed?ticket={ticket}"
            feeds.append(await stack.enter_async_context(resumed(address, path, None)))
        there, here = feeds
        if is_disabled:
            await disable_operator(runtime, login="olga")
            assert await here.close_code() == 4401
        else:
            await withdraw_operator(runtime, login="olga", market_id="graz")
        assert await there.close_code() == 4401
        if not is_disabled:
            ticket = (await http.post("/v1/ops/tickets")).json()["ticket"]
            await here.say("authenticate", ticket=ticket)
            await here.hear("authenticated")


async def test_a_program_names_the_market_on_its_socket(runtime, olga, address, conn):
    (key,) = await enroll(runtime, market_id="graz", entries=[OperatorEntry(name="Board")])
    await conn.execute(
        "INSERT INTO operator_market SELECT id, 'linz', 'viewer' FROM operator WHERE name = 'Board'"
    )
    async with talking(address, "/v1/ops/feed", key, headers=LINZ) as talk:
        assert (await talk.hear("hello"))["owner_id"] == "linz"
    async with talking(address, "/v1/ops/feed", key, headers={"Hexhaul-Market": "vienna"}) as talk:
        assert await talk.close_code() == 4403
    async with client_of(address, key) as http:
        assert (await http.get("/v1/ops/market", headers=LINZ)).json()["id"] == "linz"


async def test_the_header_means_nothing_to_merchants_and_couriers(clients, keys, address):
    for client in clients[:2]:
        answer = await client.post("/v1/courier/tickets", headers=GRAZ)
        assert answer.status_code in (201, 403)
    async with resumed(address, "/v1/stream", keys[0], headers=GRAZ):
        pass


async def test_live_and_test_markets_are_not_of_one_account(runtime, olga, conn):
    await make_market(runtime, "wels")
    await conn.execute("UPDATE market SET livemode = true WHERE id = 'wels'")
    for market_id in ("wels", "vienna"):
        with pytest.raises(InvalidParamsError):
            await admit_operator(
                runtime, login="olga", market_id=market_id, role=OperatorRole.ADMIN
            )
    with pytest.raises(NotFoundError):
        await admit_operator(runtime, login="olga", market_id="nowhere", role=OperatorRole.ADMIN)


async def test_admissions_stand_in_the_audit_log_of_the_market(runtime, olga):
    await admit_operator(runtime, login="olga", market_id="graz", role=OperatorRole.ADMIN)
    await withdraw_operator(runtime, login="olga", market_id="graz")
    async with runtime.pool.connection() as conn:
        entries = await audit_log.list_entries(
            conn, market_id="graz", action=None, subject=None, before_number=None, limit_count=9
        )
    assert [entry.action for entry in entries][:3] == [
        "withdraw_operator",
        "admit_operator",
        "admit_operator",
    ]
    assert '"admin"' in entries[1].after
