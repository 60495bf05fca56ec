"""Endpoints of a merchant's, a server of theirs, and what a webhooks process runs."""

import asyncio
from contextlib import asynccontextmanager
from uuid import uuid4

import msgspec
import pytest

from service.actions.authenticate import authenticate
from service.actions.cancel_job import cancel_job
from service.actions.create_endpoint import EndpointWish, create_endpoint
from service.actions.once import Once
from service.actions.rotate_secret import rotate_secret
from service.domain.vocabulary import AttemptOutcome, ReasonCode, Signing
from service.domain.webhook import Attempted
from service.domain.webhook_signature import public_key_text
from service.runtime import open_runtime
from service.tasks import Stop
from service.webhooks.run import run_webhooks
from tests.integration.actions.conftest import people, post  # noqa: F401  # found by name
from tests.integration.relay.conftest import eventually, index, leadership  # noqa: F401  # by name
from tests.integration.relay.conftest import relay as relay_once  # noqa: F401
from tests.integration.webhooks.receiver import receiving

CREATED_AND_OPENED = ["job.created", "job.opened"]
DELIVERED = Attempted(outcome=AttemptOutcome.DELIVERED, duration_ms=1, status_code=200)
REFUSED = Attempted(outcome=AttemptOutcome.REFUSED, duration_ms=1, status_code=500)
PENDING = "SELECT count(*) FROM webhook_delivery WHERE status = 'pending'"
ATTEMPTS = "SELECT count(*) FROM webhook_attempt"
HEALTH = "SELECT failures_count, disabled_reason::text, rest_until FROM webhook_endpoint"
UNTOLD = """
SELECT count(*) FROM fact f JOIN relay_cursor c USING (market_id)
 WHERE (f.xid, f.id) > (c.xid, c.id)
"""


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
async def who(runtime, keys):
    """Whose endpoints these are."""
    merchant = await authenticate(runtime, key_text=keys[0].text)
    return {"market_id": merchant.market_id, "merchant_id": merchant.merchant_id}


@pytest.fixture
def once(who):
    """Return a request that the merchant may repeat."""

    def ask(key=None, *, sha=b"s" * 32):
        return Once(merchant_id=who["merchant_id"], key=key or str(uuid4()), request_sha256=sha)

    return ask


@pytest.fixture
def create(runtime, market, once):
    """Create an endpoint of the merchant's."""

    async def create_one(url, *, signing=Signing.HMAC, **changes):
        return await create_endpoint(
            runtime, market_id=market, wish=wish(url, **changes), signing=signing, once=once()
        )

    return create_one


@pytest.fixture
def rotate(runtime, market, once):
    """Give an endpoint another secret; return it, or the public half of it."""

    async def rotate_one(endpoint_id, *, signing=None, **asked):
        rotated = await rotate_secret(
            runtime,
            endpoint_id=endpoint_id,
            market_id=market,
            signing=signing,
            once=once(**asked),
        )
        return rotated.secret or public_key_text(rotated.public_key)

    return rotate_one


@pytest.fixture
def cancel(runtime, who):
    async def cancel_one(job_id):
        await cancel_job(
            runtime, job_id=job_id, reason=ReasonCode.CUSTOMER_CANCELLATION_REQUESTED, **who
        )

    return cancel_one


@asynccontextmanager
async def working(runtime):
    """Run what a webhooks process runs; yield what stops it."""
    stop = Stop()
    async with asyncio.TaskGroup() as group:
        group.create_task(run_webhooks(runtime, stop))
        try:
            yield stop
        finally:
            stop.hurry()


@pytest.fixture
async def worker(runtime, receiver):
    async with working(runtime):
        yield


@pytest.fixture
def relay(relay_once, conn):  # noqa: F811  # a fixture from elsewhere
    """Relay all facts; those after a transaction of the worker's have to wait for its end."""

    async def relay_all():
        async def are_told():
            await relay_once()
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
