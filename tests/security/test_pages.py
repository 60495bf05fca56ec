"""Pages from elsewhere can neither use an operator's cookie, nor read an answer, nor connect."""

import itertools

import pytest

from service.actions.operator_accounts import add_operator
from service.api.callers import Audience
from service.api.cookies import PLAIN_NAME
from service.domain.vocabulary import OperatorRole
from tests.integration.api.conftest import running_api
from tests.integration.api.talk import talking
from tests.integration.api.test_rest import check_problem
from tests.integration.api.test_sockets import changed
from tests.plain_http import PlainClient
from tests.security.routes import route_table

ELSEWHERE = [
    {"Origin": "https://evil.example", "Content-Type": "application/json"},
    {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"},
    {"Sec-Fetch-Site": "same-site", "Content-Type": "application/json"},
    {"Origin": "null", "Content-Type": "application/json"},
    # What a form can send without asking:
    {"Content-Type": "text/plain"},
    {"Content-Type": "application/x-www-form-urlencoded"},
    {"Content-Type": "multipart/form-data; boundary=x"},
    {},
]
ORIGINS = ["https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1.evil.example"]
CHANGING = [
    route
    for route in route_table()
    if route.audience is Audience.OPS and route.method not in ("GET", "SOCKET")
]


@pytest.fixture
async def console(runtime, market):
    """An operator who may do everything, with a cookie, in a browser."""
    password = await add_operator(
        runtime, market_id=market, name="Olga", role=OperatorRole.ADMIN, login="olga"
    )
    async with (
        running_api(changed(runtime, ops_cookie_is_plain=True)) as address,
        PlainClient(base_url=f"http://{address}") as http,
    ):
        body = {"login": "olga", "password": password}
        assert (await http.post("/v1/ops/session/password", json=body)).status_code == 204
        assert PLAIN_NAME in http.cookies
        yield http


async def test_no_route_of_ops_changes_anything_for_a_page_from_elsewhere(console):
    assert len(CHANGING) > 5
    for route, headers in itertools.product(CHANGING, ELSEWHERE):
        answer = await console.request(route.method, route.url, headers=headers, content=b"{}")
        check_problem(answer, 403, "forbidden")
    assert (await console.get("/v1/ops/session")).status_code == 200  # and is still logged in


async def test_no_answer_may_be_read_by_a_page_from_elsewhere(runtime, address, clients):
    merchant, courier, *_, ops = clients
    of = {Audience.MERCHANT: merchant, Audience.COURIER: courier, Audience.OPS: ops}
    headers = {"Origin": "https://evil.example"}
    for route in route_table():
        if route.method != "GET":
            continue
        answer = await of.get(route.audience, merchant).get(route.url, headers=headers)
        assert not [name for name in answer.headers if name.startswith("access-control-")], route
        assert answer.headers.get("x-content-type-options") == "nosniff", (route, answer.text)
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cross-origin-opener-policy"] == "same-origin", route


async def test_a_console_over_tls_is_never_reached_without_it_again(console, merchant):
    over_tls = await merchant.get("/ops")
    assert over_tls.headers["strict-transport-security"] == "max-age=31536000"
    plain = await console.get("/ops")  # on this very machine
    assert (plain.status_code, "strict-transport-security" in plain.headers) == (200, False)


async def test_who_asks_before_asking_is_told_the_methods_and_nothing_else(runtime, address):
    asking = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization",
    }
    methods = {}
    for route in route_table():
        if route.method != "SOCKET" and not route.path.startswith("/schema"):
            methods.setdefault(route.url, set()).add(route.method)
    async with PlainClient(base_url=f"http://{address}") as http:
        for url, wanted in methods.items():
            answer = await http.options(url, headers=asking)
            check_problem(answer, 405, "method_not_allowed")
            assert set(answer.headers["allow"].split(", ")) == wanted, url
            assert not [name for name in answer.headers if name.startswith("access-control-")]


async def test_no_page_from_elsewhere_opens_a_socket(address, keys):
    for path, key in (
        ("/v1/courier", keys[1]),
        ("/v1/stream", keys[0]),
        ("/v1/ops/feed", keys[-1]),
    ):
        for origin in ORIGINS:
            async with talking(address, path, key, origin=origin) as talk:
                assert await talk.close_code() == 4403, origin
