"""The policy of a market over REST: read, changed under its version, with all versions kept."""

import asyncio

import pytest

from tests.integration.api.conftest import PATIENCE_S
from tests.integration.api.talk import resumed

PATH = "/v1/ops/market/policy"


@pytest.fixture
def change(ops):
    """Change the policy that is read now."""

    async def change_to(*, based_on_version=None, **changes):
        read = (await ops.get(PATH)).json()
        body = {
            "based_on_version": based_on_version or read["version"],
            "policy": read["policy"] | changes,
        }
        return await ops.put(PATH, json=body)

    return change_to


async def test_a_policy_is_read_changed_and_kept(ops, change):
    first = (await ops.get(PATH)).json()
    assert (first["version"], first["actor"], first["operator_id"]) == (1, "system", None)
    answer = await change(offer_ttl_s=45.0)
    assert answer.status_code == 200, answer.text
    changed = answer.json()
    assert (changed["version"], changed["actor"]) == (2, "ops")
    assert changed["operator_id"]
    assert changed["policy"] == first["policy"] | {"offer_ttl_s": 45.0}
    assert (await ops.get(PATH)).json() == changed
    assert (await ops.get("/v1/ops/market")).json()["policy_version"] == 2
    page = (await ops.get(f"{PATH}/versions", params={"limit": 1})).json()
    assert page["policies"] == [changed]
    rest = await ops.get(f"{PATH}/versions", params={"cursor": page["next_cursor"]})
    assert rest.json() == {"policies": [first], "next_cursor": None}


async def test_who_has_not_read_the_latest_is_refused(change):
    await change(offer_ttl_s=45.0)
    answer = await change(based_on_version=1, offer_ttl_s=60.0)
    assert (answer.status_code, answer.json()["code"]) == (409, "invalid_state_transition")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"offer_ttl_s": -1.0}, "/policy/offer_ttl_s"),
        ({"no_such_parameter": 1}, "/policy/no_such_parameter"),
        ({"search_radius_m_min": 9_000.0}, "/policy/search_radius_m_min"),
    ],
)
async def test_a_policy_that_cannot_be_followed_is_refused(change, ops, changes, field):
    answer = await change(**changes)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_params")
    assert answer.json()["field"] == field
    assert (await ops.get(PATH)).json()["version"] == 1


async def test_the_feed_tells_who_changed_what(relay, address, keys, change):
    async with resumed(address, "/v1/ops/feed", keys[-1]) as feed:
        changed = (await change(offer_ttl_s=45.0)).json()
        async with asyncio.timeout(PATIENCE_S):
            event = (await feed.hear("event"))["event"]
    assert (event["type"], event["actor"]) == ("market.policy_changed", "ops")
    assert event["data"]["operator_id"] == changed["operator_id"]
    assert event["data"]["changes"] == [{"name": "offer_ttl_s", "before": 30.0, "after": 45.0}]


async def test_a_policy_of_a_later_release_stops_neither_the_market_nor_health(conn, ops, post):
    await conn.execute("UPDATE policy SET parameters = parameters || '{\"next\": 7}'")
    assert (await ops.get("/health/ready")).status_code == 200
    assert (await post())["status"] == "open"


async def test_health_tells_how_late_the_loop_is(ops):
    body = (await ops.get("/health/ready")).json()
    assert body["loop_lag"].keys() == {"p50_ms", "p99_ms", "max_ms"}
