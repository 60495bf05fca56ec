"""A merchant's keys over REST: made, listed, exchanged, revoked; what they are for."""

import asyncio

import msgspec
import pytest

from service.actions.create_market import MarketRequest, create_market
from service.actions.enroll import MerchantEntry, enroll
from service.api.principals import Principals
from service.domain.keyring import SAME_NAME_COUNT_MAX
from service.domain.policy import Policy
from service.runtime import open_runtime
from service.settings import UnfitForLiveError
from tests.integration.api.conftest import JOB
from tests.integration.api.test_rest import check_problem
from tests.integration.conftest import VIENNA
from tests.plain_http import PlainClient

SHOP = {"name": "shop", "scopes": ["jobs:read", "jobs:write"]}


@pytest.fixture
async def holder(address):
    """Make a client with this key."""
    opened = []

    def hold(text):
        headers = {"Authorization": f"Bearer {text}"}
        opened.append(PlainClient(base_url=f"http://{address}", headers=headers))
        return opened[-1]

    yield hold
    for client in opened:
        await client.aclose()


async def create(client, **changes):
    answer = await client.post("/v1/keys", json=SHOP | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_new_key_works_and_is_shown_once(merchant, holder):
    new = await create(merchant, expires_in_s=3_600)
    assert (await holder(new["key"]).get("/v1/jobs")).status_code == 200
    listed = await merchant.get("/v1/keys")
    assert new["issued"] in listed.json()["keys"]
    assert new["issued"]["id"] in new["key"]
    assert new["key"].rpartition("_")[2] not in listed.text
    assert new["issued"]["livemode"] is False
    assert new["issued"]["expires_at"] is not None


async def test_a_key_is_good_for_its_scopes_only(merchant, holder):
    reader = holder((await create(merchant, name="screen", scopes=["jobs:read"]))["key"])
    assert (await reader.get("/v1/jobs")).status_code == 200
    refused = await reader.post("/v1/jobs", json=JOB, headers={"Idempotency-Key": "k"})
    assert "jobs:write" in check_problem(refused, 403, "forbidden")["detail"]
    check_problem(await reader.get("/v1/keys"), 403, "forbidden")
    check_problem(await reader.post("/v1/keys", json=SHOP), 403, "forbidden")


async def test_a_key_cannot_make_one_that_may_do_more(merchant, holder):
    keeper = holder((await create(merchant, name="keeper", scopes=["keys", "jobs:read"]))["key"])
    await create(keeper, name="screen", scopes=["jobs:read"])
    check_problem(await keeper.post("/v1/keys", json=SHOP), 403, "forbidden")


async def test_keys_are_exchanged_without_a_gap(merchant, holder):
    old, new = [await create(merchant) for _ in range(SAME_NAME_COUNT_MAX)]
    check_problem(await merchant.post("/v1/keys", json=SHOP), 409, "capacity_exceeded")
    for key in (old, new):
        assert (await holder(key["key"]).get("/v1/jobs")).status_code == 200
    path = f"/v1/keys/{old['issued']['id']}/revocation"
    revoked = (await merchant.post(path)).json()
    assert revoked["revoked_at"] is not None
    assert (await merchant.post(path)).json() == revoked  # again changes nothing
    check_problem(await holder(old["key"]).get("/v1/jobs"), 401, "unauthenticated")
    await create(merchant)


async def test_of_many_requests_at_once_no_more_succeed_than_there_may_be(merchant):
    answers = await asyncio.gather(*(merchant.post("/v1/keys", json=SHOP) for _ in range(6)))
    made = [answer for answer in answers if answer.status_code == 201]
    assert len(made) == SAME_NAME_COUNT_MAX


async def test_anothers_keys_are_neither_seen_nor_revoked(runtime, market, merchant, holder):
    (key,) = await enroll(runtime, market_id=market, entries=[MerchantEntry(name="Other")])
    other = holder(key.text)
    mine = (await create(merchant))["issued"]["id"]
    check_problem(await other.post(f"/v1/keys/{mine}/revocation"), 404, "not_found")
    assert mine not in (await other.get("/v1/keys")).text
    for nonsense in ("1%00345678", "ABCDEFGH", "1234567"):
        answer = await merchant.post(f"/v1/keys/{nonsense}/revocation")
        assert answer.status_code in (400, 404), answer.text


async def test_an_expired_key_opens_nothing(runtime, conn, merchant, holder):
    new = await create(merchant)
    await conn.execute(
        "UPDATE credential SET expires_at = clock_timestamp() WHERE id = $1", new["issued"]["id"]
    )
    check_problem(await holder(new["key"]).get("/v1/jobs"), 401, "unauthenticated")


LIVE_MARKET = MarketRequest(
    market_id="vienna-live",
    name="Vienna",
    currency="EUR",
    timezone="Europe/Vienna",
    center=VIENNA,
    service_radius_m=15_000.0,
    policy=Policy(),
    livemode=True,
)


@pytest.fixture
async def live_market(database):
    settings = msgspec.structs.replace(database, webhook_keys="ab" * 32)
    async with open_runtime(settings) as fit:
        await create_market(fit, LIVE_MARKET)


async def test_a_live_market_is_not_served_with_settings_that_are_for_tests(
    runtime, database, live_market
):
    with pytest.raises(UnfitForLiveError):
        await create_market(runtime, LIVE_MARKET)
    with pytest.raises(UnfitForLiveError):
        async with open_runtime(database):
            pass


async def test_keys_of_a_live_market_are_live_and_see_nothing_of_a_test_market(
    runtime, market, post, holder, live_market
):
    (key,) = await enroll(runtime, market_id="vienna-live", entries=[MerchantEntry(name="Strobl")])
    assert key.text.startswith("hh_live_")
    tested = await post()
    live = holder(key.text)
    assert (await live.get("/v1/jobs")).json()["jobs"] == []
    check_problem(await live.get(f"/v1/jobs/{tested['id']}"), 404, "not_found")
    posted = await live.post("/v1/jobs", json=JOB, headers={"Idempotency-Key": "k"})
    events = (await live.get(f"/v1/jobs/{posted.json()['id']}/events")).json()["events"]
    assert {event["livemode"] for event in events} == {True}
    pretended = holder(key.text.replace("live", "test"))
    check_problem(await pretended.get("/v1/jobs"), 401, "unauthenticated")


async def test_when_a_key_was_used_is_written_later_for_all_at_once(runtime, keys, conn):
    known = Principals(runtime)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(known.run())
        await asyncio.gather(*(known.find(key.text, address=None) for key in keys))
        running.cancel()
    count = "SELECT count(*) FROM credential WHERE last_used_at IS NOT NULL"
    assert await conn.fetchval(count) == 0
    await known.write_uses_once()
    assert await conn.fetchval(count) == 2  # the merchant and the operator; couriers are not noted


async def test_a_repeated_request_makes_one_key_and_shows_it_once(conn, merchant, holder):
    once = {"Idempotency-Key": "once"}
    asked = [merchant.post("/v1/keys", json=SHOP, headers=once) for _ in range(4)]
    answers = await asyncio.gather(*asked)
    (new,) = [answer.json() for answer in answers if answer.status_code == 201]
    id_, secret = new["issued"]["id"], new["key"].rpartition("_")[2]
    refused = [answer for answer in answers if answer.status_code != 201]
    refused.append(await merchant.post("/v1/keys", json=SHOP, headers=once))
    for answer in refused:
        assert id_ in check_problem(answer, 409, "already_created")["detail"]
        assert secret not in answer.text
    listed = (await merchant.get("/v1/keys")).json()["keys"]
    assert [key["id"] for key in listed if key["name"] == "shop"] == [id_]
    assert secret.encode() not in await conn.fetchval("SELECT body FROM idempotency")
    other = await merchant.post("/v1/keys", json=SHOP | {"name": "till"}, headers=once)
    check_problem(other, 422, "idempotency_mismatch")
    assert (await holder(new["key"]).get("/v1/jobs")).status_code == 200


async def test_a_request_that_was_refused_may_be_repeated(merchant):
    once, body = {"Idempotency-Key": "once"}, SHOP | {"name": "full"}
    for _ in range(SAME_NAME_COUNT_MAX):
        old = await create(merchant, name="full")
    for _ in range(2):
        full = await merchant.post("/v1/keys", json=body, headers=once)
        check_problem(full, 409, "capacity_exceeded")
    await merchant.post(f"/v1/keys/{old['issued']['id']}/revocation")
    assert (await merchant.post("/v1/keys", json=body, headers=once)).status_code == 201
