"""The dispatch process: its pace, its lease, and that it outlives what goes wrong."""

import asyncio
from contextlib import AsyncExitStack, aclosing, asynccontextmanager

import msgspec
import pytest

from service.actions.create_market import MarketRequest, create_market
from service.actions.pause_market import pause_market
from service.dispatch.loop import Ticker
from service.dispatch.run import run_dispatch
from service.domain.geo import Point
from service.domain.ids import MarketId
from service.domain.policy import Policy
from service.live import bus, keys
from service.live.connect import open_redis
from service.live.keys import Channel
from service.live.subscription import BusRestored, Subscription
from service.wire.watcher_stream import OpsTick

PATIENCE_S = 5.0


@pytest.fixture
def quick(runtime):
    """The runtime, in a hurry."""
    hurried = msgspec.structs.replace(
        runtime.settings,
        tick_real_s_min=0.02,
        lease_renew_s=0.05,
        lease_ttl_s=1.0,
        lease_failing_s_max=0.5,
    )
    return msgspec.structs.replace(runtime, settings=hurried)


@pytest.fixture
async def slow_market(conn, market):
    """The market with five minutes between ticks, so that only a wake-up brings one."""
    await conn.execute("""UPDATE policy SET parameters = parameters || '{"tick_s": 300}'""")
    return market


@asynccontextmanager
async def dispatching(runtime):
    """Run a dispatch process meanwhile, and stop it."""
    stop = asyncio.Event()
    process = asyncio.create_task(run_dispatch(runtime, stop))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(PATIENCE_S):
            await process


@asynccontextmanager
async def listening(runtime, market):
    """Listen to the ticks that are told of."""
    async with Subscription(runtime.settings, [(market, Channel.TICKS)]) as messages:
        assert isinstance(await anext(messages), BusRestored)
        yield messages


async def next_tick(messages):
    """Return the next tick that is told of."""
    async with asyncio.timeout(PATIENCE_S):
        message = await anext(messages)
    return msgspec.json.decode(message.tick, type=OpsTick).tick


@pytest.fixture
def count_leases(conn):
    async def count():
        return await conn.fetchval("SELECT count(*) FROM lease")

    return count


async def test_a_job_is_offered_and_the_lease_is_given_back(
    quick, conn, market, courier_ids, arrive_on_duty, post, show, until, open_offers
):
    await arrive_on_duty(courier_ids[0])
    await post()
    await show()
    async with dispatching(quick):
        assert [offer.courier_id for offer in await until(open_offers)] == [courier_ids[0]]
        assert await conn.fetchval("SELECT expires_at > clock_timestamp() FROM lease")
    assert await conn.fetchval("SELECT expires_at <= clock_timestamp() FROM lease")


async def test_a_wake_up_brings_a_tick_before_its_time(
    quick, slow_market, courier_ids, arrive_on_duty, post, show, until, open_offers
):
    await show()
    async with listening(quick, slow_market) as messages, dispatching(quick):
        assert (await next_tick(messages)).jobs_count == 0
        await arrive_on_duty(courier_ids[0])
        await post()
        await show()
        await bus.publish_wake_dispatch(quick.redis, slow_market)
        assert [offer.courier_id for offer in await until(open_offers)] == [courier_ids[0]]


async def test_a_paused_market_makes_no_offers_until_it_is_resumed(
    runtime, market, leadership, courier_ids, arrive_on_duty, post, show, open_offers
):
    ticker = Ticker(runtime, market, leadership)
    await arrive_on_duty(courier_ids[0])
    await post()
    await show()
    await pause_market(runtime, market_id=market, is_paused=True)
    assert await ticker.attempt() is None
    assert await open_offers() == []
    await pause_market(runtime, market_id=market, is_paused=False)
    assert (await ticker.attempt()).offers_count == 1


async def test_a_new_policy_holds_from_the_next_tick(
    runtime, conn, market, leadership, courier_ids, arrive_on_duty, post, show
):
    ticker = Ticker(runtime, market, leadership)
    await arrive_on_duty(courier_ids[0], north_m=1_000.0)
    await post()
    await show()
    near = '{"search_radius_m_min": 500}'
    await conn.execute("UPDATE policy SET parameters = parameters || $1::jsonb", near)
    assert (await ticker.attempt()).offers_count == 0
    far = '{"search_radius_m_min": 1500}'
    await conn.execute("UPDATE policy SET parameters = parameters || $1::jsonb", far)
    assert (await ticker.attempt()).offers_count == 1


async def test_a_second_process_waits_and_takes_over(
    quick, market, courier_ids, arrive_on_duty, post, show, until, open_offers, count_leases
):
    async with AsyncExitStack() as first:
        await first.enter_async_context(dispatching(quick))
        await until(count_leases)
        async with dispatching(quick):
            await first.aclose()
            await arrive_on_duty(courier_ids[0])
            await post()
            await show()
            (offer,) = await until(open_offers)
            assert offer.dispatch_epoch == 2


@pytest.fixture
async def lost(quick, tmp_path):
    """A process that has lost its way to Redis, and to nobody else."""
    redis_url = f"unix://{tmp_path}/nobody.sock"
    settings = msgspec.structs.replace(quick.settings, redis_url=redis_url)
    async with aclosing(open_redis(settings)) as redis:
        yield msgspec.structs.replace(quick, settings=settings, redis=redis)


async def test_who_leads_and_cannot_reach_redis_lets_another_decide(
    lost, quick, market, courier_ids, arrive_on_duty, post, show, until, open_offers, count_leases
):
    await arrive_on_duty(courier_ids[0])
    await post()
    await show()
    async with dispatching(lost):
        await until(count_leases)
        async with dispatching(quick), asyncio.timeout(PATIENCE_S):
            (offer,) = await until(open_offers)
            assert offer.dispatch_epoch == 2


async def test_a_paused_market_is_no_reason_to_let_go(quick, conn, market, until, count_leases):
    await pause_market(quick, market_id=market, is_paused=True)
    async with dispatching(quick):
        await until(count_leases)
        async with dispatching(quick):
            await asyncio.sleep(3.0 * quick.settings.lease_failing_s_max)
            assert await conn.fetchval("SELECT epoch FROM lease") == 1


async def test_a_tick_that_fails_on_garbage_forgets_it_and_does_not_end_the_loop(
    quick, slow_market, courier_ids, arrive_on_duty, post, show, until, open_offers, capsys
):
    await arrive_on_duty(courier_ids[0])
    await post()
    await show()

    async def has_failed():
        return "tick_failed" in capsys.readouterr().out

    garbage = keys.jobs_in_cell(slow_market, 1)
    await quick.redis.execute("HSET", garbage, b"job", b"not a job")
    await quick.redis.execute("HSET", keys.job_cells(slow_market), b"job", garbage)
    async with dispatching(quick):
        await until(has_failed)
        assert await quick.redis.execute("EXISTS", garbage) == 0
        await arrive_on_duty(courier_ids[0])  # whose position is forgotten too
        await show()
        await bus.publish_wake_dispatch(quick.redis, slow_market)
        assert len(await until(open_offers)) == 1


async def test_markets_that_are_created_meanwhile_are_served(
    quick, conn, market, until, count_leases
):
    async def has_both():
        return await count_leases() == 2

    async with dispatching(quick):
        graz = MarketRequest(
            market_id=MarketId("graz"),
            name="Graz",
            currency="EUR",
            timezone="Europe/Vienna",
            center=Point(47.07, 15.44),
            service_radius_m=10_000.0,
            policy=Policy(),
        )
        assert await create_market(quick, graz)
        await until(has_both)
    names = await conn.fetch("SELECT name FROM lease ORDER BY name")
    assert [row["name"] for row in names] == ["dispatch:graz", "dispatch:vienna"]
