"""How a webhooks process shares out its calls, ends, and what is forgotten beside it."""

import asyncio

import pytest

from service.relay.retention import forget_webhooks
from service.store import webhook_endpoints
from service.tasks import Stop
from service.webhooks.claiming import claim
from service.webhooks.run import run_webhooks
from tests.integration.webhooks.conftest import received_by
from tests.integration.webhooks.receiver import answer

DELIVERED = "SELECT count(*) FROM webhook_delivery WHERE status = 'delivered'"
HELD = "SELECT count(*) FROM webhook_lane WHERE lease_until > now()"
LANES = "SELECT count(*) FROM webhook_lane"


async def test_no_endpoint_is_given_calls_that_it_has_no_use_for(
    runtime, create, post, relay, receiver
):
    endpoint_ids = {(await create(receiver.url)).endpoint.id for _ in range(4)}
    await post()
    await relay()
    claims = await claim(runtime, calls_count_max=8)
    assert len(claims) == 4
    assert {one.endpoint_id for one in claims} == endpoint_ids


async def test_an_endpoint_with_calls_under_way_is_given_the_rest_of_four(
    runtime, conn, create, post, relay, receiver
):
    await create(receiver.url)
    for _ in range(6):
        await post()
    await relay()
    assert len(await claim(runtime, calls_count_max=6)) == 3
    assert len(await claim(runtime, calls_count_max=6)) == 1
    assert await claim(runtime, calls_count_max=6) == []
    assert await conn.fetchval(HELD) == 4


async def test_an_endpoint_that_another_process_takes_calls_of_is_left_to_it(
    runtime, create, post, relay, receiver
):
    await create(receiver.url)
    await post()
    await relay()
    async with runtime.pool.transaction() as theirs:
        found = await webhook_endpoints.lock_due_endpoints(
            theirs, calls_count_max=4, limit_count=100
        )
        assert len(found) == 1
        assert await claim(runtime, calls_count_max=6) == []  # and does not wait for it
    assert len(await claim(runtime, calls_count_max=6)) == 1


@pytest.fixture
async def under_way(runtime, create, post, relay, receiver):
    """A process with a call under way; yields the process, what stops it, and the gate."""
    gate, stop = asyncio.Event(), Stop()

    async def hang(received, writer):
        await gate.wait()
        await answer()(received, writer)

    receiver.write = hang
    await create(receiver.url)
    await post()
    await relay()
    process = asyncio.create_task(run_webhooks(runtime, stop))
    await received_by(receiver, 1)
    yield process, stop, gate
    stop.hurry()
    gate.set()
    await process


async def test_who_is_told_to_stop_lets_its_calls_end(conn, under_way, receiver):
    process, stop, gate = under_way
    stop.set()
    _, waiting = await asyncio.wait({process}, timeout=0.5)  # longer than it may look for more
    assert waiting
    gate.set()
    await process
    assert await conn.fetchval(DELIVERED) == 1
    assert len(receiver.received) == 1  # and the next of the lane is left to others


async def test_who_is_to_hurry_leaves_its_calls_to_the_ends_of_their_leases(conn, under_way):
    process, stop, _ = under_way
    stop.hurry()
    await process
    assert await conn.fetchval(DELIVERED) == 0
    assert await conn.fetchval(HELD) == 1


async def test_lanes_that_somebody_holds_are_forgotten_the_next_time_and_nobody_is_waited_for(
    runtime, conn, create, post, relay, receiver
):
    await create(receiver.url)
    for _ in range(3):
        await post()
    await relay()
    await conn.execute(
        "UPDATE webhook_lane SET told_at = now() - interval '31 days', due_at = NULL"
    )
    async with conn.transaction():
        await conn.execute(
            "SELECT FROM webhook_lane WHERE subject_id ="
            " (SELECT min(subject_id::text)::uuid FROM webhook_lane) FOR UPDATE"
        )
        await forget_webhooks(runtime)
        assert await conn.fetchval(LANES) == 1
    await forget_webhooks(runtime)
    assert await conn.fetchval(LANES) == 0
