"""Endpoints are told what happens: at least once, and in order for each job."""

import asyncio

import msgspec

from service.actions.change_endpoint import change_endpoint
from service.actions.send_test_event import send_test_event
from service.clock import real_now
from service.domain.webhook import WebhookEvent
from service.domain.webhook_signature import Secret, secret_text
from service.relay.retention import forget_webhooks
from service.runtime import open_runtime
from service.store.queries import load
from service.webhooks.claiming import CLAIMS_COUNT_MAX, claim
from service.webhooks.finishing import finish
from tests.integration.webhooks.conftest import (
    ATTEMPTS,
    CREATED_AND_OPENED,
    DELIVERED,
    PENDING,
    received_by,
    until,
    wish,
    working,
)
from tests.integration.webhooks.receiver import answer, is_signed, receiving


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


OLD_LANES = """
INSERT INTO webhook_lane (endpoint_id, subject_id, last_seq, told_at)
SELECT $1, gen_random_uuid(), 1, now() FROM generate_series(1, 60000)
"""


async def test_a_claim_does_not_read_all_lanes_that_ever_were(conn, create, post, relay):
    """They are kept for a month: to read them for each claim would hold up all merchants."""
    created = await create("http://localhost:1/")
    await post()
    await relay()
    await conn.execute(OLD_LANES, created.endpoint.id)
    await conn.execute("ANALYZE webhook_lane")
    statement = load("webhook_lanes")["claim_lanes"]
    asked = ([created.endpoint.id], [4], [4], 30.0)
    plan = "\n".join(row[0] for row in await conn.fetch(f"EXPLAIN {statement}", *asked))
    assert "Seq Scan on webhook_lane" not in plan
    assert f"LIMIT {CLAIMS_COUNT_MAX} " in statement


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
    runtime, conn, who, create, rotate, worker, receiver
):
    created = await create(receiver.url)
    of_endpoint = {"endpoint_id": created.endpoint.id, **who}
    secrets = [created.secret, await rotate(created.endpoint.id)]
    await send_test_event(runtime, **of_endpoint)
    await received_by(receiver, 1)
    assert [is_signed(receiver.received[0], secret) for secret in secrets] == [True, True]
    assert receiver.events[0]["type"] == "webhook.test"
    lasts_s = "SELECT extract(epoch FROM expires_at - now())::float FROM webhook_secret"
    assert 86_300 < await conn.fetchval(lasts_s + " WHERE expires_at IS NOT NULL") <= 86_400
    await conn.execute("UPDATE webhook_secret SET expires_at = now() WHERE expires_at > now()")
    await send_test_event(runtime, **of_endpoint)
    await received_by(receiver, 2)
    assert [is_signed(receiver.received[1], secret) for secret in secrets] == [False, True]
    await forget_webhooks(runtime)
    assert await conn.fetchval("SELECT count(*) FROM webhook_secret") == 1


async def test_who_rotates_again_because_no_answer_came_still_knows_a_secret_that_signs(
    runtime, conn, who, create, rotate, worker, receiver
):
    created = await create(receiver.url)
    lost = await rotate(created.endpoint.id)
    await conn.execute(
        "UPDATE webhook_secret SET expires_at = now() + interval '1 hour'"
        " WHERE expires_at IS NOT NULL"
    )
    newest = await rotate(created.endpoint.id)
    await send_test_event(runtime, endpoint_id=created.endpoint.id, **who)
    await received_by(receiver, 1)
    signed = [is_signed(receiver.received[0], one) for one in (created.secret, lost, newest)]
    assert signed == [True, False, True]
    lasts_s = "SELECT extract(epoch FROM min(expires_at) - now())::float FROM webhook_secret"
    assert await conn.fetchval(lasts_s) > 86_300  # as the answer says
    await conn.execute("UPDATE webhook_secret SET expires_at = now() WHERE expires_at > now()")
    following = await rotate(created.endpoint.id)
    await send_test_event(runtime, endpoint_id=created.endpoint.id, **who)
    await received_by(receiver, 2)
    signed = [is_signed(receiver.received[1], one) for one in (created.secret, newest, following)]
    assert signed == [False, True, True]


async def test_no_secret_is_in_the_database_where_there_is_a_key(conn, create, receiver):
    created = await create(receiver.url)
    row = await conn.fetchrow("SELECT seed, key_id FROM webhook_secret")
    assert row["key_id"] is not None
    assert secret_text(Secret(value=row["seed"])) != created.secret


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


async def test_two_processes_tell_each_event_once_and_in_order(
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
