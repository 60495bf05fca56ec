"""An operator's console: logged in by password, kept by a cookie, out of other pages' reach."""

import pytest

from service.actions.log_in_operator import VerifiedIdentity, open_console
from service.actions.operator_accounts import add_operator, disable_operator, reset_password
from service.actions.operator_roles import change_role
from service.api.cookies import NAME, PLAIN_NAME
from service.domain.errors import UnauthenticatedError
from service.domain.vocabulary import OperatorRole
from service.store import identities
from tests.integration.api.conftest import running_api
from tests.integration.api.talk import talking
from tests.integration.api.test_rest import check_problem
from tests.integration.api.test_sockets import changed
from tests.plain_http import PlainClient

PATH = "/v1/ops/session"
MARKET = "/v1/ops/market"
JSON = {"Content-Type": "application/json"}
PAUSE = {"is_paused": False}


@pytest.fixture
async def password(runtime, market):
    """The password of Olga, who dispatches."""
    return await add_operator(
        runtime, market_id=market, name="Olga", role=OperatorRole.DISPATCHER, login="olga"
    )


@pytest.fixture
async def plain(runtime, password):
    """The api where cookies are plain, and somebody who has not logged in."""
    async with (
        running_api(changed(runtime, ops_cookie_is_plain=True)) as address,
        PlainClient(base_url=f"http://{address}", headers=JSON) as http,
    ):
        yield http


async def log_in(http, password, *, login="olga", **options):
    return await http.post(
        f"{PATH}/password", json={"login": login, "password": password}, **options
    )


@pytest.fixture
async def console(plain, password):
    """Somebody who has logged in."""
    answer = await log_in(plain, password)
    assert answer.status_code == 204, answer.text
    return plain


async def test_the_cookie_is_for_this_host_over_tls_and_no_script_reads_it(address, password):
    async with PlainClient(base_url=f"http://{address}") as http:
        answer = await log_in(http, password)
    assert answer.status_code == 204, answer.text
    name, *attributes = answer.headers["set-cookie"].replace("; ", ";").split(";")
    assert name.startswith(f"{NAME}=hh_console_")
    wanted = {"path=/", "httponly", "secure", "samesite=strict", "max-age=28800"}
    assert wanted <= {attribute.lower() for attribute in attributes}
    assert not any(attribute.lower().startswith("domain") for attribute in attributes)


async def test_a_console_does_what_its_role_may(console):
    me = (await console.get(PATH)).json()
    assert (me["name"], me["role"]) == ("Olga", "dispatcher")
    assert me["rights"] == ["ops:contacts", "ops:dispatch", "ops:read"]
    assert (await console.put("/v1/ops/market/pause", json=PAUSE)).status_code == 200
    policy = {"based_on_version": 1, "policy": {}}
    check_problem(await console.put("/v1/ops/market/policy", json=policy), 403, "forbidden")
    check_problem(await console.get("/v1/jobs"), 401, "unauthenticated")


async def test_a_console_gets_tickets_for_its_feed(console):
    ticket = (await console.post("/v1/ops/tickets")).json()["ticket"]
    async with talking(console.base_url.netloc.decode(), f"/v1/ops/feed?ticket={ticket}") as talk:
        await talk.hear("hello")


async def test_the_cookies_text_is_no_key(console, address):
    text = console.cookies[PLAIN_NAME]
    async with PlainClient(base_url=console.base_url) as other:
        answer = await other.get(MARKET, headers={"Authorization": f"Bearer {text}"})
        check_problem(answer, 401, "unauthenticated")
        as_key = text.replace("hh_console_", "hh_test_")
        answer = await other.get(MARKET, headers={"Authorization": f"Bearer {as_key}"})
        check_problem(answer, 401, "unauthenticated")
    async with PlainClient(base_url=f"http://{address}") as other:
        other.cookies.set(PLAIN_NAME, text)  # the plain name is not for the loopback only
        check_problem(await other.get(MARKET), 401, "unauthenticated")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": ""},
    ],
)
async def test_a_page_from_elsewhere_changes_nothing(console, headers):
    answer = await console.post("/v1/ops/tickets", headers=headers)
    check_problem(answer, 403, "forbidden")
    assert (await console.get(PATH)).status_code == 200


async def test_a_page_of_ours_is_believed(console):
    origin = {"Origin": str(console.base_url).rstrip("/")}
    for headers in ({"Sec-Fetch-Site": "same-origin"}, origin):
        assert (await console.post("/v1/ops/tickets", headers=headers)).status_code == 201


async def test_a_page_from_elsewhere_logs_nobody_in(plain, password):
    answer = await log_in(plain, password, headers={"Sec-Fetch-Site": "cross-site"})
    check_problem(answer, 403, "forbidden")
    assert "set-cookie" not in answer.headers


async def test_unknown_wrong_and_disabled_get_the_same_answer(runtime, plain, password):
    answers = [await log_in(plain, "wrong"), await log_in(plain, password, login="nobody")]
    await disable_operator(runtime, login="olga")
    answers.append(await log_in(plain, password))
    details = {check_problem(answer, 401, "unauthenticated")["detail"] for answer in answers}
    assert len(details) == 1


async def test_five_failures_a_minute_are_enough_and_successes_do_not_count(plain, password):
    for _ in range(7):
        assert (await log_in(plain, password)).status_code == 204
    statuses = [(await log_in(plain, "wrong")).status_code for _ in range(6)]
    assert statuses[:5] == [401] * 5
    assert statuses[5] == 429
    refused = await log_in(plain, password)
    check_problem(refused, 429, "rate_limited")
    assert 1 <= int(refused.headers["retry-after"]) <= 12


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE credential SET expires_at = clock_timestamp()",
        "UPDATE credential SET last_used_at = clock_timestamp() - interval '31 min'",
        "UPDATE operator SET disabled_at = clock_timestamp()",
    ],
)
async def test_a_log_in_ends_by_age_idleness_or_because_the_operator_is_disabled(
    console, conn, end
):
    await conn.execute(end)
    check_problem(await console.get(PATH), 401, "unauthenticated")


async def test_logging_out_ends_the_log_in_and_the_cookie(console):
    text = console.cookies[PLAIN_NAME]
    answer = await console.delete(PATH)
    assert answer.status_code == 204, answer.text
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert console.cookies.get(PLAIN_NAME) is None
    again = await console.get(MARKET, headers={"Cookie": f"{PLAIN_NAME}={text}"})
    check_problem(again, 401, "unauthenticated")


async def test_a_new_password_ends_what_the_old_one_has_opened(runtime, console, password):
    new = await reset_password(runtime, login="olga")
    check_problem(await console.get(PATH), 401, "unauthenticated")
    check_problem(await log_in(console, password), 401, "unauthenticated")
    assert (await log_in(console, new)).status_code == 204


async def test_another_role_holds_at_once_for_who_logs_in(runtime, plain, password):
    await change_role(runtime, login="olga", role=OperatorRole.VIEWER)
    await log_in(plain, password)
    answer = await plain.put("/v1/ops/market/pause", json=PAUSE)
    check_problem(answer, 403, "forbidden")


async def test_whoever_vouches_for_an_identity_opens_the_same_console(runtime, conn, password):
    outside = VerifiedIdentity(issuer="https://id.example", subject="00u1")
    with pytest.raises(UnauthenticatedError):
        await open_console(runtime, outside)
    (olga,) = await conn.fetch("SELECT id FROM operator WHERE name = 'Olga'")
    async with runtime.pool.connection() as connection:
        await identities.create_identity(
            connection,
            issuer=outside.issuer,
            subject=outside.subject,
            operator_id=olga["id"],
            password=None,
        )
    console = await open_console(runtime, outside)
    assert console.text.startswith("hh_console_")


async def test_a_login_is_taken_once(runtime, market, password):
    again = await add_operator(
        runtime, market_id=market, name="Other", role=OperatorRole.ADMIN, login="olga"
    )
    assert again is None
