"""Endpoints are told what happens: at least once, and in order for each job."""

import asyncio
import random
from contextlib import asynccontextmanager
from datetime import timedelta

import msgspec
import pytest

from service.actions.cancel_job import cancel_job
from service.actions.change_endpoint import change_endpoint
from service.actions.create_endpoint import EndpointWish, create_endpoint
from service.actions.delete_endpoint import delete_endpoint
from service.actions.replay_dead_letters import replay_dead_letters
from service.actions.replay_delivery import replay_delivery
from service.actions.rotate_secret import rotate_secret
from service.actions.send_test_event import send_test_event
from service.clock import real_now
from service.domain.errors import NotFoundError
from service.domain.vocabulary import AttemptOutcome, ReasonCode
from service.domain.webhook import Attempted, WebhookEvent
from service.domain.webhook_signature import secret_text
from service.relay.retention import forget_webhooks
from service.relay.webhooks.call import Caller
from service.relay.webhooks.claiming import claim, finish
from service.relay.webhooks.resolve import Resolver
from service.relay.webhooks.worker import Worker
from service.runtime import open_runtime
from tests.integration.relay.conftest import eventually
from tests.integration.relay.receiver import answer, is_signed, receiving

CREATED_AND_OPENED = ["job.created", "job.opened"]
UNTOLD = """
SELECT count(*) FROM fact f JOIN relay_cursor c USING (market_id)
 WHERE (f.xid, f.id) > (c.xid, c.id)
"""
DELIVERED = Attempted(outcome=AttemptOutcome.DELIVERED, duration_ms=1, status_code=200)
REFUSED = Attempted(outcome=AttemptOutcome.REFUSED, duration_ms=1, status_code=500)


@pytest.fixture
async def runtime(database, redis):
    """A runtime that may call this machine, and looks often for what is due."""
    settings = msgspec.structs.replace(
        database, webhook_loopback=True, webhook_poll_s=0.02, webhook_keys="ab" * 32
    )
    async with open_runtime(settings) as runtime:
        yield runtime


@pytest.fixture
async def receiver():
    async with receiving() as (receiver, port):
        receiver.url = f"http://127.0.0.1:{port}/"
        yield receiver


def wish(url, **changes):
    values = {"url": url, "events": (), "description": "", "is_enabled": True}
    return EndpointWish(**(values | changes))


@pytest.fixture
def who(people):
    """Whose endpoints these are."""
    merchant, *_ = people
    return {"market_id": merchant.market_id, "merchant_id": merchant.merchant_id}


@pytest.fixture
def create(runtime, who):
    """Create an endpoint of the merchant's."""

    async def create_one(url, **changes):
        return await create_endpoint(runtime, **who, wish=wish(url, **changes))

    return create_one


@pytest.fixture
def cancel(runtime, who):
    async def cancel_one(job_id):
        await cancel_job(
            runtime, job_id=job_id, reason=ReasonCode.CUSTOMER_CANCELLATION_REQUESTED, **who
        )

    return cancel_one


@asynccontextmanager
async def working(runtime):
    """Run what a relay process runs."""
    resolver = Resolver(lookups_count_max=4)
    caller = Caller(runtime.settings, resolver.resolve)
    task = asyncio.create_task(Worker(runtime, caller, rng=random.Random(7)).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
        await caller.close()
        resolver.close()


@pytest.fixture
async def worker(runtime, receiver):
    async with working(runtime):
        yield


@pytest.fixture
def relay(relay, conn):
    """Relay all facts; those after a transaction of the worker's have to wait for its end."""

    async def relay_all():
        async def are_told():
            await relay()
            return await conn.fetchval(UNTOLD) == 0

        await eventually(are_told)

    return relay_all


@pytest.fixture
def hurry(conn):
    """Let everything that waits be due now, and every endpoint be called again."""

    async def make_due():
        await conn.execute("UPDATE webhook_endpoint SET rest_until = NULL")
        await conn.execute("UPDATE webhook_delivery SET due_at = now() WHERE status = 'pending'")
        await conn.execute(
            "UPDATE webhook_lane SET due_at = now(), lease_until = NULL WHERE due_at IS NOT NULL"
        )

    return make_due


async def until(conn, query, value):
    """Wait until the query says so."""

    async def is_so():
        return await conn.fetchval(query) == value

    await eventually(is_so)


async def received_by(receiver, count):
    """Return the events, once there are so many."""

    async def are_there():
        return len(receiver.received) >= count

    await eventually(are_there)
    return receiver.events


PENDING = "SELECT count(*) FROM webhook_delivery WHERE status = 'pending'"
ATTEMPTS = "SELECT count(*) FROM webhook_attempt"
HEALTH = "SELECT failures_count, disabled_reason::text, rest_until FROM webhook_endpoint"


async def test_a_merchant_is_told_what_happens_to_a_job_signed_and_in_order(
    runtime, conn, create, post, relay, worker, receiver
):
    created = await create(receiver.url)
    job_id = await post()
    await relay()
    events = await received_by(receiver, 2)
    assert [event["type"] for event in events] == CREATED_AND_OPENED
    assert [event["sequence"] for event in events] == [1, 2]
    assert [event["data"]["id"] for event in events] == [str(job_id)] * 2
    assert [event["job_version"] for event in events] == [
        event["data"]["version"] for event in events
    ]
    assert not any(event["gap"] for event in events)
    for received, event in zip(receiver.received, events, strict=True):
        assert received.headers["webhook-id"] == event["id"]
        assert abs(int(received.headers["webhook-timestamp"]) - real_now().timestamp()) < 60
        assert is_signed(received, created.secret)
    assert "Graben" not in str(events)  # no address, no contact
    await until(conn, PENDING, 0)
    assert await conn.fetchval(ATTEMPTS) == 2


async def test_only_chosen_events_of_ones_own_jobs_are_told(create, post, relay, conn, cancel):
    await create("http://localhost:1/", events=(WebhookEvent.JOB_CANCELED,))
    await create("http://localhost:2/", is_enabled=False)
    job_id = await post()
    await cancel(job_id)
    await relay()
    rows = await conn.fetch("SELECT type, seq FROM webhook_delivery")
    assert [tuple(row) for row in rows] == [("job.canceled", 1)]


async def test_later_events_of_a_job_wait_for_one_that_fails_and_other_jobs_do_not(
    conn, create, post, cancel, relay, worker, receiver, hurry
):
    await create(receiver.url)
    broken_id = await post()

    async def refuse_one(received, writer):
        is_broken = received.event["data"]["id"] == str(broken_id)
        await answer(500 if is_broken else 200)(received, writer)

    receiver.write = refuse_one
    await relay()
    await until(conn, ATTEMPTS, 1)
    await cancel(broken_id)
    other_id = await post()
    await relay()
    await until(conn, PENDING, 3)  # the other job has been told whole
    told = [(event["data"]["id"], event["type"]) for event in receiver.events]
    assert told == [
        (str(broken_id), "job.created"),
        (str(other_id), "job.created"),
        (str(other_id), "job.opened"),
    ]
    receiver.write = answer()
    await hurry()
    events = await received_by(receiver, 6)
    assert [event["type"] for event in events[3:]] == [*CREATED_AND_OPENED, "job.canceled"]


async def test_an_endpoint_that_hangs_delays_no_other_and_is_called_four_times_at_once(
    conn, create, post, relay, worker, receiver
):
    async with receiving() as (slow, port):
        gate = asyncio.Event()

        async def hang(received, writer):
            await gate.wait()
            await answer()(received, writer)

        slow.write = hang
        await create(f"http://127.0.0.1:{port}/")
        await create(receiver.url)
        for _ in range(6):
            await post()
        await relay()
        await received_by(receiver, 12)
        await received_by(slow, 4)
        assert slow.under_way_count == 4
        gate.set()
        await received_by(slow, 12)
        await until(conn, PENDING, 0)


async def test_410_disables_an_endpoint_until_its_merchant_wants_it_again(
    runtime, conn, who, create, post, relay, worker, receiver
):
    receiver.write = answer(410)
    created = await create(receiver.url)
    await post()
    await relay()
    await until(conn, "SELECT disabled_reason::text FROM webhook_endpoint", "gone")
    await post()
    await relay()
    assert await conn.fetchval("SELECT count(*) FROM webhook_delivery") == 2  # of the first job
    receiver.write = answer()
    await change_endpoint(runtime, endpoint_id=created.endpoint.id, wish=wish(receiver.url), **who)
    await conn.execute("UPDATE webhook_lane SET due_at = now()")
    events = await received_by(receiver, 3)
    assert [event["type"] for event in events[1:]] == CREATED_AND_OPENED


async def test_who_asks_for_time_gets_it_for_all_its_calls(
    runtime, conn, create, post, relay, worker, receiver
):
    receiver.write = answer(429, headers=["Retry-After: 1200"])
    await create(receiver.url)
    await post()
    await relay()
    await until(conn, ATTEMPTS, 1)
    await post()
    await relay()
    assert await claim(runtime, calls_count_max=10) == []
    waits_s = await conn.fetchval(
        "SELECT extract(epoch FROM d.due_at - a.at)::float FROM webhook_delivery d"
        " JOIN webhook_attempt a ON a.delivery_id = d.id"
    )
    assert 1_199.0 < waits_s < 1_201.0
    assert len(receiver.received) == 1


async def test_a_rotated_secret_signs_beside_the_new_one_for_a_day(
    runtime, conn, who, create, worker, receiver
):
    created = await create(receiver.url)
    of_endpoint = {"endpoint_id": created.endpoint.id, **who}
    secrets = [created.secret, await rotate_secret(runtime, **of_endpoint)]
    await send_test_event(runtime, **of_endpoint)
    await received_by(receiver, 1)
    assert [is_signed(receiver.received[0], secret) for secret in secrets] == [True, True]
    assert receiver.events[0]["type"] == "webhook.test"
    lasts_s = "SELECT extract(epoch FROM expires_at - now())::float FROM webhook_secret"
    assert 86_300 < await conn.fetchval(lasts_s + " WHERE expires_at IS NOT NULL") <= 86_400
    secrets.append(await rotate_secret(runtime, **of_endpoint))
    await send_test_event(runtime, **of_endpoint)
    await received_by(receiver, 2)
    assert [is_signed(receiver.received[1], secret) for secret in secrets] == [False, True, True]
    await conn.execute("UPDATE webhook_secret SET expires_at = now() WHERE expires_at > now()")
    await send_test_event(runtime, **of_endpoint)
    await received_by(receiver, 3)
    assert [is_signed(receiver.received[2], secret) for secret in secrets] == [False, False, True]
    await forget_webhooks(runtime)
    assert await conn.fetchval("SELECT count(*) FROM webhook_secret") == 1


async def test_no_secret_is_in_the_database_where_there_is_a_key(conn, create, receiver):
    created = await create(receiver.url)
    row = await conn.fetchrow("SELECT seed, key_id FROM webhook_secret")
    assert row["key_id"] is not None
    assert secret_text(row["seed"]) != created.secret


async def test_what_was_sent_and_not_recorded_is_sent_again_and_the_late_record_is_void(
    runtime, conn, create, post, relay, receiver
):
    await create(receiver.url)
    await post()
    await relay()
    (late,) = await claim(runtime, calls_count_max=10)
    assert await claim(runtime, calls_count_max=10) == []  # it is held
    await conn.execute(  # whoever held it was killed after sending: its lease ends
        "UPDATE webhook_lane SET lease_until = now(), due_at = now()"
    )
    (again,) = await claim(runtime, calls_count_max=10)
    assert (again.delivery_id, again.epoch) == (late.delivery_id, late.epoch + 1)
    await finish(runtime, late, DELIVERED, jitter=0.0)
    assert await conn.fetchval(PENDING) == 2
    assert await conn.fetchval(ATTEMPTS) == 0
    await finish(runtime, again, DELIVERED, jitter=0.0)
    assert await conn.fetchval(PENDING) == 1
    (following,) = await claim(runtime, calls_count_max=10)
    assert msgspec.json.decode(following.body)["type"] == "job.opened"


async def test_two_relays_tell_each_event_once_and_in_order(
    runtime, database, conn, create, post, cancel, relay, worker, receiver
):
    await create(receiver.url)
    async with open_runtime(runtime.settings) as other, working(other):
        job_ids = [await post() for _ in range(8)]
        await relay()
        for job_id in job_ids:
            await cancel(job_id)
        await relay()
        await received_by(receiver, 24)
        await until(conn, PENDING, 0)
    assert len(receiver.received) == 24
    for job_id in job_ids:
        told = [one["sequence"] for one in receiver.events if one["data"]["id"] == str(job_id)]
        assert told == [1, 2, 3]


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
