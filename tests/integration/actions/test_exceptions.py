"""What a human decides about an exception, and what may not be decided about it."""

import asyncio
import json

import pytest

from service.actions.assign_job import assign_job
from service.actions.resolve_exception import resolve_exception
from service.domain.errors import InvalidStateTransitionError
from service.domain.ids import ExceptionId
from service.domain.lifecycle import CourierStatus, JobStatus, OfferStatus
from service.domain.vocabulary import ExceptionKind, ReasonCode, Severity
from service.store import couriers, exceptions, offers
from service.store.told_exceptions import change_and_tell, open_and_tell
from tests.integration.relay.conftest import give, pick_up  # noqa: F401  # found by name

MOVED = "SELECT subject, action, before, after, reason FROM audit_entry WHERE subject LIKE 'job:%'"
STILL = ExceptionKind.COURIER_NOT_MOVING


@pytest.fixture
def opened(runtime, market):
    """Open an exception; return its id."""

    async def open_one(kind, **subject):
        exception_id = ExceptionId(runtime.new_id())
        async with runtime.pool.transaction() as conn:
            await open_and_tell(
                conn,
                exception_id=exception_id,
                market_id=market,
                kind=kind,
                severity=Severity.WARNING,
                now=runtime.clock.now(),
                **({"job_id": None, "courier_id": None} | subject),
            )
        return exception_id

    return open_one


@pytest.fixture
def resolve(runtime, market):
    async def resolve_one(exception_id, resolution):
        await resolve_exception(
            runtime, exception_id=exception_id, market_id=market, resolution=resolution
        )
        async with runtime.pool.connection() as conn:
            return await exceptions.read_exception(
                conn, exception_id=exception_id, market_id=market
            )

    return resolve_one


async def test_a_job_at_risk_is_opened_for_others(
    conn,
    online,
    post,
    give,  # noqa: F811
    opened,
    resolve,
    read,
):
    job_id = await post()
    await give(job_id, online[0])
    exception_id = await opened(ExceptionKind.LATE_RISK, job_id=job_id)
    resolved = await resolve(exception_id, "reassign")
    assert resolved.resolution == "reassign"
    job = await read(job_id)
    assert (job.status, job.attempt, job.courier_id) == (JobStatus.OPEN, 2, None)
    assert job.reason is None
    body = await conn.fetchval("SELECT body FROM fact WHERE type = 'job.reassigned'")
    assert json.loads(body)["reason"] == ReasonCode.COURIER_NO_PROGRESS


async def test_of_a_courier_who_stands_still_only_what_is_aboard_stays(
    runtime,
    conn,
    online,
    post,
    give,  # noqa: F811
    pick_up,  # noqa: F811
    opened,
    resolve,
    read,
):
    aboard, first, second = [await post() for _ in range(3)]
    await give(aboard, online[0])
    await pick_up(aboard, online[0])
    await give(first, online[0])
    await give(second, online[0])
    exception_id = await opened(ExceptionKind.COURIER_NOT_MOVING, courier_id=online[0])
    await resolve(exception_id, "reassign")
    assert [(await read(id_)).status for id_ in (first, second)] == [JobStatus.OPEN] * 2
    assert (await read(aboard)).courier_id == online[0]
    async with runtime.pool.connection() as pooled:
        courier = await couriers.read_courier(pooled, courier_id=online[0])
    assert (courier.status, courier.live_jobs_count) == (CourierStatus.BUSY, 1)
    noted = {row["subject"] for row in await conn.fetch("SELECT subject FROM audit_entry")}
    assert {f"exception:{exception_id}", f"job:{first}", f"job:{second}"} <= noted


async def test_who_has_nothing_to_give_away_keeps_the_matter_open(online, opened, resolve, conn):
    exception_id = await opened(ExceptionKind.COURIER_MOVING_AWAY, courier_id=online[0])
    with pytest.raises(InvalidStateTransitionError):
        await resolve(exception_id, "reassign")
    assert await conn.fetchval("SELECT resolved_at FROM exception") is None


@pytest.mark.parametrize(
    ("kind", "resolution"),
    [
        (ExceptionKind.LATE_RISK, "fail"),
        (ExceptionKind.PICKUP_WAIT, "retry"),
        (ExceptionKind.NO_COURIER_NEAR, "reassign"),
        (ExceptionKind.ATTEMPT_FAILED, "reassign"),
    ],
)
async def test_what_does_not_suit_the_kind_is_refused(
    online,
    post,
    give,  # noqa: F811
    opened,
    resolve,
    read,
    kind,
    resolution,
):
    job_id = await post()
    await give(job_id, online[0])
    exception_id = await opened(kind, job_id=job_id)
    with pytest.raises(InvalidStateTransitionError):
        await resolve(exception_id, resolution)
    assert (await read(job_id)).courier_id == online[0]


async def test_one_about_the_market_is_dismissed(market, opened, resolve, conn):
    exception_id = await opened(ExceptionKind.INDEX_DRIFT)
    again = await opened(ExceptionKind.INDEX_DRIFT)
    assert (await resolve(exception_id, "dismiss")).resolution == "dismiss"
    assert await conn.fetchval("SELECT count(*) FROM exception WHERE id = $1", again) == 0
    told = await conn.fetchval("SELECT before FROM audit_entry WHERE action = 'resolve_exception'")
    assert market in str(told)


async def test_two_who_decide_at_once_decide_once(online, post, give, opened, resolve, read):  # noqa: F811
    job_id = await post()
    await give(job_id, online[0])
    exception_id = await opened(ExceptionKind.LATE_RISK, job_id=job_id)
    await asyncio.gather(*(resolve(exception_id, "reassign") for _ in range(4)))
    assert (await read(job_id)).attempt == 2


async def test_each_job_that_goes_to_others_is_noted_and_keeps_its_age(
    conn,
    online,
    post,
    give,  # noqa: F811
    opened,
    resolve,
    read,
):
    jobs = [await post() for _ in range(2)]
    for job_id in jobs:
        await give(job_id, online[0])
    before = {job_id: await read(job_id) for job_id in jobs}
    noted_count = len(await conn.fetch(MOVED))
    await resolve(await opened(STILL, courier_id=online[0]), "reassign")
    entries = (await conn.fetch(MOVED + " ORDER BY number"))[noted_count:]
    assert sorted(entry["subject"] for entry in entries) == sorted(f"job:{one}" for one in jobs)
    for entry in entries:
        assert (entry["action"], entry["reason"]) == ("resolve_exception", "courier_no_progress")
        assert json.loads(entry["before"])["courier_id"] == str(online[0])
        assert json.loads(entry["after"])["status"] == "open"
    assert [(await read(one)).opened_at for one in jobs] == [before[one].opened_at for one in jobs]


async def test_a_job_that_goes_to_others_is_noted(
    conn,
    online,
    post,
    give,  # noqa: F811
    opened,
    resolve,
):
    job_id = await post()
    await give(job_id, online[0])
    noted_count = len(await conn.fetch(MOVED))
    await resolve(await opened(ExceptionKind.LATE_RISK, job_id=job_id), "reassign")
    (entry,) = (await conn.fetch(MOVED + " ORDER BY number"))[noted_count:]
    assert (entry["subject"], entry["action"]) == (f"job:{job_id}", "reassign_job")
    assert json.loads(entry["after"])["status"] == "open"


async def test_an_offer_to_who_stands_still_is_taken_back_and_the_shift_goes_on(
    runtime,
    market,
    online,
    post,
    give,  # noqa: F811
    opened,
    resolve,
    read,
):
    had, asked = await post(), await post()
    await give(had, online[0])
    made = await assign_job(runtime, job_id=asked, courier_id=online[0], market_id=market)
    await resolve(await opened(STILL, courier_id=online[0]), "reassign")
    assert [((await read(id_)).status, (await read(id_)).offer_id) for id_ in (had, asked)] == [
        (JobStatus.OPEN, None)
    ] * 2
    async with runtime.pool.connection() as conn:
        offer = await offers.read_offer(conn, offer_id=made.id)
        courier = await couriers.read_courier(conn, courier_id=online[0])
    assert (offer.status, offer.answer) == (OfferStatus.REVOKED, "withdrawn")
    assert courier.status is CourierStatus.ONLINE


async def test_of_those_who_decide_about_a_courier_at_once_one_does(
    conn,
    online,
    post,
    give,  # noqa: F811
    opened,
    resolve,
    read,
):
    """Whoever comes second changes nothing, and takes nothing away that was given since."""
    for _ in range(5):
        job_id = await post()
        await give(job_id, online[0])
        exception_id = await opened(STILL, courier_id=online[0])
        resolutions = ("reassign", "dismiss", "reassign", "dismiss")
        await asyncio.gather(*(resolve(exception_id, one) for one in resolutions))
        resolution = await conn.fetchval(
            "SELECT resolution FROM exception WHERE id = $1", exception_id
        )
        assert ((await read(job_id)).status is JobStatus.OPEN) == (resolution == "reassign")
        told = "SELECT count(*) FROM audit_entry WHERE subject = $1"
        assert await conn.fetchval(told, f"exception:{exception_id}") == 1
        if resolution == "dismiss":
            await resolve(await opened(STILL, courier_id=online[0]), "reassign")


async def test_what_is_told_of_an_exception_has_the_version_of_its_row(
    runtime, conn, opened, resolve
):
    exception_id = await opened(ExceptionKind.INDEX_DRIFT)
    async with runtime.pool.transaction() as changing:
        await change_and_tell(
            changing,
            exception_id=exception_id,
            severity=Severity.CRITICAL,
            due_at=None,
            now=runtime.clock.now(),
        )
    assert (await resolve(exception_id, "dismiss")).version == 3
    told = "SELECT body ->> 'version' FROM fact WHERE type LIKE 'exception.%' ORDER BY id"
    assert [row[0] for row in await conn.fetch(told)] == ["1", "2", "3"]
