"""What fails is given up at last, can be replayed, and is forgotten."""

from datetime import timedelta

import msgspec
import pytest

from service.actions.change_endpoint import change_endpoint
from service.actions.delete_endpoint import delete_endpoint
from service.actions.replay_dead_letters import replay_dead_letters
from service.actions.replay_delivery import replay_delivery
from service.clock import real_now
from service.domain.errors import NotFoundError
from service.relay.retention import forget_webhooks
from service.relay.webhooks.claiming import claim, finish
from tests.integration.relay.receiver import is_signed
from tests.integration.relay.webhooks.conftest import (
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


@pytest.fixture
def exhaust(runtime, conn, hurry):
    """Let the head of the only lane fail for the last time."""

    async def fail_last():
        await hurry()
        await conn.execute("UPDATE webhook_delivery SET attempts_count = 9")
        (claimed,) = await claim(runtime, calls_count_max=10)
        await finish(runtime, msgspec.structs.replace(claimed, attempts_count=9), REFUSED, jitter=0)
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
    later = real_now() + timedelta(hours=1)
    nothing = await replay_dead_letters(runtime, since=later, **of_endpoint)
    assert (nothing.replayed_count, nothing.is_complete) == (0, True)
    since = real_now() - timedelta(hours=1)
    replayed = await replay_dead_letters(runtime, since=since, **of_endpoint)
    assert (replayed.replayed_count, replayed.is_complete) == (2, True)
    async with working(runtime):
        events = await received_by(receiver, 2)
    assert [event["type"] for event in events] == CREATED_AND_OPENED


async def test_an_endpoint_that_fails_for_days_is_given_up_and_ops_are_told(
    runtime, conn, who, create, post, relay, receiver, hurry
):
    created = await create(receiver.url)
    await post()
    await relay()
    (claimed,) = await claim(runtime, calls_count_max=10)
    assert not await finish(runtime, claimed, REFUSED, jitter=0.0)
    await conn.execute("UPDATE webhook_endpoint SET failing_since = now() - interval '5 days'")
    await hurry()
    (claimed,) = await claim(runtime, calls_count_max=10)
    assert await finish(runtime, claimed, REFUSED, jitter=0.0)
    await hurry()
    assert await claim(runtime, calls_count_max=10) == []
    opened = await conn.fetchrow("SELECT kind::text, merchant_id, resolved_at FROM exception")
    assert tuple(opened) == ("webhook_disabled", who["merchant_id"], None)
    await relay()
    told = "SELECT count(*) FROM stream_event WHERE type = 'exception.opened'"
    assert await conn.fetchval(told) == 1
    await change_endpoint(runtime, endpoint_id=created.endpoint.id, wish=wish(receiver.url), **who)
    assert await conn.fetchval("SELECT resolution FROM exception") == "changed"
    assert len(await claim(runtime, calls_count_max=10)) == 1


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


async def test_a_call_fails_alone_where_its_key_is_missing(
    runtime, conn, create, post, relay, receiver, worker
):
    lost = await create(receiver.url)
    kept = await create(receiver.url)
    await conn.execute(
        "UPDATE webhook_secret SET key_id = 'gone' WHERE endpoint_id = $1", lost.endpoint.id
    )
    await post()
    await relay()
    await received_by(receiver, 2)
    assert all(is_signed(one, kept.secret) for one in receiver.received)


async def test_what_is_old_or_of_a_deleted_endpoint_is_forgotten(
    runtime, conn, who, create, post, relay, receiver
):
    kept = await create(receiver.url)
    deleted = await create(receiver.url)
    await post()
    await post()
    await relay()
    of_deleted = {"endpoint_id": deleted.endpoint.id, "merchant_id": who["merchant_id"]}
    await delete_endpoint(runtime, **of_deleted)
    with pytest.raises(NotFoundError):
        await delete_endpoint(runtime, **of_deleted)
    claims = await claim(runtime, calls_count_max=100)
    assert {one.endpoint_id for one in claims} == {kept.endpoint.id}
    await conn.execute(
        "UPDATE webhook_lane SET told_at = now() - interval '31 days' WHERE subject_id = $1",
        claims[0].subject_id,
    )
    await forget_webhooks(runtime)
    rows = await conn.fetch("SELECT DISTINCT endpoint_id, subject_id FROM webhook_delivery")
    assert [tuple(row) for row in rows] == [(kept.endpoint.id, claims[1].subject_id)]
    assert await conn.fetchval("SELECT count(*) FROM webhook_endpoint") == 1
    await finish(runtime, claims[0], DELIVERED, jitter=0.0)  # too late, and harmless
