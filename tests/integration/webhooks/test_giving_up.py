"""What is given up, for how long, who is told of it, and how it comes back."""

from datetime import timedelta

import pytest

from service.actions.change_endpoint import change_endpoint
from service.actions.delete_endpoint import delete_endpoint
from service.actions.erase_accounts import erase_merchant
from service.actions.replay_dead_letters import replay_dead_letters
from service.actions.replay_delivery import replay_delivery
from service.clock import real_now
from service.domain.errors import NotFoundError
from service.domain.vocabulary import AttemptOutcome
from service.domain.webhook import Attempted
from service.relay.retention import forget_webhooks
from service.webhooks.claiming import claim
from service.webhooks.finishing import finish
from tests.integration.webhooks.conftest import (
    ATTEMPTS,
    CREATED_AND_OPENED,
    DELIVERED,
    HEALTH,
    PENDING,
    REFUSED,
    received_by,
    until,
    wish,
    working,
)
from tests.integration.webhooks.receiver import is_signed


@pytest.fixture
def exhaust(runtime, conn, hurry):
    """Let the head of the only lane fail for the last time."""

    async def fail_last():
        await hurry()
        await conn.execute("UPDATE webhook_delivery SET attempts_count = 9")
        (claimed,) = await claim(runtime, calls_count_max=10)
        await finish(runtime, claimed, REFUSED, jitter=0.0)
        await conn.execute("UPDATE webhook_delivery SET attempts_count = 0 WHERE status <> 'dead'")
        return claimed.delivery_id

    return fail_last


async def test_what_is_given_up_frees_its_lane_which_tells_of_the_gap_and_can_be_replayed(
    runtime, conn, who, create, post, relay, receiver, exhaust
):
    created = await create(receiver.url)
    await post()
    await relay()
    dead_id = await exhaust()
    assert await conn.fetchval("SELECT id FROM webhook_delivery WHERE status = 'dead'") == dead_id
    async with working(runtime):
        events = await received_by(receiver, 1)
        assert (events[0]["type"], events[0]["gap"]) == ("job.opened", True)
        assert is_signed(receiver.received[0], created.secret)
        await until(conn, PENDING, 0)
        replayed = await replay_delivery(
            runtime, delivery_id=dead_id, endpoint_id=created.endpoint.id, **who
        )
        assert replayed.status == "pending"
        events = await received_by(receiver, 2)
        assert (events[1]["type"], events[1]["gap"]) == ("job.created", False)
        await until(conn, PENDING, 0)


async def test_all_that_was_given_up_since_an_instant_is_replayed_in_order(
    runtime, conn, who, create, post, relay, receiver, exhaust
):
    created = await create(receiver.url)
    await post()
    await relay()
    await exhaust()
    await exhaust()
    assert await conn.fetchval(PENDING) == 0
    of_endpoint = {"endpoint_id": created.endpoint.id, **who}
    await conn.execute("UPDATE webhook_delivery SET created_at = created_at - interval '3 days'")
    later = real_now() + timedelta(hours=1)
    nothing = await replay_dead_letters(runtime, since=later, **of_endpoint)
    assert (nothing.replayed_count, nothing.is_complete) == (0, True)
    since = real_now() - timedelta(hours=1)  # when they were given up, not when they were made
    replayed = await replay_dead_letters(runtime, since=since, **of_endpoint)
    assert (replayed.replayed_count, replayed.is_complete) == (2, True)
    async with working(runtime):
        events = await received_by(receiver, 2)
    assert [event["type"] for event in events] == CREATED_AND_OPENED


@pytest.fixture
def give_up(runtime, conn, hurry):
    """Let an endpoint fail once more, after five days of that."""

    async def fail(endpoint_id):
        await hurry()
        await conn.execute(
            "UPDATE webhook_endpoint SET failing_since = now() - interval '5 days',"
            " failed_at = now() - interval '1 hour', failures_count = 20 WHERE id = $1",
            endpoint_id,
        )
        claims = await claim(runtime, calls_count_max=100)
        (claimed,) = [one for one in claims if one.endpoint_id == endpoint_id]
        return await finish(runtime, claimed, REFUSED, jitter=0.0)

    return fail


OPENED = "SELECT endpoint_id FROM exception WHERE resolved_at IS NULL ORDER BY opened_at"


async def test_an_endpoint_that_fails_for_days_is_given_up_and_ops_are_told_of_each(
    runtime, conn, who, create, post, relay, receiver, hurry, give_up
):
    created, other = [await create(receiver.url) for _ in range(2)]
    await post()
    await relay()
    claims = await claim(runtime, calls_count_max=10)
    assert not await finish(runtime, claims[0], REFUSED, jitter=0.0)
    assert await give_up(created.endpoint.id)
    assert await give_up(other.endpoint.id)
    await hurry()
    assert await claim(runtime, calls_count_max=10) == []
    opened = await conn.fetch(OPENED)
    assert [row["endpoint_id"] for row in opened] == [created.endpoint.id, other.endpoint.id]
    kinds = await conn.fetch("SELECT DISTINCT kind::text, merchant_id FROM exception")
    assert [tuple(row) for row in kinds] == [("webhook_disabled", who["merchant_id"])]
    await relay()
    told = "SELECT count(*) FROM stream_event WHERE type = 'exception.opened'"
    assert await conn.fetchval(told) == 2
    await change_endpoint(runtime, endpoint_id=created.endpoint.id, wish=wish(receiver.url), **who)
    assert [row["endpoint_id"] for row in await conn.fetch(OPENED)] == [other.endpoint.id]
    assert len(await claim(runtime, calls_count_max=10)) == 1
    await delete_endpoint(runtime, endpoint_id=other.endpoint.id, **who)
    assert await conn.fetch(OPENED) == []
    resolutions = await conn.fetch("SELECT resolution FROM exception ORDER BY opened_at")
    assert [row["resolution"] for row in resolutions] == ["changed", "deleted"]


async def test_what_the_former_url_answers_says_nothing_of_the_new_one(
    runtime, conn, who, create, post, relay, receiver
):
    created = await create("http://localhost:1/")
    await post()
    await relay()
    (claimed,) = await claim(runtime, calls_count_max=10)
    await change_endpoint(runtime, endpoint_id=created.endpoint.id, wish=wish(receiver.url), **who)
    gone = Attempted(outcome=AttemptOutcome.GONE, duration_ms=1, status_code=410)
    await finish(runtime, claimed, gone, jitter=0.0)
    assert tuple(await conn.fetchrow(HEALTH)) == (0, None, None)
    assert await conn.fetchval(ATTEMPTS) == 1


async def test_an_endpoint_that_fails_again_and_again_is_left_alone_then_tried_once(
    runtime, conn, create, post, relay, receiver
):
    await create(receiver.url)
    for _ in range(13):
        await post()
    await relay()
    claims = await claim(runtime, calls_count_max=100)
    assert len(claims) == 4
    for claimed in claims:
        await finish(runtime, claimed, REFUSED, jitter=0.0)
    (fifth, *others) = await claim(runtime, calls_count_max=100)
    await finish(runtime, fifth, REFUSED, jitter=0.0)
    for claimed in others:
        await finish(runtime, claimed, REFUSED, jitter=0.0)
    assert await claim(runtime, calls_count_max=100) == []
    await conn.execute("UPDATE webhook_endpoint SET rest_until = now()")
    (probe,) = await claim(runtime, calls_count_max=100)
    await finish(runtime, probe, DELIVERED, jitter=0.0)
    assert tuple(await conn.fetchrow(HEALTH)) == (0, None, None)
    assert len(await claim(runtime, calls_count_max=100)) == 4


async def test_what_is_old_or_of_a_deleted_endpoint_is_forgotten(
    runtime, conn, who, create, post, relay, receiver
):
    kept = await create(receiver.url)
    deleted = await create(receiver.url)
    await post()
    await post()
    await relay()
    of_deleted = {"endpoint_id": deleted.endpoint.id, **who}
    await delete_endpoint(runtime, **of_deleted)
    with pytest.raises(NotFoundError):
        await delete_endpoint(runtime, **of_deleted)
    claims = await claim(runtime, calls_count_max=100)
    assert {one.endpoint_id for one in claims} == {kept.endpoint.id}
    await conn.execute(
        "UPDATE webhook_lane SET told_at = now() - interval '31 days', due_at = NULL"
        " WHERE subject_id = $1",
        claims[0].subject_id,
    )
    await forget_webhooks(runtime)
    rows = await conn.fetch("SELECT DISTINCT endpoint_id, subject_id FROM webhook_delivery")
    assert [tuple(row) for row in rows] == [(kept.endpoint.id, claims[1].subject_id)]
    left_count = "SELECT count(*) FROM webhook_endpoint"
    assert await conn.fetchval(left_count) == 2  # a batch may be about to tell it something
    await conn.execute("UPDATE webhook_endpoint SET retired_at = retired_at - interval '2 min'")
    await forget_webhooks(runtime)
    assert await conn.fetchval(left_count) == 1
    await finish(runtime, claims[0], DELIVERED, jitter=0.0)  # too late, and harmless


async def test_a_lane_of_which_an_enabled_endpoint_is_still_to_be_told_is_kept(
    runtime, conn, who, create, post, relay, receiver
):
    created = await create(receiver.url)
    await post()
    await relay()
    await conn.execute("UPDATE webhook_lane SET told_at = now() - interval '31 days'")
    await forget_webhooks(runtime)
    assert await conn.fetchval(PENDING) == 2
    off = wish(receiver.url, is_enabled=False)
    await change_endpoint(runtime, endpoint_id=created.endpoint.id, wish=off, **who)
    await forget_webhooks(runtime)
    assert await conn.fetchval(PENDING) == 0


async def test_setting_an_endpoint_as_it_is_does_not_end_its_rest(
    runtime, conn, who, create, post, relay, receiver
):
    created = await create(receiver.url)
    for _ in range(6):
        await post()
    await relay()
    for claimed in await claim(runtime, calls_count_max=100):
        await finish(runtime, claimed, REFUSED, jitter=0.0)
    for claimed in await claim(runtime, calls_count_max=100):
        await finish(runtime, claimed, REFUSED, jitter=0.0)
    resting = tuple(await conn.fetchrow(HEALTH))
    assert resting[2] is not None
    of_endpoint = {"endpoint_id": created.endpoint.id, **who}
    await change_endpoint(runtime, wish=wish(receiver.url, description="same"), **of_endpoint)
    assert tuple(await conn.fetchrow(HEALTH)) == resting
    await change_endpoint(runtime, wish=wish(f"{receiver.url}other"), **of_endpoint)
    assert tuple(await conn.fetchrow(HEALTH)) == (0, None, None)


async def test_ops_are_told_of_an_endpoint_that_says_it_is_gone(
    runtime, conn, create, post, relay, receiver
):
    created = await create(receiver.url)
    await post()
    await relay()
    (claimed,) = await claim(runtime, calls_count_max=10)
    gone = Attempted(outcome=AttemptOutcome.GONE, duration_ms=1, status_code=410)
    assert await finish(runtime, claimed, gone, jitter=0.0)
    assert [row["endpoint_id"] for row in await conn.fetch(OPENED)] == [created.endpoint.id]


async def test_what_ops_were_told_of_endpoints_of_a_merchant_who_is_erased_is_resolved(
    runtime, conn, who, create, post, relay, receiver, give_up
):
    created = await create(receiver.url)
    job_id = await post()
    await relay()
    assert await give_up(created.endpoint.id)
    await conn.execute("UPDATE job SET status = 'canceled', ended_at = now() WHERE id = $1", job_id)
    await erase_merchant(runtime, merchant_id=who["merchant_id"])
    assert await conn.fetch(OPENED) == []
    assert await conn.fetchval("SELECT resolution FROM exception") == "deleted"
