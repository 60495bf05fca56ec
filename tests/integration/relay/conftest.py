import asyncio
import time
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from service.actions.accept_offer import accept_offer
from service.actions.arrive_at_stop import arrive_at_stop
from service.actions.assign_job import assign_job
from service.actions.complete_stop import complete_stop
from service.domain.courier import Fix
from service.domain.lifecycle import StopKind
from service.domain.policy import Policy
from service.live import index as live_index
from service.live import positions
from service.live.records import LiveFix
from service.relay.index import MarketIndex
from service.relay.indexing import Indexing
from service.relay.instants import ms_of
from service.relay.lookout import Lookout
from service.relay.loop import caution_of, relay_waiting
from service.store import deployment, exceptions, jobs
from service.store.leadership import Leadership
from tests.integration.actions.conftest import (  # noqa: F401  # pytest finds fixtures by name
    online,
    people,
    post,
    read,
)
from tests.integration.live.conftest import (  # noqa: F401
    make_job,
    valkey,
)

PATIENCE_S = 10.0


async def eventually(condition):
    """Wait until the condition holds; return what it returned."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not (result := await condition()):
        assert time.monotonic() < deadline_s, "it did not come true in time"
        await asyncio.sleep(0.02)
    return result


@asynccontextmanager
async def leading(runtime, market_id, *, holder="one"):
    """Hold the market's lease."""
    leadership = Leadership(
        runtime.pool, name=f"relay:{market_id}", holder=holder, ttl_s=4.0, renew_s=0.2
    )
    keeping = asyncio.create_task(leadership.keep())
    async with asyncio.timeout(PATIENCE_S):
        await leadership.until_leading()
    yield leadership
    keeping.cancel()
    await leadership.release()


@pytest.fixture
async def leadership(runtime, market):
    async with leading(runtime, market) as leadership:
        yield leadership


@pytest.fixture
def index(runtime, market):
    return MarketIndex(runtime, market)


@pytest.fixture
def indexed(runtime, market):
    """Return the ids in the index: jobs, couriers."""

    async def read_ids():
        jobs = await live_index.read_jobs(runtime.redis, market)
        roster = await live_index.read_roster_versions(runtime.redis, market)
        return {job.job_id for job in jobs}, set(roster)

    return read_ids


@pytest.fixture
def relay(index, leadership):
    """Relay everything that there is to relay."""

    async def relay_all():
        indexing = Indexing(index)
        await relay_waiting(indexing, leadership, caution_of(indexing.index.runtime.settings))
        await indexing.catch_up()

    return relay_all


@pytest.fixture
def later(runtime):
    """Let so many seconds of market time pass at once."""

    async def pass_time(seconds):
        async with runtime.pool.connection() as conn:
            now = (await deployment.read_market_time(conn)).now
            at = now + timedelta(seconds=seconds)
            await deployment.set_time(conn, market_at=at, time_scale=1.0)

    return pass_time


@pytest.fixture
def report(runtime, market):
    """Let a courier's app report a position now, in market time."""

    async def report_one(courier_id):
        async with runtime.pool.connection() as conn:
            now = (await deployment.read_market_time(conn)).now
        fix = LiveFix(
            courier_id=courier_id,
            lat_deg=48.2,
            lng_deg=16.37,
            accuracy_m=5.0,
            received_at_ms=ms_of(now),
            seq=ms_of(now),
        )
        await positions.write_fixes(runtime.redis, market, [fix])

    return report_one


@pytest.fixture
def give(runtime, market):
    """Offer a job to a courier by hand; the courier accepts."""

    async def give_one(job_id, courier_id):
        made = await assign_job(runtime, job_id=job_id, courier_id=courier_id, market_id=market)
        await accept_offer(runtime, offer_id=made.id, by=courier_id, market_id=market)

    return give_one


@pytest.fixture
def pick_up(runtime, market):
    """Let a courier pick up a job in hand."""

    async def pick_up_one(job_id, courier_id):
        async with runtime.pool.connection() as conn:
            (job,) = await jobs.read_jobs(conn, job_ids=[job_id])
            now = (await deployment.read_market_time(conn)).now
        stop = job.latest(StopKind.PICKUP)
        of_courier = {"courier_id": courier_id, "market_id": market, "stop_id": stop.id}
        fix = Fix(point=stop.point, accuracy_m=5.0, received_at=now)
        await arrive_at_stop(runtime, fix=fix, policy=Policy(), **of_courier)
        await complete_stop(runtime, **of_courier)

    return pick_up_one


@pytest.fixture
def drift():
    """How many things differed in the index since the last look; set it."""
    return [0]


@pytest.fixture
def make_lookout(runtime, market, drift):
    def take():
        count, drift[0] = drift[0], 0
        return count

    return lambda: Lookout(runtime, market, take)


@pytest.fixture
def lookout(make_lookout):
    return make_lookout()


@pytest.fixture
def now(runtime):
    async def read_now():
        async with runtime.pool.connection() as conn:
            return (await deployment.read_market_time(conn)).now

    return read_now


@pytest.fixture
def see(runtime, market, now):
    """Let a courier's app report this place now."""

    async def report_one(courier_id, place):
        at_ms = ms_of(await now())
        fix = LiveFix(
            courier_id=courier_id,
            lat_deg=place.lat_deg,
            lng_deg=place.lng_deg,
            accuracy_m=5.0,
            received_at_ms=at_ms,
            seq=at_ms,
        )
        await positions.write_fixes(runtime.redis, market, [fix])

    return report_one


@pytest.fixture
def listed(runtime, market):
    """Return the open exceptions, oldest first."""

    async def list_open():
        async with runtime.pool.connection() as conn:
            found = await exceptions.list_exceptions(
                conn,
                market_id=market,
                only_open=True,
                kinds=(),
                severities=(),
                job_id=None,
                courier_id=None,
                before_id=None,
                limit_count=9,
            )
        return found[::-1]

    return list_open
