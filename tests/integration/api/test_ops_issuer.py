"""Operators log in by way of an issuer outside: those who are linked, and nobody else."""

import asyncio
import base64
import json

import pytest

from service.actions.log_in_outside import subject_of
from service.actions.operator_accounts import (
    add_operator,
    break_glass,
    disable_operator,
    link_operator,
)
from service.clock import real_now
from service.domain.vocabulary import OperatorRole
from tests.integration.api.conftest import running_api
from tests.integration.api.issuer import (
    CLIENT_ID,
    CLIENT_SECRET,
    REDIRECT_URL,
    Signer,
    base64url,
    serving,
    unsigned,
)
from tests.integration.api.test_rest import check_problem
from tests.integration.api.test_sockets import changed
from tests.plain_http import PlainClient

PATH = "/v1/ops/session"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def signer():
    made = Signer()
    yield made
    made.close()


@pytest.fixture
async def issuer(signer):
    async with serving(signer) as issuer:
        yield issuer


@pytest.fixture
def settings_of_issuer(issuer):
    return {
        "oidc_issuer": issuer.url,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": CLIENT_SECRET,
        "oidc_redirect_url": REDIRECT_URL,
        "ops_cookie_is_plain": True,
    }


@pytest.fixture
async def http(runtime, market, settings_of_issuer):
    """A browser at an api that knows the issuer."""
    async with (
        running_api(changed(runtime, **settings_of_issuer)) as address,
        PlainClient(base_url=f"http://{address}", headers=JSON) as http,
    ):
        yield http


@pytest.fixture
async def password(runtime, market):
    """Olga's, who has an account and is linked to nobody yet."""
    return await add_operator(
        runtime, market_id=market, name="Olga", role=OperatorRole.VIEWER, login="olga"
    )


@pytest.fixture
async def olga(runtime, password, issuer):
    """The person 4711 of the issuer is Olga here."""
    subject = subject_of(sub="4711")
    assert await link_operator(runtime, login="olga", issuer=issuer.url, subject=subject)


async def begin(http):
    answer = await http.post(f"{PATH}/issuer/attempts", json={})
    assert answer.status_code == 200, answer.text
    return answer.json()["address"]


async def log_in(http, issuer):
    return await http.post(f"{PATH}/issuer", json=issuer.authorize(await begin(http)))


async def test_who_is_linked_logs_in(http, issuer, olga, conn):
    assert (await http.get(f"{PATH}/ways")).json() == {"password": True, "issuer": True}
    answer = await log_in(http, issuer)
    assert answer.status_code == 204, answer.text
    cookies = answer.headers.get_list("set-cookie")
    assert all("httponly" in one.lower() and "samesite=strict" in one.lower() for one in cookies)
    assert (await http.get(PATH)).json()["name"] == "Olga"
    assert await conn.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'log_in'") == 1
    assert await conn.fetchval("SELECT count(*) FROM audit_entry WHERE action = 'link_operator'")


async def test_both_algorithms_are_understood(http, issuer, olga):
    issuer.token_of = lambda claims: issuer.signer.sign(claims, key="ec")
    assert (await log_in(http, issuer)).status_code == 204


async def test_an_address_counts_where_the_issuer_has_verified_it(runtime, http, issuer, password):
    subject = subject_of(email="Olga@example.com")
    assert await link_operator(runtime, login="olga", issuer=issuer.url, subject=subject)
    assert not await link_operator(runtime, login="olga", issuer=issuer.url, subject=subject)
    for person in (
        {"sub": "1", "email": "olga@example.com"},
        {"sub": "1", "email": "olga@example.com", "email_verified": False},
        {"sub": "1", "email": "olga@example.com", "email_verified": "true"},
        {"sub": "email:olga@example.com"},
    ):
        issuer.person = person
        check_problem(await log_in(http, issuer), 401, "unauthenticated")
    issuer.person = {"sub": "1", "email": "OLGA@example.com", "email_verified": True}
    assert (await log_in(http, issuer)).status_code == 204


async def test_nobody_is_added_by_logging_in(http, issuer, olga, conn):
    before = await conn.fetchval("SELECT count(*) FROM operator")
    issuer.person = {"sub": "4712", "email": "olga@example.com", "email_verified": True}
    check_problem(await log_in(http, issuer), 401, "unauthenticated")
    assert await conn.fetchval("SELECT count(*) FROM operator") == before


async def test_who_is_disabled_does_not_log_in(runtime, http, issuer, olga):
    await disable_operator(runtime, login="olga")
    check_problem(await log_in(http, issuer), 401, "unauthenticated")


async def test_only_the_browser_that_began_comes_back_and_once(http, issuer, olga):
    mine = issuer.authorize(await begin(http))
    theirs = issuer.authorize(await begin(http))  # the cookie is now of this one
    check_problem(await http.post(f"{PATH}/issuer", json=mine), 401, "unauthenticated")
    async with PlainClient(base_url=http.base_url, headers=JSON) as other:
        refused = await other.post(f"{PATH}/issuer", json=theirs)
        check_problem(refused, 401, "unauthenticated")
    stolen = theirs | {"code": mine["code"]}  # of another attempt: PKCE tells
    check_problem(await http.post(f"{PATH}/issuer", json=stolen), 401, "unauthenticated")
    assert (await http.post(f"{PATH}/issuer", json=theirs)).status_code == 204
    check_problem(await http.post(f"{PATH}/issuer", json=theirs), 401, "unauthenticated")


async def test_a_page_from_elsewhere_begins_and_ends_no_log_in(http, issuer, olga):
    answer = issuer.authorize(await begin(http))
    for path, body in ((f"{PATH}/issuer/attempts", {}), (f"{PATH}/issuer", answer)):
        refused = await http.post(path, json=body, headers={"Sec-Fetch-Site": "cross-site"})
        check_problem(refused, 403, "forbidden")


def now_s():
    return real_now().timestamp()


LIES = {
    "no algorithm": lambda _, c: unsigned(c, alg="none"),
    "none in capitals": lambda _, c: unsigned(c, alg="None"),
    "a secret that is public": lambda i, c: unsigned(
        c, alg="HS256", key=i.signer.jwks["rsa"]["n"].encode()
    ),
    "another algorithm": lambda i, c: i.signer.sign(c, alg="RS512"),
    "an algorithm of the other key": lambda i, c: i.signer.sign(c, alg="ES256"),
    "another's key": lambda i, c: i.signer.sign(c, key="other", kid="rsa"),
    "an unknown key": lambda i, c: i.signer.sign(c, key="other"),
    "a key in the token": lambda i, c: i.signer.sign(
        c, key="other", kid="rsa", jwk=i.signer.jwks["other"]
    ),
    "no key named, of one that fits": lambda i, c: i.signer.sign(c, key="other", kid=None),
    "what must be understood": lambda i, c: i.signer.sign(c, crit=["b64"]),
    "another issuer": lambda i, c: i.signer.sign(c | {"iss": "https://issuer.example"}),
    "an issuer with a slash": lambda i, c: i.signer.sign(c | {"iss": c["iss"] + "/"}),
    "for others": lambda i, c: i.signer.sign(c | {"aud": "others"}),
    "for nobody": lambda i, c: i.signer.sign(c | {"aud": []}),
    "for several": lambda i, c: i.signer.sign(c | {"aud": [CLIENT_ID, "others"]}),
    "handed to others": lambda i, c: i.signer.sign(c | {"azp": "others"}),
    "another nonce": lambda i, c: i.signer.sign(c | {"nonce": "x"}),
    "no nonce": lambda i, c: i.signer.sign({n: v for n, v in c.items() if n != "nonce"}),
    "too old": lambda i, c: i.signer.sign(c | {"exp": now_s() - 61}),
    "without an end": lambda i, c: i.signer.sign({n: v for n, v in c.items() if n != "exp"}),
    "an end that is none": lambda i, c: i.signer.sign(c | {"exp": "2030"}),
    "from the future": lambda i, c: i.signer.sign(c | {"iat": now_s() + 120}),
    "not yet": lambda i, c: i.signer.sign(c | {"nbf": now_s() + 120}),
    "nobody": lambda i, c: i.signer.sign(c | {"sub": ""}),
    "a changed person": lambda i, c: changed_claims(i.signer.sign(c | {"sub": "1"})),
    "a cut signature": lambda i, c: i.signer.sign(c)[:-4],
    "a signature of zeros": lambda i, c: (
        i.signer.sign(c).rpartition(".")[0] + "." + base64url(bytes(256))
    ),
    "no signature": lambda i, c: i.signer.sign(c).rpartition(".")[0] + ".",
    "two parts": lambda i, c: i.signer.sign(c).rpartition(".")[0],
    "no token": lambda *_: "x",
    "too long": lambda i, c: i.signer.sign(c | {"x": "x" * 16_384}),
    "deep": lambda *_: base64url(b"[" * 4_000) + "." + base64url(b"[" * 4_000) + ".AAAA",
}


def changed_claims(token):
    head, claims, signature = token.split(".")
    text = base64.urlsafe_b64decode(claims + "==").replace(b'"sub":"1"', b'"sub":"4711"')
    return f"{head}.{base64url(text)}.{signature}"


@pytest.mark.parametrize("lie", LIES)
async def test_a_token_that_is_not_to_be_believed_logs_nobody_in(http, issuer, olga, lie):
    issuer.token_of = lambda claims: LIES[lie](issuer, claims)
    check_problem(await log_in(http, issuer), 401, "unauthenticated")
    assert (await http.get(PATH)).status_code == 401


async def test_clocks_may_be_a_minute_apart(http, issuer, olga):
    moved = {"exp": now_s() - 40, "iat": now_s() + 40, "aud": [CLIENT_ID, "others"]}
    moved["azp"] = CLIENT_ID
    issuer.token_of = lambda claims: issuer.signer.sign(claims | moved)
    assert (await log_in(http, issuer)).status_code == 204


async def test_a_weak_key_of_the_issuers_own_is_not_believed(http, issuer, olga):
    issuer.keys = ["weak"]
    issuer.token_of = lambda claims: issuer.signer.sign(claims, key="weak")
    check_problem(await log_in(http, issuer), 401, "unauthenticated")


async def test_new_keys_are_asked_for_but_not_all_the_time(http, issuer, olga, monkeypatch):
    assert (await log_in(http, issuer)).status_code == 204
    issuer.keys = ["rsa", "other"]
    issuer.token_of = lambda claims: issuer.signer.sign(claims, key="other")
    for _ in range(3):
        check_problem(await log_in(http, issuer), 401, "unauthenticated")
    assert issuer.asked.count("/keys") == 1
    monkeypatch.setattr("service.issuer.provider.ASKED_AGAIN_S", 0.0)
    assert (await log_in(http, issuer)).status_code == 204
    assert issuer.asked.count("/keys") == 2


def told(body, *, status="200 OK", **headers):
    """Return an answer in place of the true one."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())

    async def tell(writer):
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode())
        writer.write(body)
        await writer.drain()

    return tell


async def endless(writer):
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b" " * 65_536)
        await writer.drain()


async def silent(writer):
    await asyncio.Event().wait()


def bad_answers(issuer):
    """Return what an issuer may say in place of what it should."""
    elsewhere = {"Location": f"{issuer.url}/.well-known/openid-configuration"}
    return [
        told(b"", status="302 Found", **elsewhere),
        told(b"", status="500 Broken"),
        told(b"{}"),
        told(b"\xff"),
        told(b"[" * 100_000),
        told(b""),
        endless,
        silent,
    ]


@pytest.mark.parametrize("number", range(8))
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys", "/token"])
async def test_an_issuer_that_does_not_answer_as_it_should_logs_nobody_in(
    http, issuer, olga, monkeypatch, path, number
):
    monkeypatch.setattr("service.issuer.fetching.TIMEOUT_S", 0.5)
    issuer.answers[path] = bad_answers(issuer)[number]
    if path == "/token":
        refused = await log_in(http, issuer)
        check_problem(refused, 503, "unavailable")
        assert int(refused.headers["Retry-After"]) >= 1
    else:
        refused = await http.post(f"{PATH}/issuer/attempts", json={})
        check_problem(refused, 503, "unavailable")
        count = len(issuer.asked)
        again = await http.post(f"{PATH}/issuer/attempts", json={})
        check_problem(again, 503, "unavailable")
        assert len(issuer.asked) == count  # it has just failed


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://issuer.example"},
        {"jwks_uri": "http://192.0.2.1/keys"},
        {"token_endpoint": "http://issuer.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
async def test_an_issuer_that_sends_us_elsewhere_is_not_followed(http, issuer, changes):
    path = "/.well-known/openid-configuration"
    _, value = issuer.answer(path, {}, b"")
    issuer.answers[path] = told(json.dumps(value | changes).encode())
    check_problem(await http.post(f"{PATH}/issuer/attempts", json={}), 503, "unavailable")
    assert issuer.asked == [path]


async def test_failures_are_counted_by_where_they_come_from(http, issuer, olga):
    issuer.person = {"sub": "nobody"}
    for _ in range(5):
        check_problem(await log_in(http, issuer), 401, "unauthenticated")
    check_problem(await log_in(http, issuer), 429, "rate_limited")


async def test_an_issuer_that_is_down_makes_no_failures(http, issuer, olga):
    issuer.answers["/token"] = told(b"", status="500 Broken")
    for _ in range(7):
        check_problem(await log_in(http, issuer), 503, "unavailable")
    issuer.answers["/token"] = told(b"", status="401 Who are you")  # us, not the browser
    check_problem(await log_in(http, issuer), 503, "unavailable")
    issuer.answers.clear()
    issuer.person = {"sub": "nobody"}
    for _ in range(5):  # as many as ever
        check_problem(await log_in(http, issuer), 401, "unauthenticated")
    check_problem(await log_in(http, issuer), 429, "rate_limited")


async def test_without_passwords_only_an_account_for_an_emergency_has_one(
    runtime, market, settings_of_issuer, password
):
    emergency = await break_glass(
        runtime, market_id=market, name="Eva", login="eva", reason="the issuer is away"
    )
    settings = settings_of_issuer | {"ops_passwords": False}
    async with (
        running_api(changed(runtime, **settings)) as address,
        PlainClient(base_url=f"http://{address}", headers=JSON) as http,
    ):
        assert (await http.get(f"{PATH}/ways")).json() == {"password": False, "issuer": True}

        async def by_password(login, text):
            return await http.post(f"{PATH}/password", json={"login": login, "password": text})

        wrong = check_problem(await by_password("olga", "x"), 401, "unauthenticated")
        right = check_problem(await by_password("olga", password), 401, "unauthenticated")
        assert wrong | {"request_id": 0} == right | {"request_id": 0}
        assert (await by_password("eva", emergency)).status_code == 204


async def test_where_no_issuer_is_set_there_is_no_such_way(address):
    async with PlainClient(base_url=f"http://{address}", headers=JSON) as http:
        assert (await http.get(f"{PATH}/ways")).json() == {"password": True, "issuer": False}
        check_problem(await http.post(f"{PATH}/issuer/attempts", json={}), 404, "not_found")
        body = {"code": "x", "state": "x"}
        check_problem(await http.post(f"{PATH}/issuer", json=body), 404, "not_found")
