"""What is amiss in a market is told once, made worse, and closed when its cause has gone."""

import asyncio
from datetime import timedelta

import pytest

from service.actions import reassign_all as reassigning
from service.actions.arrive_at_stop import arrive_at_stop
from service.actions.complete_stop import complete_stop
from service.actions.create_endpoint import EndpointWish, create_endpoint
from service.actions.once import Once
from service.actions.resolve_exception import resolve_exception
from service.domain.audit_log import SHELL
from service.domain.courier import Fix
from service.domain.facts import JobLeftOpen, TickSummary
from service.domain.geo import Point
from service.domain.lifecycle import StopKind
from service.domain.policy import Policy
from service.domain.vocabulary import ExceptionKind, Outcome, ReasonCode
from service.live import index as live_index
from service.metrics import REGISTRY
from service.relay.audit import Audit
from service.relay.lag import count_exceptions
from service.relay.lookout import Lookout
from service.store import ticks

GRABEN, NORTH = Point(48.2089, 16.3697), Point(48.2189, 16.3697)
FACTS = "SELECT type FROM fact WHERE type LIKE 'exception.%' ORDER BY id"


@pytest.fixture
def arrive_at_pickup(runtime, market, read, now):
    async def arrive_one(job_id, courier_id):
        stop = (await read(job_id)).latest(StopKind.PICKUP)
        fix = Fix(point=stop.point, accuracy_m=5.0, received_at=await now())
        whose = {"courier_id": courier_id, "market_id": market, "stop_id": stop.id}
        await arrive_at_stop(runtime, fix=fix, policy=Policy(), **whose)
        return whose

    return arrive_one


@pytest.fixture
def left_open(runtime, market, now):
    """Let a tick say of a job that it was offered to nobody, and why."""

    async def say(job_id, outcome):
        counts = (name for name in TickSummary.__struct_fields__ if name.endswith("_count"))
        durations = {"gather_ms": 1.0, "solve_ms": 1.0, "commit_ms": 1.0}
        summary = TickSummary(
            tick_id=None,
            policy_version=1,
            removed_count_by_filter={},
            **dict.fromkeys(counts, 0),
            **durations,
        )
        reasons = JobLeftOpen(
            job_id=job_id,
            outcome=outcome,
            search_round=0,
            candidates_count=0,
            removed_count_by_filter={},
        )
        async with runtime.pool.connection() as conn:
            at = await now()
            tick = await ticks.insert_tick(
                conn, market_id=market, at=at, policy_version=1, dispatch_epoch=1, summary=summary
            )
            await ticks.insert_open_decisions(
                conn,
                tick_id=tick.id,
                at=at,
                job_ids=[job_id],
                outcomes=[outcome],
                reasons=[reasons],
            )

    return say


async def test_a_courier_who_does_not_move_is_told_until_there_is_motion(
    conn, online, post, give, see, lookout, later, listed
):
    await give(await post(), online[0])
    await see(online[0], NORTH)
    await lookout.look(1)
    await later(301)
    await see(online[0], NORTH)
    await lookout.look(1)
    (told,) = await listed()
    assert (told.kind, told.severity) == (ExceptionKind.COURIER_NOT_MOVING, "warning")
    assert (told.courier_id, told.job_id) == (online[0], None)
    await lookout.look(1)
    assert await listed() == [told]
    await later(5)
    await see(online[0], Point(48.2179, 16.3697))
    await lookout.look(1)
    assert await listed() == []
    assert await conn.fetchval("SELECT resolution FROM exception") == "cleared"
    assert [row["type"] for row in await conn.fetch(FACTS)] == [
        "exception.opened",
        "exception.resolved",
    ]


async def test_a_courier_who_goes_the_other_way_is_told_when_it_lasts(
    online, post, give, see, lookout, later, listed
):
    await give(await post(), online[0])
    for lat_deg in (48.2119, 48.2189, 48.2199):
        await see(online[0], Point(lat_deg, 16.3697))
        await lookout.look(1)
        await later(31)
    (told,) = await listed()
    assert told.kind is ExceptionKind.COURIER_MOVING_AWAY


async def test_a_long_wait_at_a_pickup_ends_when_the_parcel_is_handed_over(
    runtime, online, post, give, arrive_at_pickup, lookout, later, listed
):
    job_id = await post()
    await give(job_id, online[0])
    whose = await arrive_at_pickup(job_id, online[0])
    await later(479)
    await lookout.look(1)
    assert await listed() == []
    await later(2)
    await lookout.look(1)
    (told,) = await listed()
    assert (told.kind, told.job_id) == (ExceptionKind.PICKUP_WAIT, job_id)
    await complete_stop(runtime, **whose)
    await lookout.look(1)
    await lookout.look(1)
    assert ExceptionKind.PICKUP_WAIT not in [one.kind for one in await listed()]


async def test_a_job_that_will_be_late_is_told_and_told_to_be_worse(
    conn, online, post, give, see, lookout, later, listed, read, now
):
    job_id = await post(due_at=await now() + timedelta(seconds=600))
    await give(job_id, online[0])
    await later(400)
    await see(online[0], GRABEN)
    await lookout.look(1)
    assert await listed() == []
    await later(31)
    await see(online[0], GRABEN)
    await lookout.look(1)
    (told,) = await listed()
    assert (told.kind, told.severity, told.job_id) == (ExceptionKind.LATE_RISK, "warning", job_id)
    assert told.due_at == (await read(job_id)).due_at
    await later(1_000)
    await see(online[0], Point(48.2050, 16.3690))
    await lookout.look(1)
    (worse,) = [one for one in await listed() if one.kind is ExceptionKind.LATE_RISK]
    assert (worse.id, worse.severity) == (told.id, "critical")
    told_types = [row["type"] for row in await conn.fetch(FACTS)]
    assert told_types.count("exception.updated") == 1


async def test_nobody_is_judged_by_where_they_were_long_ago(
    online, post, give, see, lookout, later, listed, now
):
    job_id = await post(due_at=await now() + timedelta(seconds=1_200))
    await give(job_id, online[0])
    await see(online[0], GRABEN)
    await later(1_000)
    for _ in range(2):  # from the Graben it would be late
        await lookout.look(1)
        await later(31)
    assert await listed() == []
    await see(online[0], GRABEN)
    for _ in range(2):
        await lookout.look(1)
        await later(31)
        await see(online[0], GRABEN)
    (told,) = await listed()
    assert (told.kind, told.job_id) == (ExceptionKind.LATE_RISK, job_id)


async def test_nobody_near_is_what_the_matching_says(
    online, post, left_open, lookout, later, listed, read
):
    job_id = await post()
    await left_open(job_id, Outcome.NO_CANDIDATE)
    await lookout.look(1)
    await later(121)
    await lookout.look(1)
    assert await listed() == []
    await later(16)
    await lookout.look(1)
    (told,) = await listed()
    assert (told.kind, told.job_id) == (ExceptionKind.NO_COURIER_NEAR, job_id)
    assert told.due_at == (await read(job_id)).search_until
    await left_open(job_id, Outcome.TAKEN)
    await lookout.look(1)
    assert len(await listed()) == 1
    await later(16)
    await lookout.look(1)
    assert await listed() == []


async def test_a_search_that_begins_anew_is_not_told_by_what_was_before(
    runtime, market, online, post, give, left_open, lookout, later, listed, read
):
    job_id = await post()
    await left_open(job_id, Outcome.NO_CANDIDATE)
    await later(300)
    await give(job_id, online[0])
    once = reassigning.Once(
        courier_id=online[0],
        market_id=market,
        reason=ReasonCode.COURIER_ISSUE,
        key="k",
        origin=SHELL,
    )
    await reassigning.reassign_all(runtime, once)
    for _ in range(2):
        await lookout.look(1)
        await later(20)
    assert await listed() == []  # nobody has looked yet
    await left_open(job_id, Outcome.NO_CANDIDATE)
    for _ in range(2):
        await lookout.look(1)
        await later(20)
    assert await listed() == []  # it has just begun
    await later(60)
    for _ in range(2):
        await lookout.look(1)
        await later(16)
    assert [one.kind for one in await listed()] == [ExceptionKind.NO_COURIER_NEAR]


async def test_an_endpoint_that_fails_is_told_until_it_has_worked_for_a_while(
    runtime, conn, market, people, lookout, later, listed
):
    merchant = people[0]
    await create_endpoint(
        runtime,
        market_id=market,
        wish=EndpointWish(url="https://example.com/", events=(), description="", is_enabled=True),
        once=Once(merchant_id=merchant.merchant_id, key="k", request_sha256=b"s" * 32),
    )
    fail = "UPDATE webhook_endpoint SET failures_count = $1, failing_since = now()"
    await conn.execute(fail, 4)
    await lookout.look(1)
    assert await listed() == []
    await conn.execute(fail, 5)
    await lookout.look(1)
    (told,) = await listed()
    assert told.kind is ExceptionKind.WEBHOOK_FAILING
    assert told.merchant_id == merchant.merchant_id
    assert told.endpoint_id is not None
    await conn.execute(fail, 3)
    await lookout.look(1)
    assert len(await listed()) == 1
    await conn.execute(fail, 0)
    await lookout.look(1)
    await lookout.look(1)
    assert len(await listed()) == 1  # it may fail again at once
    await later(300)
    await lookout.look(1)
    assert await listed() == []


async def test_an_index_that_differed_is_about_the_market_and_is_over_after_a_while(
    runtime, market, online, post, relay, index, make_lookout, later, listed
):
    await post()
    await relay()
    audit = Audit(index)
    lookout = Lookout(runtime, market, audit.take_differing_count)
    await audit.check(lease_epoch=1)
    await live_index.remove_roster(runtime.redis, market, online)
    await audit.check(lease_epoch=1)
    await lookout.look(1)
    assert await listed() == []
    await audit.check(lease_epoch=1)
    await lookout.look(1)
    (told,) = await listed()
    assert told.kind is ExceptionKind.INDEX_DRIFT
    assert (told.job_id, told.courier_id, told.merchant_id, told.endpoint_id) == (None,) * 4
    await make_lookout().look(2)
    assert await listed() == [told]
    await audit.check(lease_epoch=1)
    await lookout.look(1)
    await later(61)
    await lookout.look(1)
    assert await listed() == []


async def test_two_relays_at_once_tell_it_once(runtime, market, listed):
    first, second = (Lookout(runtime, market, lambda: 1) for _ in range(2))
    await asyncio.gather(first.look(1), second.look(2))
    assert len(await listed()) == 1


async def test_what_ops_have_dismissed_is_quiet_for_a_while(
    runtime, market, lookout, drift, later, listed
):
    drift[0] = 1
    await lookout.look(1)
    (told,) = await listed()
    await resolve_exception(runtime, exception_id=told.id, market_id=market, resolution="dismiss")
    for wait_s, open_count in ((1, 0), (890, 0), (20, 1)):
        await later(wait_s)
        drift[0] = 1
        await lookout.look(1)
        assert len(await listed()) == open_count


async def test_a_relay_that_takes_over_closes_only_what_it_has_seen_to_be_over(
    online, post, give, see, make_lookout, later, listed
):
    await give(await post(), online[0])
    first, second = make_lookout(), make_lookout()
    await see(online[0], NORTH)
    await first.look(1)
    await later(301)
    await see(online[0], NORTH)
    await first.look(1)
    assert len(await listed()) == 1
    for _ in range(3):
        await later(10)
        await see(online[0], NORTH)
        await second.look(2)
    assert len(await listed()) == 1
    await see(online[0], Point(48.2179, 16.3697))
    await second.look(2)
    assert await listed() == []


@pytest.mark.parametrize("part_count", [1, 2])
async def test_everybody_is_looked_at_however_few_at_a_time(
    online, post, give, see, lookout, later, listed, monkeypatch, part_count
):
    monkeypatch.setattr("service.relay.lookout.COURIERS_PER_PART_COUNT_MAX", part_count)
    for courier_id in online:
        await give(await post(), courier_id)
    for wait_s in (0, 301):
        await later(wait_s)
        for courier_id in online:
            await see(courier_id, NORTH)
        await lookout.look(1)
    assert {one.courier_id for one in await listed()} == set(online)


async def test_without_redis_nothing_is_made_up(
    runtime, online, post, give, see, lookout, later, listed
):
    await give(await post(), online[0])
    await see(online[0], NORTH)
    await lookout.look(1)
    await later(301)
    await see(online[0], NORTH)
    await lookout.look(1)
    (told,) = await listed()
    await runtime.redis.execute("FLUSHALL")
    await later(60)
    await lookout.look(1)
    assert await listed() == [told]


async def test_whoever_scrapes_is_told_how_many_are_open(runtime, lookout, drift):
    drift[0] = 1
    await lookout.look(1)
    await count_exceptions(runtime)
    labels = {"market": "vienna", "kind": "index_drift"}
    assert REGISTRY.get_sample_value("hexhaul_exceptions_open_count", labels) == 1.0
