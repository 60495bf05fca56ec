"""What is wrong with us, and what is wrong with Postgres, ends: nothing comes back for ever."""

import asyncio
from contextlib import AsyncExitStack

import msgspec
import pytest
from structlog.testing import capture_logs

from service.domain.vocabulary import AttemptOutcome
from service.domain.webhook import Attempted, WebhookEvent
from service.runtime import open_runtime
from service.settings import UnfitError
from service.tasks import Stop
from service.webhooks.claiming import claim
from service.webhooks.finishing import finish
from service.webhooks.run import run_webhooks
from service.webhooks.worker import CLAIMS_IN_A_ROW_MAX
from tests.integration.relay.conftest import eventually
from tests.integration.webhooks.conftest import received_by, until, working
from tests.integration.webhooks.receiver import answer, is_signed

FAULTS = "SELECT count(*) FROM webhook_attempt WHERE outcome = 'internal'"
STATUSES = "SELECT string_agg(status::text, ' ' ORDER BY seq) FROM webhook_delivery"
HEALTH = "SELECT count(*) FROM webhook_endpoint WHERE failures_count > 0"
ONLY_CREATED = (WebhookEvent.JOB_CREATED,)
DELIVERED = Attempted(outcome=AttemptOutcome.DELIVERED, duration_ms=1, status_code=200)


async def test_what_cannot_be_signed_is_given_up_after_three_attempts_and_others_are_told(
    runtime, conn, create, post, relay, receiver, hurry
):
    lost = await create(receiver.url, events=ONLY_CREATED)
    kept = await create(receiver.url)
    await conn.execute(
        "UPDATE webhook_secret SET key_id = 'gone' WHERE endpoint_id = $1", lost.endpoint.id
    )
    await post()
    await relay()
    async with working(runtime):
        await received_by(receiver, 2)
        for faults_count in (1, 2, 3):
            await until(conn, FAULTS, faults_count)
            await hurry()
    assert all(is_signed(one, kept.secret) for one in receiver.received)
    of_lost = await conn.fetchval(
        "SELECT status::text FROM webhook_delivery WHERE endpoint_id = $1", lost.endpoint.id
    )
    assert of_lost == "dead"
    assert await conn.fetchval(HEALTH) == 0  # it was not the endpoint's fault


async def test_a_former_secret_whose_key_is_gone_does_not_keep_the_newest_from_signing(
    runtime, conn, create, rotate, post, relay, receiver
):
    created = await create(receiver.url, events=ONLY_CREATED)
    newest = await rotate(created.endpoint.id)
    await conn.execute("UPDATE webhook_secret SET key_id = 'gone' WHERE expires_at IS NOT NULL")
    await post()
    await relay()
    async with working(runtime):
        await received_by(receiver, 1)
    assert is_signed(receiver.received[0], newest)


async def test_a_process_that_can_sign_nothing_does_not_start(runtime, conn, create):
    await run_webhooks(runtime, stopped())  # nobody is to be told
    await create("https://example.com/hooks")
    await create("https://example.com/others")
    await run_webhooks(runtime, stopped())
    await conn.execute("UPDATE webhook_secret SET key_id = 'gone' WHERE ctid = '(0,1)'")
    with capture_logs() as told:
        await run_webhooks(runtime, stopped())
    assert [one["key_ids"] for one in told] == [["gone"]]
    await conn.execute("UPDATE webhook_secret SET key_id = 'gone'")
    with pytest.raises(UnfitError, match="webhook_keys"):
        await run_webhooks(runtime, stopped())


def stopped():
    stop = Stop()
    stop.set()
    return stop


async def test_an_answer_that_nobody_can_read_does_not_make_its_event_immortal(
    runtime, conn, create, post, relay, receiver
):
    header = "Retry-After: Sun, 22 Nov 99999999999999999999 08:02:00 GMT"
    receiver.write = answer(503, headers=[header])
    await create(receiver.url, events=ONLY_CREATED)
    await post()
    await relay()
    async with working(runtime):
        await until(conn, "SELECT min(outcome::text) FROM webhook_attempt", "refused")


async def test_what_cannot_be_recorded_is_recorded_as_a_fault_of_ours(
    runtime, conn, create, post, relay, receiver
):
    await conn.execute("ALTER TABLE webhook_attempt ADD CHECK (outcome = 'internal')")
    await create(receiver.url, events=ONLY_CREATED)
    await post()
    await relay()
    async with working(runtime):
        await until(conn, FAULTS, 1)
    assert await conn.fetchval(STATUSES) == "pending"


async def test_a_lock_that_was_waited_for_in_vain_is_waited_for_again(
    runtime, conn, create, post, relay, receiver
):
    await create(receiver.url, events=ONLY_CREATED)
    await post()
    await relay()
    (claimed,) = await claim(runtime, calls_count_max=10)
    impatient = msgspec.structs.replace(runtime.settings, lock_timeout_ms=100)
    with capture_logs() as logs:

        async def is_tried_again():
            return [one for one in logs if one["event"] == "transaction_retried"]

        async with open_runtime(impatient) as other:
            async with conn.transaction():
                await conn.execute("SELECT FROM webhook_lane FOR UPDATE")
                finishing = asyncio.create_task(finish(other, claimed, DELIVERED, jitter=0.0))
                await eventually(is_tried_again)
            await finishing
    assert await conn.fetchval(STATUSES) == "delivered"


async def test_what_finds_no_connection_in_time_is_recorded_later_and_not_sent_again(
    runtime, conn, create, post, relay, receiver
):
    narrow = msgspec.structs.replace(
        runtime.settings, acquire_timeout_s=0.2, pool_connections_count_max=4
    )
    await create(receiver.url, events=ONLY_CREATED)
    await post()
    await relay()
    async with open_runtime(narrow) as busy, AsyncExitStack() as held:

        async def occupy(received, writer):
            for _ in range(narrow.pool_connections_count_max):
                await held.enter_async_context(busy.pool.connection())
            await answer()(received, writer)

        receiver.write = occupy
        with capture_logs() as logs:
            async with working(busy):
                await received_by(receiver, 1)
                await asyncio.sleep(2 * narrow.acquire_timeout_s)  # it has asked in vain
                await held.aclose()
                await until(conn, STATUSES, "delivered")
        assert [one for one in logs if one["event"] == "item_failed"] == []
    assert len(receiver.received) == 1


async def test_a_call_that_was_recorded_is_not_recorded_again(
    runtime, conn, create, post, relay, receiver
):
    """Its commit was heard of by nobody, so the worker says it once more."""
    await create(receiver.url)
    await post()
    await relay()
    (claimed,) = await claim(runtime, calls_count_max=10)
    for _ in range(2):
        await finish(runtime, claimed, DELIVERED, jitter=0.0)
    assert await conn.fetchval(STATUSES) == "delivered pending"
    assert await conn.fetchval("SELECT count(*) FROM webhook_attempt") == 1


async def test_a_call_that_ended_its_process_again_and_again_is_a_fault_and_tried_later(
    runtime, conn, create, post, relay, receiver, hurry
):
    await create(receiver.url, events=ONLY_CREATED)
    await post()
    await relay()
    for _ in range(CLAIMS_IN_A_ROW_MAX):
        assert len(await claim(runtime, calls_count_max=10)) == 1  # and nothing is heard of it
        await hurry()
    async with working(runtime):
        await until(conn, FAULTS, 1)
        assert receiver.received == []
        await hurry()
        await received_by(receiver, 1)
