"""Couriers who go silent: the idle ones are set offline, open jobs go to others, ops hear of it."""

import pytest

from service.actions.fail_job import fail_job
from service.actions.resolve_exception import resolve_exception
from service.domain.lifecycle import CourierStatus, JobStatus
from service.domain.vocabulary import ReasonCode
from service.live import positions
from service.relay.watch import Watch
from service.store import couriers, exceptions


@pytest.fixture
def watch(runtime, market):
    return Watch(runtime, market)


@pytest.fixture
def status_of(runtime):
    async def read_status(courier_id):
        async with runtime.pool.connection() as conn:
            return (await couriers.read_courier(conn, courier_id=courier_id)).status

    return read_status


@pytest.fixture
def open_exceptions(runtime, market):
    async def list_open():
        async with runtime.pool.connection() as conn:
            return await exceptions.list_exceptions(
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

    return list_open


async def test_an_idle_courier_who_is_silent_is_set_offline(
    online, watch, report, later, status_of
):
    await watch.look(1)
    await later(100)
    await report(online[1])
    await watch.look(1)
    await later(81)
    await watch.look(1)
    assert [await status_of(one) for one in online] == ["offline", "online", "offline"]


@pytest.mark.parametrize("part_count", [1, 2, 3])
async def test_everybody_is_looked_at_however_few_at_a_time(
    online, watch, later, status_of, monkeypatch, part_count
):
    monkeypatch.setattr("service.relay.watch.COURIERS_PER_PART_COUNT_MAX", part_count)
    await watch.look(1)
    await later(181)
    await watch.look(1)
    assert [await status_of(one) for one in online] == ["offline"] * len(online)


async def test_what_a_silent_courier_has_not_picked_up_goes_to_others(
    conn, online, post, give, watch, later, read, status_of
):
    job_id = await post()
    await give(job_id, online[0])
    await watch.look(1)
    await later(299)
    await watch.look(1)
    assert (await read(job_id)).courier_id == online[0]
    await later(2)
    await watch.look(1)
    job = await read(job_id)
    assert (job.status, job.attempt, job.courier_id) == (JobStatus.OPEN, 2, None)
    reason = "SELECT body ->> 'reason' FROM fact WHERE type = 'job.reassigned'"
    assert await conn.fetchval(reason) == ReasonCode.COURIER_NO_PROGRESS
    assert await status_of(online[0]) is CourierStatus.OFFLINE


async def test_ops_are_told_once_of_a_silent_courier_with_a_parcel(
    runtime, market, online, post, give, pick_up, watch, later, read, open_exceptions
):
    job_id = await post()
    await give(job_id, online[0])
    await pick_up(job_id, online[0])
    await watch.look(1)
    await later(301)
    await watch.look(1)
    (told,) = await open_exceptions()
    assert (told.kind, told.courier_id) == ("courier_silent", online[0])
    assert (await read(job_id)).courier_id == online[0]
    await resolve_exception(runtime, exception_id=told.id, market_id=market, resolution="dismiss")
    await watch.look(1)
    assert await open_exceptions() == []


async def test_the_matter_is_closed_when_the_courier_is_heard_again(
    conn, online, post, give, pick_up, watch, report, later, open_exceptions
):
    job_id = await post()
    await give(job_id, online[0])
    await pick_up(job_id, online[0])
    await watch.look(1)
    await later(301)
    await watch.look(1)
    assert len(await open_exceptions()) == 1
    await report(online[0])
    await watch.look(1)
    assert await open_exceptions() == []
    resolution = await conn.fetchval("SELECT resolution FROM exception")
    assert resolution == "heard_again"


async def test_the_matter_is_closed_when_nothing_is_aboard_any_more(
    runtime, market, conn, online, post, give, pick_up, watch, later, read, open_exceptions
):
    job_id = await post()
    await give(job_id, online[0])
    await pick_up(job_id, online[0])
    await watch.look(1)
    await later(301)
    await watch.look(1)
    (told,) = await open_exceptions()
    assert told.due_at == (await read(job_id)).due_at
    await fail_job(runtime, job_id=job_id, market_id=market, reason=ReasonCode.PACKAGE_DAMAGED)
    await watch.look(1)
    await watch.look(1)
    assert await open_exceptions() == []
    assert await conn.fetchval("SELECT resolution FROM exception") == "nothing_in_hand"


async def test_who_has_just_been_heard_is_not_silent_after_a_flush(
    runtime, market, online, watch, report, later, status_of
):
    await watch.look(1)
    await later(179)
    await report(online[0])
    await watch.look(1)
    await runtime.redis.execute("FLUSHALL")
    await later(60)
    await watch.look(1)
    assert await status_of(online[0]) is CourierStatus.ONLINE


async def test_a_relay_that_takes_over_begins_to_count_anew(online, watch, later, status_of):
    await watch.look(1)
    await later(179)
    await watch.look(2)
    await later(2)
    await watch.look(2)
    assert await status_of(online[0]) is CourierStatus.ONLINE
    await later(179)
    await watch.look(2)
    assert await status_of(online[0]) is CourierStatus.OFFLINE


async def test_a_shift_ends_at_its_time(online, post, give, pick_up, watch, later, status_of, conn):
    job_id = await post()
    await give(job_id, online[0])
    await pick_up(job_id, online[0])
    await later(4 * 3_600)
    await watch.look(1)
    assert [await status_of(one) for one in online] == ["ending", "offline", "offline"]
    told = "SELECT count(*) FROM fact WHERE type = 'courier.status_changed' AND courier_id = $1"
    facts_count = await conn.fetchval(told, online[0])
    await watch.look(1)
    assert await conn.fetchval(told, online[0]) == facts_count


async def test_positions_of_couriers_under_way_are_sampled(
    conn, online, post, give, watch, report, later
):
    await give(await post(), online[0])
    for _ in range(5):
        await report(online[0])
        await report(online[1])
        await watch.look(1)
        await later(4)
    rows = await conn.fetch("SELECT courier_id, at FROM position_sample ORDER BY at")
    assert [row["courier_id"] for row in rows] == [online[0]] * 2
    assert 10.0 <= (rows[1]["at"] - rows[0]["at"]).total_seconds() < 16.0


async def test_couriers_off_duty_are_left_alone(runtime, market, keys, people, watch, report):
    courier_id = people[1][0].courier_id
    await report(courier_id)
    await watch.look(1)
    assert courier_id in await positions.read_fixes(runtime.redis, market, [courier_id])
