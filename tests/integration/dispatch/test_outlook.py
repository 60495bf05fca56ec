"""What is known beside the ticks: read from the rows of real offers, shifts and jobs."""

import asyncio
from datetime import timedelta

import msgspec
import pytest

from service.actions.set_status import Offline, Paused, set_status
from service.dispatch.loop import Ticker
from service.dispatch.market_outlook import MarketOutlook, read_outlook
from service.dispatch.memory import Memory
from service.dispatch.outlook import Outlook
from service.dispatch.rows import DemandPlace
from service.domain.geo import Point, distance_m
from service.domain.policy import Policy
from service.domain.vocabulary import Actor
from service.live.keys import Channel
from service.live.subscription import BusRestored, Subscription
from service.runtime import read_market
from service.store import demand, standings
from service.wire.courier_stream import decode_server_message
from service.wire.watcher_stream import OpsTick

GRABEN = Point(48.2089, 16.3697)
HOUR = timedelta(hours=1)


@pytest.fixture
def answers(runtime, market):
    async def count(*, since=HOUR):
        async with runtime.pool.connection() as conn:
            found = await standings.count_answers(
                conn, market_id=market, since=runtime.clock.now() - since
            )
        return {each.courier_id: (each.accepted_count, each.answered_count) for each in found}

    return count


@pytest.fixture
def earnings(runtime, market):
    async def total(*, since=HOUR):
        now = runtime.clock.now()
        async with runtime.pool.connection() as conn:
            found = await standings.sum_earnings(
                conn, market_id=market, since=now - since, until=now
            )
        return {each.courier_id: each for each in found}

    return total


@pytest.fixture
def was_on_duty(conn):
    """Let what a courier's statuses were begin so much earlier than they did."""

    async def earlier(courier_id, *seconds):
        rows = await conn.fetch(
            "SELECT id FROM fact WHERE courier_id = $1 AND type = 'courier.status_changed'"
            " ORDER BY id",
            courier_id,
        )
        for row, ago_s in zip(rows, seconds, strict=True):
            await conn.execute(
                "UPDATE fact SET at = market_now() - make_interval(secs => $2) WHERE id = $1",
                row["id"],
                ago_s,
            )

    return earlier


@pytest.fixture
def set_duty(runtime, market):
    async def set_to(courier_id, duty):
        await set_status(
            runtime, courier_id=courier_id, market_id=market, duty=duty, actor=Actor.COURIER
        )

    return set_to


async def test_an_answer_counts_and_an_offer_that_was_never_seen_does_not(
    conn, courier_ids, arrive_on_duty, post, run_tick, open_offers, accept, decline, answers
):
    for place, courier_id in enumerate(courier_ids):
        await arrive_on_duty(courier_id, north_m=300.0 * place)
    await post()
    asked = []
    for answer in (decline, None, accept):
        await run_tick()
        (offer,) = await open_offers()
        asked.append(offer.courier_id)
        if answer is not None:
            await answer(offer)
        else:
            await conn.execute("UPDATE offer SET status = 'unreachable' WHERE id = $1", offer.id)
            await conn.execute("UPDATE job SET offer_id = NULL")
    assert await answers() == {asked[0]: (0, 1), asked[2]: (1, 1)}
    await conn.execute("UPDATE offer SET status = 'expired', seen_at = created_at")
    assert await answers() == {courier_id: (0, 1) for courier_id in asked}
    assert await answers(since=-HOUR) == {}


async def test_time_on_duty_is_that_between_the_changes_of_a_status(
    courier_ids, go_online, set_duty, was_on_duty, earnings
):
    anna, ben, cleo = courier_ids
    await go_online(anna)
    await was_on_duty(anna, 900)
    await go_online(ben)
    await set_duty(ben, Paused())
    await set_duty(ben, Offline())
    await was_on_duty(ben, 7_200, 1_800, 600)
    found = await earnings()
    assert cleo not in found
    assert found[anna].on_duty_s == pytest.approx(900.0, abs=5.0)
    assert found[ben].on_duty_s == pytest.approx(1_800.0, abs=5.0)  # of the hour; a pause is none


async def test_pay_is_that_of_the_offers_accepted(
    courier_ids, arrive_on_duty, post, run_tick, open_offers, accept, was_on_duty, earnings
):
    for place, courier_id in enumerate(courier_ids[:2]):
        await arrive_on_duty(courier_id, north_m=900.0 * place)
        await was_on_duty(courier_id, 1_800)
    await post()
    await run_tick()
    await accept((await open_offers())[0])
    found = await earnings()
    assert [found[courier_id].pay_cents for courier_id in courier_ids[:2]] == [800, 0]


async def test_jobs_are_expected_where_they_are_opened(runtime, market, post):
    for _ in range(3):
        await post()
    now = runtime.clock.now()
    async with runtime.pool.connection() as conn:
        read = await read_market(conn, market)
        (newest,) = await demand.list_opened(
            conn, market_id=market, since=now - HOUR, until=now, limit_count=1
        )
    assert (newest.lat_deg, newest.lng_deg) == (GRABEN.lat_deg, GRABEN.lng_deg)
    (place,) = (await read_outlook(runtime, read, now)).demand
    assert distance_m(GRABEN, Point(place.lat_deg, place.lng_deg)) < 600.0
    assert place.jobs_per_h > 3.0


async def test_an_outlook_stays_while_it_cannot_be_read_and_is_never_waited_for(
    runtime, conn, market, post, until
):
    await post()
    async with runtime.pool.connection() as lent:
        read = await read_market(lent, market)
    outlook = MarketOutlook(runtime, read_every_s=0.0)
    keeping = asyncio.create_task(outlook.keep())

    async def demand_told():
        return outlook.of_tick(read, runtime.clock.now()).demand

    async def has_failed():
        return await demand_told() and keeping.done()

    assert await demand_told() == ()
    before = len(await until(demand_told))
    await conn.execute("ALTER TABLE offer RENAME TO gone")
    await until(has_failed)
    assert keeping.exception() is not None
    assert len(await demand_told()) == before


async def test_idle_couriers_are_told_where_jobs_are_expected(
    runtime, market, courier_ids, arrive_on_duty, run_tick
):
    anna, _, cleo = courier_ids
    await arrive_on_duty(anna, north_m=1_500.0)
    await arrive_on_duty(cleo)
    place = DemandPlace(GRABEN.lat_deg, GRABEN.lng_deg, 30.0)
    channels = [(market, Channel.HINTS)]
    async with Subscription(runtime.settings, channels) as messages:
        assert isinstance(await anext(messages), BusRestored)
        assert (await run_tick()).couriers_count == 0  # nothing is open, nothing is expected
        summary = await run_tick(outlook=Outlook(demand=(place,)))
        assert summary.couriers_count == 0  # it was looked for just now
    async with Subscription(runtime.settings, channels) as messages:
        assert isinstance(await anext(messages), BusRestored)
        memory = Memory()
        summary = await run_tick(outlook=Outlook(demand=(place,)), memory=memory)
        assert summary.couriers_count == 2
        async with asyncio.timeout(5.0):
            (hint,) = (await anext(messages)).hints
    assert hint.courier_id == anna
    told = decode_server_message(hint.message)
    assert (told.lat_deg, told.lng_deg, told.reason) == (place.lat_deg, place.lng_deg, "demand")
    assert told.expires_in_ms == Policy().reposition_horizon_s * 1_000.0


async def test_ops_are_told_where_jobs_are_expected(runtime, market, leadership, show):
    outlook = Outlook(demand=tuple(DemandPlace(48.2, 16.3, 100.0 - n) for n in range(60)))
    ticker = Ticker(runtime, market, leadership, outlook_of=lambda *_: outlook)
    await show()
    async with Subscription(runtime.settings, [(market, Channel.TICKS)]) as messages:
        assert isinstance(await anext(messages), BusRestored)
        await ticker.attempt()
        async with asyncio.timeout(5.0):
            told = msgspec.json.decode((await anext(messages)).tick, type=OpsTick)
    assert [place.jobs_per_h for place in told.demand] == [100.0 - n for n in range(50)]


async def test_what_a_plan_holds_is_where_the_next_one_starts_and_goes_with_the_lease(
    runtime, market, lead, courier_ids, arrive_on_duty, post, show, conn
):
    await arrive_on_duty(courier_ids[0])
    now = runtime.clock.now()
    job_id = await post(ready_at=now + timedelta(minutes=29), due_at=now + timedelta(hours=2))
    await show()
    async with lead() as leadership:
        ticker = Ticker(runtime, market, leadership)
        assert (await ticker.attempt()).held_count == 1
        assert [(held.job_id, held.courier_id) for held in ticker.memory.held] == [
            (job_id, courier_ids[0])
        ]
        await ticker.attempt()
        assert len(ticker.memory.held) == 1
        await conn.execute("UPDATE lease SET holder = 'another'")
        await leadership.release()
        assert await ticker.attempt() is None
        assert ticker.memory.held == ()
