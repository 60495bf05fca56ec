"""Time passes: offers and searches end, scheduled jobs open, old rows and positions go."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from service.actions.assign_job import assign_job
from service.domain.lifecycle import JobStatus
from service.domain.vocabulary import Actor, ReasonCode
from service.live import positions
from service.relay.retention import (
    forget_positions,
    forget_record,
    forget_recorded_ticks,
    forget_rows,
)
from service.relay.sweep import sweep
from service.store import streams


@pytest.fixture
def offer(runtime, market):
    """Offer a job to a courier by hand; return the offer's id."""

    async def offer_one(job_id, courier_id):
        made = await assign_job(runtime, job_id=job_id, courier_id=courier_id, market_id=market)
        return made.id

    return offer_one


async def status_of(conn, offer_id):
    return await conn.fetchval("SELECT status FROM offer WHERE id = $1", offer_id)


async def test_an_unseen_offer_expires_and_frees_its_job(
    runtime, conn, market, online, post, offer, read, later
):
    job_id = await post()
    offer_id = await offer(job_id, online[0])
    await sweep(runtime, market)
    assert await status_of(conn, offer_id) == "pending"
    await later(16)
    await sweep(runtime, market)
    assert await status_of(conn, offer_id) == "unreachable"
    assert (await read(job_id)).offer_id is None


async def test_a_scheduled_job_opens_at_its_release(runtime, market, post, read, later):
    job_id = await post(ready_at=runtime.clock.now() + timedelta(hours=2))
    await sweep(runtime, market)
    assert (await read(job_id)).status is JobStatus.SCHEDULED
    await later(1.6 * 3_600)
    await sweep(runtime, market)
    assert (await read(job_id)).status is JobStatus.OPEN


async def test_a_search_ends_at_its_limit_and_ops_are_told(
    runtime, conn, market, post, read, later
):
    job_id = await post()
    await later(3_601)
    await sweep(runtime, market)
    job = await read(job_id)
    assert (job.status, job.ended_by) == (JobStatus.EXPIRED, Actor.SYSTEM)
    assert job.reason is ReasonCode.NO_SUPPLY
    kinds = await conn.fetch("SELECT kind FROM exception WHERE job_id = $1", job_id)
    assert [row["kind"] for row in kinds] == ["no_courier"]


async def test_an_offer_that_cannot_be_read_does_not_keep_the_others(
    runtime, conn, market, online, post, offer, later
):
    poison = await offer(await post(), online[0])
    sound = await offer(await post(), online[1])
    await conn.execute("UPDATE offer SET legs = '7', expires_at = now() WHERE id = $1", poison)
    await later(16)
    await sweep(runtime, market)
    assert await status_of(conn, poison) == "pending"
    assert await status_of(conn, sound) == "unreachable"


async def test_positions_go_after_a_minute(runtime, market, online, report, later):
    await report(online[0])
    await later(59)
    await report(online[1])
    await forget_positions(runtime, market)
    assert set(await positions.read_fixes(runtime.redis, market, online)) == set(online[:2])
    await later(2)
    await forget_positions(runtime, market)
    assert set(await positions.read_fixes(runtime.redis, market, online)) == {online[1]}


async def test_only_events_that_nobody_can_ask_for_are_forgotten(
    runtime, conn, market, people, post, relay
):
    await post()
    await relay()
    owner = f"merchant:{people[0].merchant_id}"
    await conn.execute(
        "UPDATE stream_event SET recorded_at = now() - interval '11 minutes 1 second' WHERE seq = 1"
    )
    await conn.execute(
        "UPDATE stream_event SET recorded_at = now() - interval '10 minutes 50 s' WHERE seq = 2"
    )
    await forget_rows(runtime)
    stream = await streams.read_stream(conn, owner=owner)
    assert (stream.first_kept_seq, stream.last_seq) == (2, 2)


async def test_keys_are_forgotten_after_their_time(runtime, conn, market, post):
    await post(key="old")
    await post(key="new")
    await conn.execute(
        "UPDATE idempotency SET created_at = now() - interval '49 hours' WHERE key = 'old'"
    )
    await forget_rows(runtime)
    assert [row["key"] for row in await conn.fetch("SELECT key FROM idempotency")] == ["new"]


async def test_the_record_goes_after_its_time(runtime, conn, market, online, post, offer):
    made = [await offer(await post(), courier_id) for courier_id in online[:2]]
    for one, days in zip(made, (181, 179), strict=True):
        tick_id = await conn.fetchval(
            "INSERT INTO tick (market_id, at, policy_version, dispatch_epoch, summary)"
            " VALUES ($1, now() - make_interval(days => $2), 1, 1, '{}') RETURNING id",
            market,
            days,
        )
        await conn.execute(
            "INSERT INTO decision SELECT $1, id, at, '{}' FROM tick WHERE id = $2", one, tick_id
        )
    for courier_id, days in zip(online[:2], (31, 29), strict=True):
        await conn.execute(
            "INSERT INTO position_sample VALUES ($1, $2, now() - make_interval(days => $3), 0, 0)",
            market,
            courier_id,
            days,
        )
    await forget_record(runtime)
    assert [row["offer_id"] for row in await conn.fetch("SELECT * FROM decision")] == [made[1]]
    assert await conn.fetchval("SELECT count(*) FROM tick") == 1
    assert await conn.fetchval("SELECT courier_id FROM position_sample") == online[1]


async def test_a_resolved_exception_goes_after_its_time_and_an_open_one_never(
    runtime, conn, market
):
    for number, days in enumerate((181, 179, None)):
        await conn.execute(
            "INSERT INTO exception (id, market_id, kind, severity, opened_at, resolved_at)"
            " VALUES ($1, $2, 'index_drift', 'warning', now() - make_interval(days => 400),"
            " now() - make_interval(days => $3))",
            UUID(int=number),
            market,
            days,
        )
    await forget_record(runtime)
    rows = await conn.fetch("SELECT id FROM exception ORDER BY id")
    assert [row["id"].int for row in rows] == [1, 2]


@pytest.fixture
def recorded(conn, market):
    """Put a recorded tick there, so many days old and bytes large; return its id."""

    async def record(*, days, bytes_count=1_000):
        tick_id = await conn.fetchval(
            "INSERT INTO tick (market_id, at, policy_version, dispatch_epoch, summary)"
            " VALUES ($1, now() - make_interval(days => $2), 1, 1, '{}') RETURNING id",
            market,
            days,
        )
        await conn.execute(
            "INSERT INTO recorded_tick SELECT id, market_id, at, 1, $2, 'x' FROM tick"
            " WHERE id = $1",
            tick_id,
            bytes_count,
        )
        return tick_id

    return record


async def test_recorded_ticks_go_with_the_trails(runtime, conn, market, recorded):
    await recorded(days=31)
    kept_id = await recorded(days=29)
    await forget_recorded_ticks(runtime, market)
    assert [row["tick_id"] for row in await conn.fetch("SELECT * FROM recorded_tick")] == [kept_id]
    assert await conn.fetchval("SELECT count(*) FROM tick") == 2


async def test_a_market_keeps_the_newest_ticks_within_its_share(runtime, conn, market, recorded):
    tick_ids = [await recorded(days=days) for days in (4, 3, 2, 1)]
    tight = msgspec.structs.replace(runtime.settings, recorded_ticks_bytes_max=2_500)
    await forget_recorded_ticks(msgspec.structs.replace(runtime, settings=tight), market)
    kept = await conn.fetch("SELECT tick_id FROM recorded_tick ORDER BY tick_id")
    assert [row["tick_id"] for row in kept] == tick_ids[2:]
