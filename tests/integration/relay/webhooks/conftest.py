"""A merchant's endpoints, the receiver they name, and the worker that calls it."""

import asyncio
import random
from contextlib import asynccontextmanager

import msgspec
import pytest

from service.actions.cancel_job import cancel_job
from service.actions.create_endpoint import EndpointWish, create_endpoint
from service.domain.vocabulary import AttemptOutcome, ReasonCode
from service.domain.webhook import Attempted
from service.relay.webhooks.call import Caller
from service.relay.webhooks.resolve import Resolver
from service.relay.webhooks.worker import Worker
from service.runtime import open_runtime
from tests.integration.relay.conftest import eventually
from tests.integration.relay.receiver import receiving

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
