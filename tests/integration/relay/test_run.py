"""The whole relay: it tells, it stops at once, and another one takes over."""

import asyncio

import pytest
from msgspec.structs import replace

from service.domain.facts import owner_of_market
from service.live import index as live_index
from service.live.bus import EventsPublished
from service.live.keys import Channel
from service.live.subscription import BusRestored, Subscription
from service.relay.drift import find_drift
from service.relay.run import run_relay
from service.runtime import open_runtime
from tests.integration.relay.conftest import eventually
from tests.integration.relay.streams import check_each_fact_told_once, check_gapless, fact_ids


@pytest.fixture
async def start(database, redis):
    """Start a relay on a runtime of its own; return what stops it."""
    running = {}

    async def run(stop, changes):
        async with open_runtime(replace(database, **changes)) as runtime:
            await run_relay(runtime, stop)

    async def start_one(**changes):
        stop = asyncio.Event()
        task = asyncio.create_task(run(stop, changes))
        running[task] = stop

        async def end():
            stop.set()
            await task

        return end

    yield start_one
    for stop in running.values():
        stop.set()
    await asyncio.gather(*running)


@pytest.fixture
def all_told(conn, market):
    """Tell whether each fact is in the stream of ops."""

    async def is_so():
        told = await conn.fetchval(
            "SELECT last_seq FROM stream WHERE owner = $1", owner_of_market(market)
        )
        return told == len(await fact_ids(conn))

    return is_so


async def test_a_job_is_told_on_the_bus_indexed_and_dispatch_woken(
    runtime, market, online, post, start
):
    await start()
    channels = [(market, Channel.EVENTS), (market, Channel.WAKE_DISPATCH)]
    async with asyncio.timeout(10.0), Subscription(runtime.settings, channels) as messages:
        assert await anext(messages) == BusRestored()
        job_id = await post()
        heard = [type(message) async for message in take_until_woken(messages)]
    assert EventsPublished in heard

    async def is_indexed():
        jobs = await live_index.read_jobs(runtime.redis, market)
        return job_id in {job.job_id for job in jobs}

    assert await eventually(is_indexed)


async def take_until_woken(messages):
    async for message in messages:
        yield message
        if not isinstance(message, EventsPublished):
            return


async def test_two_relays_tell_each_fact_once_while_jobs_come_in(
    conn, market, post, start, all_told
):
    await start()
    await start()
    for _ in range(5):
        await asyncio.gather(*(post() for _ in range(8)))
    await eventually(all_told)
    await check_gapless(conn)
    await check_each_fact_told_once(conn, market)


async def test_another_relay_takes_over_from_one_that_stopped(
    runtime, conn, market, online, post, start, all_told
):
    end_first = await start()
    await post()
    await eventually(all_told)
    await end_first()
    await post()
    await start()
    await eventually(all_told)
    await check_gapless(conn)
    await check_each_fact_told_once(conn, market)

    async def is_marked():
        return await live_index.index_epoch(runtime.redis, market) == f"{runtime.epoch}:2"

    await eventually(is_marked)
    assert (await find_drift(runtime, market)).count == 0


async def test_a_relay_that_cannot_reach_redis_lets_another_take_over(
    runtime, conn, market, online, post, start, tmp_path
):
    hurried = {"lease_renew_s": 0.05, "lease_failing_s_max": 0.5, "audit_interval_s": 0.1}
    await start(redis_url=f"unix://{tmp_path}/nobody.sock", **hurried)

    async def is_led():
        return await conn.fetchval("SELECT count(*) FROM lease WHERE name LIKE 'relay:%'")

    await eventually(is_led)
    await start(**hurried)

    async def is_marked():
        return await live_index.index_epoch(runtime.redis, market) == f"{runtime.epoch}:2"

    await eventually(is_marked)

    async def is_told():
        return await conn.fetchval("SELECT worked_at FROM lease WHERE epoch = 2")

    await eventually(is_told)


async def test_a_flush_is_noticed_and_mended(runtime, market, online, post, start, all_told):
    await post()
    await start()
    await eventually(all_told)

    async def is_built():
        return await live_index.index_epoch(runtime.redis, market) is not None

    await eventually(is_built)
    await runtime.redis.execute("FLUSHALL")
    await eventually(is_built)
    assert (await find_drift(runtime, market)).count == 0


async def test_an_overdue_offer_is_swept_by_whoever_runs(
    runtime, conn, market, online, post, start, later
):
    await post()
    await later(3_601)
    await start()

    async def is_expired():
        return await conn.fetchval("SELECT status FROM job") == "expired"

    assert await eventually(is_expired)
