"""A job's events come by their numbers, however its facts are cut into batches; gaps are told."""

import msgspec
import pytest

from service.relay.aside import put_aside
from service.relay.batch import relay_batch
from service.webhooks.claiming import claim
from service.webhooks.finishing import finish
from tests.integration.webhooks.conftest import DELIVERED

# As if the transaction of the later fact had begun first: the places in the log change hands.
SWAP = """
UPDATE fact f SET xid = other.xid FROM fact other
 WHERE f.job_id = $1 AND other.job_id = $1 AND (f.sequence, other.sequence) IN ((2, 3), (3, 2))
"""
SPOIL = "UPDATE fact SET body = body - 'fee_cents' WHERE job_id = $1 AND sequence = $2"


@pytest.fixture
def job(create, post, cancel, conn):
    """Post a job to be told of, and cancel it: three facts, the last two in the wrong order."""

    async def make():
        await create("http://localhost:1/")
        job_id = await post()
        await cancel(job_id)
        await conn.execute(SWAP, job_id)
        return job_id

    return make


@pytest.fixture
def batch(runtime, market, leadership):
    """Relay so many facts, in one batch."""

    async def relay_some(count):
        epoch = leadership.epoch
        await relay_batch(runtime, market, leadership=leadership, epoch=epoch, limit_count=count)

    return relay_some


@pytest.fixture
def aside(runtime, market, leadership):
    async def put_one_aside():
        await put_aside(runtime, market, leadership=leadership, epoch=leadership.epoch)

    return put_one_aside


@pytest.fixture
def heard(runtime):
    """Return the events as an endpoint hears them that takes all: (sequence, gap)."""

    async def hear():
        events = []
        while claims := await claim(runtime, calls_count_max=10):
            for claimed in claims:
                event = msgspec.json.decode(claimed.body)
                events.append((event["sequence"], claimed.has_gap))
                await finish(runtime, claimed, DELIVERED, jitter=0.0)
        return events

    return hear


async def test_a_later_event_in_an_earlier_batch_waits_for_the_one_before(job, batch, heard):
    await job()
    await batch(2)
    assert await heard() == [(1, False)]
    await batch(2)
    assert await heard() == [(2, False), (3, False)]


async def test_each_event_is_told_once_whatever_the_batches(job, batch, heard, conn):
    await job()
    for _ in range(3):
        await batch(1)
    assert await heard() == [(1, False), (2, False), (3, False)]
    assert await conn.fetchval("SELECT count(*) FROM webhook_delivery") == 3


async def test_what_waits_for_a_fact_that_is_put_aside_is_told_after_a_gap(
    job, batch, aside, heard, conn
):
    job_id = await job()
    await conn.execute(SPOIL, job_id, 2)
    await batch(2)
    assert await heard() == [(1, False)]
    await aside()
    assert await heard() == [(3, True)]


async def test_a_job_whose_first_fact_is_put_aside_begins_with_a_gap(
    create, post, batch, aside, heard, conn
):
    await create("http://localhost:1/")
    await conn.execute(SPOIL, await post(), 1)
    await aside()
    await batch(5)
    assert await heard() == [(2, True)]


async def test_a_waiting_event_that_cannot_be_read_either_stops_no_other(
    job, batch, aside, heard, conn
):
    job_id = await job()
    await batch(1)
    await conn.execute(SPOIL, job_id, 3)
    await aside()
    await batch(1)
    assert [sequence for sequence, _ in await heard()] == [1, 2]
