"""Every route, asked by every kind of caller: who is let in is what the tables say, and no more."""

import asyncio
from typing import NamedTuple
from uuid import UUID

import pytest

from service.actions.create_key import create_key
from service.actions.enroll import MerchantEntry, OperatorEntry, enroll
from service.actions.keys import parse_key
from service.actions.log_in_device import log_in_device
from service.actions.log_in_operator import LOCAL_ISSUER, VerifiedIdentity, open_console
from service.actions.operator_accounts import add_operator
from service.api.callers import Audience
from service.api.cookies import NAME
from service.domain.audit_log import SHELL
from service.domain.permission import OF_COURIER, OF_RECIPIENT, OF_ROLE, Right, Scope
from service.domain.vocabulary import OperatorRole
from service.store import credentials
from tests.integration.api.talk import talking
from tests.plain_http import PlainClient
from tests.security.routes import route_table

JSON = {"Content-Type": "application/json"}
STRANGERS = {
    "anonymous": {},
    "unknown key": {"Authorization": "Bearer hh_test_00000000_" + "0" * 43},
    "no key": {"Authorization": "Bearer ' OR true --"},
    "unknown cookie": JSON | {"Cookie": f"{NAME}=hh_console_00000000_" + "0" * 43},
}
OWN = ("/tickets", "/session")  # what one does for oneself only
REFUSALS = {401, 403}
NO_LINK = "A" * 22  # of the shape of a tracking token
# Let in by the table, and refused for what it is: a log-in does not open another one.
ONLY_WITH_A_KEY = ("courier device", "POST", "/v1/courier/session")


class Asker(NamedTuple):
    """Who asks, by which headers; no audience: nobody who is known."""

    headers: dict[str, str]
    audience: Audience | None
    permissions: frozenset
    token: str = NO_LINK  # in the paths of recipients

    def may(self, route):
        """What the tables say: 401, 403, 404 without a link, or None for somebody who is let in."""
        if route.audience is Audience.PUBLIC:
            return None
        if route.audience is Audience.RECIPIENT:
            return None if self.audience is Audience.RECIPIENT else 404
        if self.audience is Audience.RECIPIENT:
            return 401  # a link is no key, wherever it is brought
        # A cookie opens pages of ops, and never a socket.
        is_of_use = "Cookie" not in self.headers or (
            route.audience is Audience.OPS and route.method != "SOCKET"
        )
        if self.audience is None or not is_of_use:
            return 401
        is_let_in = route.audience is self.audience and route.permission in self.permissions
        return None if is_let_in else 403


def bearer(text):
    return {"Authorization": f"Bearer {text}"}


async def merchants(runtime, key):
    """A merchant's keys: one with all scopes, and one with each."""
    async with runtime.pool.connection() as conn:
        (owner,) = await credentials.read_credentials(conn, credential_ids=[key.credential_id])
    yield "merchant", Asker(bearer(key.text), Audience.MERCHANT, frozenset(Scope))
    for scope in Scope:
        new = await create_key(
            runtime,
            merchant_id=owner.merchant_id,
            name=scope,
            scopes=[scope],
            expires_in_s=None,
            granted_by=tuple(Scope),
            origin=SHELL,
        )
        asker = Asker(bearer(new.key.text), Audience.MERCHANT, frozenset({scope}))
        yield f"merchant {scope}", asker


async def couriers(runtime, key, conn):
    """A courier's key, a device of theirs, and one whose access token is too old."""
    async with runtime.pool.connection() as connection:
        (owner,) = await credentials.read_credentials(
            connection, credential_ids=[key.credential_id]
        )
    good, old = [
        await log_in_device(runtime, courier_id=owner.courier_id, credential_id=key.credential_id)
        for _ in range(2)
    ]
    await conn.execute(
        "UPDATE credential SET secret_expires_at = clock_timestamp() WHERE id = $1",
        parse_key(old.access_token).credential_id,
    )
    yield "courier", Asker(bearer(key.text), Audience.COURIER, OF_COURIER)
    yield "courier device", Asker(bearer(good.access_token), Audience.COURIER, OF_COURIER)
    yield "old access token", Asker(bearer(old.access_token), None, frozenset())
    yield "refresh token", Asker(bearer(good.refresh_token), None, frozenset())


async def operators(runtime, market, conn):
    """A key and a console of each role, and a console whose operator is disabled."""
    entries = [OperatorEntry(name=role, role=role) for role in OperatorRole]
    keys = await enroll(runtime, market_id=market, entries=entries)
    for role, key in zip(OperatorRole, keys, strict=True):
        yield f"ops {role}", Asker(bearer(key.text), Audience.OPS, OF_ROLE[role])
    for login, role in [*((role, role) for role in OperatorRole), ("gone", OperatorRole.ADMIN)]:
        await add_operator(runtime, market_id=market, name=login, role=role, login=login)
        identity = VerifiedIdentity(issuer=LOCAL_ISSUER, subject=login)
        text = (await open_console(runtime, identity)).text
        is_gone = login == "gone"
        yield (
            f"console {login}",
            Asker(
                JSON | {"Cookie": f"{NAME}={text}"},
                None if is_gone else Audience.OPS,
                frozenset() if is_gone else OF_ROLE[role],
            ),
        )
        yield f"console {login} as a key", Asker(bearer(text), None, frozenset())
    await conn.execute("UPDATE operator SET disabled_at = clock_timestamp() WHERE name = 'gone'")


async def recipients(post, conn):
    """Who has a link, brings it as a key as well, and one whose delivery ended long ago."""
    job, over = await post(), await post()
    await conn.execute(
        "UPDATE job SET status = 'expired', ended_at = market_now() - interval '1 d' WHERE id = $1",
        UUID(over["id"]),
    )
    for name, audience, token in (
        ("recipient", Audience.RECIPIENT, job["tracking_token"]),
        ("recipient of before", None, over["tracking_token"]),
    ):
        permissions = OF_RECIPIENT if audience else frozenset()
        yield name, Asker(bearer(token), audience, permissions, token)


@pytest.fixture
async def askers(runtime, market, keys, conn, post):
    """One of each kind, by name."""
    merchant, courier, *_ = keys
    (revoked,) = await enroll(runtime, market_id=market, entries=[MerchantEntry(name="Gone")])
    async with runtime.pool.connection() as connection:
        await credentials.revoke_credential(connection, credential_id=revoked.credential_id)
    found = {name: Asker(headers, None, frozenset()) for name, headers in STRANGERS.items()}
    found["revoked key"] = Asker(bearer(revoked.text), None, frozenset())
    for made in (
        merchants(runtime, merchant),
        couriers(runtime, courier, conn),
        operators(runtime, market, conn),
        recipients(post, conn),
    ):
        found |= {name: asker async for name, asker in made}
    return found


async def asked(client, address, route, asker):
    """Return the status of the answer; close codes of sockets are told as statuses."""
    headers = asker.headers
    if route.method == "SOCKET":
        async with talking(address, route.url, headers=headers) as talk:
            first = asyncio.ensure_future(talk.connection.recv())
            await asyncio.wait({first})
            if first.exception() is None:
                return 101
            return talk.connection.close_code - 4_000
    body = {"json": {}} if route.method in ("POST", "PUT", "PATCH") else {}
    url = route.url
    if route.audience is Audience.RECIPIENT:
        url = route.path.replace("{token:str}", asker.token)
    return (await client.request(route.method, url, headers=headers, **body)).status_code


async def test_each_route_lets_in_those_of_the_tables_and_nobody_else(runtime, address, askers):
    routes = sorted(route_table(), key=lambda route: route.method == "DELETE")
    wrong = []
    async with PlainClient(base_url=f"http://{address}") as client:
        for route in routes:  # those that end log-ins come last
            for name, asker in list(askers.items()):
                status = await asked(client, address, route, asker)
                has_no_link = route.audience is Audience.RECIPIENT and status == 404
                refusal = status if status in REFUSALS or has_no_link else None
                is_special = (name, route.method, route.path) == ONLY_WITH_A_KEY
                if refusal != (403 if is_special else asker.may(route)) or status >= 429:
                    wrong.append((route.method, route.path, name, status))
                if route.method == "DELETE" and status == 204:
                    del askers[name]  # has logged out
    assert not wrong


def test_every_route_is_classified():
    kinds = {
        Audience.PUBLIC: type(None),
        Audience.MERCHANT: Scope,
        Audience.COURIER: Right,
        Audience.OPS: Right,
        Audience.RECIPIENT: Right,
    }
    for route in route_table():
        assert isinstance(route.permission, kinds[route.audience]), route
        if route.audience is Audience.RECIPIENT:
            assert route.permission in OF_RECIPIENT, route
        if route.audience is Audience.OPS:
            assert route.permission in OF_ROLE[OperatorRole.ADMIN], route


def test_what_changes_something_asks_for_more_than_looking():
    looking = {Scope.JOBS_READ, Scope.STATEMENT_READ, Right.OPS_READ}
    for route in route_table():
        if route.method not in ("GET", "SOCKET") and not route.path.endswith(OWN):
            assert route.permission not in looking, route
