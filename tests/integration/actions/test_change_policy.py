"""A policy is changed by one version after another, and each change is on record."""

import asyncio

import msgspec
import pytest

from service.actions.change_policy import change_policy
from service.domain.errors import (
    InvalidParamsError,
    InvalidStateTransitionError,
    NotFoundError,
)
from service.domain.ids import MarketId
from service.domain.policy import Policy
from service.runtime import read_market
from service.store import policies


@pytest.fixture
def change(runtime, market):
    async def change_to(policy, *, based_on_version=1, market_id=market):
        return await change_policy(
            runtime,
            market_id=market_id,
            policy=policy,
            based_on_version=based_on_version,
            operator_id=None,
        )

    return change_to


async def test_a_change_is_a_new_version_and_a_fact(runtime, market, conn, change):
    changed = await change(Policy(tick_s=2.0, bundle_jobs_count_max=1))
    assert (changed.version, changed.actor, changed.operator_id) == (2, "ops", None)
    async with runtime.pool.connection() as lent:
        read = await read_market(lent, market)
        versions = await policies.list_policies(
            lent, market_id=market, before_version=None, limit_count=10
        )
    assert (read.policy_version, read.policy) == (2, changed.parameters)
    assert [version.version for version in versions] == [2, 1]
    assert (versions[1].actor, versions[1].parameters) == ("system", Policy())
    body = await conn.fetchval("SELECT body FROM fact WHERE type = 'market.policy_changed'")
    assert msgspec.json.decode(body)["changes"] == [
        {"name": "tick_s", "before": 1.0, "after": 2.0},
        {"name": "bundle_jobs_count_max", "before": 3, "after": 1},
    ]


async def test_what_a_later_release_has_added_is_passed_over_and_kept(
    runtime, market, conn, change
):
    await conn.execute("UPDATE policy SET parameters = parameters || '{\"next\": 7}'")
    async with runtime.pool.connection() as lent:
        assert (await read_market(lent, market)).policy == Policy()
    await change(Policy(tick_s=2.0))
    stored = await conn.fetchval("SELECT parameters FROM policy WHERE version = 2")
    kept = msgspec.json.decode(stored)
    assert (kept["next"], kept["tick_s"]) == (7, 2.0)


async def test_a_change_that_is_sent_again_changes_nothing(conn, change):
    policy = Policy(tick_s=2.0)
    first = await change(policy)
    again = await change(policy)
    assert again == first
    assert await conn.fetchval("SELECT count(*) FROM fact") == 1


async def test_a_change_of_what_is_out_of_date_is_refused(conn, change):
    await change(Policy(tick_s=2.0))
    with pytest.raises(InvalidStateTransitionError, match="version 2"):
        await change(Policy(tick_s=3.0))
    assert await conn.fetchval("SELECT count(*) FROM policy") == 2


async def test_of_two_changes_at_once_one_wins(change):
    found = await asyncio.gather(
        *(change(Policy(tick_s=tick_s)) for tick_s in (2.0, 3.0)), return_exceptions=True
    )
    refused = [one for one in found if isinstance(one, InvalidStateTransitionError)]
    assert (len(found), len(refused)) == (2, 1)


async def test_what_cannot_be_followed_is_refused(change):
    with pytest.raises(InvalidParamsError):
        await change(Policy(search_radius_m_min=9_000.0))
    with pytest.raises(NotFoundError):
        await change(Policy(), market_id=MarketId("graz"))
