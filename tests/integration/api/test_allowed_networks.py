"""A merchant's key that is used from some networks only, as proxies tell where it is used."""

import pytest

from service.actions.authenticate import authenticate
from service.store import credentials as store
from tests.integration.api.conftest import running_api
from tests.integration.api.talk import talking
from tests.integration.api.test_rest import check_problem
from tests.integration.api.test_sockets import changed
from tests.plain_http import PlainClient

SHOP = {"name": "shop", "scopes": ["jobs:read", "keys"]}
OFFICE = ["192.0.2.0/24", "2001:db8::/48"]
INSIDE = ("192.0.2.7", "2001:db8::7", "::ffff:192.0.2.7", "203.0.113.9, 192.0.2.7")
OUTSIDE = ("192.0.3.7", "2001:db8:1::7", "192.0.2.7, 203.0.113.9", "nonsense", "")


@pytest.fixture
async def proxied(runtime, market):
    """Where an api listens behind a proxy, which is this machine."""
    async with running_api(changed(runtime, proxies_trusted="127.0.0.1")) as address:
        yield address


@pytest.fixture
async def http(proxied):
    async with PlainClient(base_url=f"http://{proxied}") as client:
        yield client


def asking(text, *, via="192.0.2.7"):
    return {"Authorization": f"Bearer {text}", "X-Forwarded-For": via}


@pytest.fixture
def create(http, keys):
    """Make a key with the merchant's first one."""

    async def create_one(*, by=None, via="192.0.2.7", **changes):
        headers = asking(by or keys[0].text, via=via)
        return await http.post("/v1/keys", json=SHOP | changes, headers=headers)

    return create_one


@pytest.fixture
async def key(create):
    """A key of the office's."""
    made = await create(allowed_from=OFFICE)
    assert made.status_code == 201, made.text
    assert made.json()["issued"]["allowed_from"] == OFFICE
    return made.json()


async def put(http, key_id, by, networks, *, via="192.0.2.7"):
    path = f"/v1/keys/{key_id}/allowed-from"
    return await http.put(path, json={"allowed_from": networks}, headers=asking(by, via=via))


async def test_a_key_opens_from_its_networks_and_from_nowhere_else(http, key):
    unknown = asking("hh_test_00000000_" + "0" * 43)
    wrong = check_problem(await http.get("/v1/jobs", headers=unknown), 401, "unauthenticated")
    for _ in range(2):  # remembered or not
        for via in INSIDE:
            answer = await http.get("/v1/jobs", headers=asking(key["key"], via=via))
            assert answer.status_code == 200, via
        for via in OUTSIDE:
            refused = await http.get("/v1/jobs", headers=asking(key["key"], via=via))
            problem = check_problem(refused, 401, "unauthenticated")
            assert problem | {"request_id": 0} == wrong | {"request_id": 0}


async def test_from_elsewhere_it_is_refused_as_late_as_an_unknown_one(http, key, monkeypatch):
    asked = []
    read = store.read_credentials

    async def noting(conn, *, credential_ids):
        asked.extend(credential_ids)
        return await read(conn, credential_ids=credential_ids)

    monkeypatch.setattr(store, "read_credentials", noting)
    await http.get("/v1/jobs", headers=asking(key["key"]))
    before = len(asked)
    await http.get("/v1/jobs", headers=asking(key["key"]))
    assert len(asked) == before  # remembered
    await http.get("/v1/jobs", headers=asking(key["key"], via="203.0.113.9"))
    assert len(asked) == before + 1


async def test_who_says_where_they_are_is_believed_only_by_way_of_a_proxy(address, key):
    async with PlainClient(base_url=f"http://{address}") as direct:
        refused = await direct.get("/v1/jobs", headers=asking(key["key"]))
    check_problem(refused, 401, "unauthenticated")


async def test_sockets_and_tickets_are_opened_from_there_too(http, proxied, key):
    for via, code in (("192.0.2.7", None), ("203.0.113.9", 4401)):
        async with talking(proxied, "/v1/stream", headers=asking(key["key"], via=via)) as talk:
            if code is None:
                await talk.hear("hello")
            else:
                assert await talk.close_code() == code
    for via, code in (("192.0.2.7", None), ("203.0.113.9", 4401)):
        ticket = (await http.post("/v1/tickets", headers=asking(key["key"]))).json()["ticket"]
        headers = {"X-Forwarded-For": via}
        async with talking(proxied, f"/v1/stream?ticket={ticket}", headers=headers) as talk:
            if code is None:
                await talk.hear("hello")
            else:
                assert await talk.close_code() == code


async def test_an_open_socket_ends_when_its_key_is_good_there_no_more(
    runtime, market, keys, key, http
):
    settings = changed(runtime, proxies_trusted="127.0.0.1", credentials_check_s=0.0)
    text, id_ = key["key"], key["issued"]["id"]
    async with (
        running_api(settings) as address,
        talking(address, "/v1/stream", headers=asking(text)) as left,
        talking(address, "/v1/stream", headers=asking(text, via="192.0.2.200")) as kept,
    ):
        for talk in (left, kept):
            await talk.hear("hello")
            await talk.say("resume")
            await talk.hear("snapshot")
        await put(http, id_, keys[0].text, ["192.0.2.128/25"])
        assert await left.close_code() == 4401
        await kept.say("resume")
        await kept.hear("refused", code="invalid_state_transition")


async def test_a_ticket_renews_a_connection_only_where_its_key_is_good(http, proxied, keys, key):
    mine, anywhere = asking(key["key"]), asking(keys[0].text, via="203.0.113.9")
    async with talking(proxied, "/v1/stream", headers=anywhere) as talk:
        await talk.hear("hello")
        await talk.say("resume")
        await talk.hear("snapshot")
        ticket = (await http.post("/v1/tickets", headers=mine)).json()["ticket"]
        await talk.say("authenticate", ticket=ticket)
        await talk.hear("refused", code="unauthenticated")


async def test_a_list_is_changed_and_taken_away(http, keys, key, conn):
    id_ = key["issued"]["id"]
    for _ in range(2):
        narrowed = (await put(http, id_, keys[0].text, ["198.51.100.7"])).json()
        assert narrowed["allowed_from"] == ["198.51.100.7/32"]
    refused = await http.get("/v1/jobs", headers=asking(key["key"]))
    check_problem(refused, 401, "unauthenticated")
    again = await http.get("/v1/jobs", headers=asking(key["key"], via="198.51.100.7"))
    assert again.status_code == 200
    assert (await put(http, id_, keys[0].text, [])).json()["allowed_from"] == []
    anywhere = await http.get("/v1/jobs", headers=asking(key["key"], via="203.0.113.9"))
    assert anywhere.status_code == 200
    told = "SELECT after::json ->> 'allowed_from' FROM audit_entry WHERE action = 'restrict_key'"
    rows = await conn.fetch(f"{told} ORDER BY number")
    assert [row[0] for row in rows] == ["198.51.100.7/32", ""]


async def test_a_key_makes_none_that_is_good_elsewhere(http, create, key):
    mine = {"by": key["key"], "scopes": ["jobs:read"]}
    heir = await create(**mine, name="heir")
    assert heir.json()["issued"]["allowed_from"] == OFFICE
    for wider in ([], ["0.0.0.0/0"], ["192.0.2.0/25", "198.51.100.7"]):
        refused = await create(**mine, name="wider", allowed_from=wider)
        check_problem(refused, 403, "forbidden")
    narrower = await create(**mine, name="narrower", allowed_from=["192.0.2.0/25"])
    assert narrower.status_code == 201
    refused = await put(http, heir.json()["issued"]["id"], key["key"], [])
    check_problem(refused, 403, "forbidden")


async def test_nobody_locks_themselves_out(http, key):
    refused = await put(http, key["issued"]["id"], key["key"], ["192.0.2.128/25"])
    assert check_problem(refused, 400, "invalid_params")["field"] == "/allowed_from"


async def test_what_is_no_network_and_no_key_of_ones_own_is_refused(
    http, keys, create, key, runtime
):
    for wrong in ("192.0.2.1/24", "x", "::ffff:192.0.2.0/120"):
        check_problem(await create(name=wrong, allowed_from=[wrong]), 400, "invalid_params")
    many = [f"10.0.{number}.0/24" for number in range(21)]
    check_problem(await create(name="many", allowed_from=many), 400, "invalid_params")
    other = (await authenticate(runtime, key_text=keys[1].text)).credential_id
    check_problem(await put(http, other, keys[0].text, []), 404, "not_found")
    id_ = key["issued"]["id"]
    await http.post(f"/v1/keys/{id_}/revocation", headers=asking(keys[0].text))
    check_problem(await put(http, id_, keys[0].text, []), 404, "not_found")


async def test_the_audit_log_has_the_address_in_front_of_the_proxy(create, conn):
    for via in ("192.0.2.7", "2001:db8::7", "nonsense"):
        assert (await create(name=via.replace(":", "-"), via=via)).status_code == 201
    rows = await conn.fetch(
        "SELECT client_address FROM audit_entry WHERE action = 'create_key'"
        " AND client_address IS NOT NULL ORDER BY number"
    )
    assert [row[0] for row in rows] == ["192.0.2.7", "2001:db8::7", "127.0.0.1"]
