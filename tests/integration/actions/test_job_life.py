"""A job's whole life through the actions, on a real database."""

import asyncio

import pytest

from service.actions.accept_offer import accept_offer
from service.actions.assign_job import assign_job
from service.actions.cancel_job import cancel_job
from service.actions.decline_offer import decline_offer
from service.actions.fail_job import fail_job
from service.actions.fail_stop import fail_stop
from service.actions.resolve_exception import resolve_exception
from service.actions.set_status import Offline, set_status
from service.domain.errors import (
    AlreadyAssignedError,
    DomainError,
    DuplicateReferenceError,
    IdempotencyMismatchError,
    InvalidStateTransitionError,
    NotCancelableError,
    NotFoundError,
    OfferRevokedError,
    TooFarFromStopError,
)
from service.domain.lifecycle import JobStatus, StopKind
from service.domain.vocabulary import Actor, ReasonCode
from service.store import couriers, exceptions


async def types_of(conn, job_id):
    rows = await conn.fetch("SELECT type, sequence FROM fact WHERE job_id = $1 ORDER BY 2", job_id)
    assert [row["sequence"] for row in rows] == list(range(1, len(rows) + 1))
    return [row["type"] for row in rows]


async def test_a_job_is_delivered(conn, online, accepted, complete, read):
    job_id = await accepted()
    job = await read(job_id)
    assert job.status is JobStatus.ENROUTE_TO_PICKUP
    await complete(online[0], job.latest(StopKind.PICKUP))
    await complete(online[0], job.latest(StopKind.DROPOFF))
    assert (await read(job_id)).status is JobStatus.DELIVERED
    assert await types_of(conn, job_id) == [
        "job.created",
        "job.opened",
        "job.assigned",
        "job.enroute_to_pickup",
        "job.arrived_at_pickup",
        "job.picked_up",
        "job.enroute_to_dropoff",
        "job.arrived_at_dropoff",
        "job.delivered",
    ]
    row = await conn.fetchrow("SELECT * FROM assignment WHERE job_id = $1", job_id)
    assert row["courier_id"] == online[0]
    assert row["ended_at"] >= row["started_at"]


async def test_the_courier_is_free_again_after_the_last_job(
    runtime, online, accepted, complete, read
):
    job = await read(await accepted())
    await complete(online[0], job.latest(StopKind.PICKUP))
    await complete(online[0], job.latest(StopKind.DROPOFF))
    async with runtime.pool.connection() as conn:
        courier = await couriers.read_courier(conn, courier_id=online[0])
    assert (courier.status, courier.live_jobs_count, courier.load.weight_g) == ("online", 0, 0)


async def test_the_same_key_makes_one_job(conn, post):
    ids = await asyncio.gather(*(post(key="once") for _ in range(8)))
    assert len(set(ids)) == 1
    assert await conn.fetchval("SELECT count(*) FROM job") == 1


async def test_the_same_key_with_another_request_is_refused(post):
    await post(key="once")
    with pytest.raises(IdempotencyMismatchError):
        await post(key="once", sha=b"t" * 32)


async def test_a_reference_names_one_job(post):
    job_id = await post(reference="order 7")
    with pytest.raises(DuplicateReferenceError, match=str(job_id)):
        await post(reference="order 7")


@pytest.mark.parametrize("status", ["returned", "canceled", "expired", "failed"])
async def test_what_came_to_nothing_may_be_posted_again_under_its_reference(conn, post, status):
    ended = (
        "UPDATE job SET status = $2, ended_at = now(),"
        " courier_id = (SELECT id FROM courier LIMIT 1) WHERE id = $1"
    )
    first = await post(reference="order 7")
    await conn.execute(ended, first, status)
    second = await post(reference="order 7")
    with pytest.raises(DuplicateReferenceError, match=str(second)):
        await post(reference="order 7")
    await conn.execute(ended, second, "delivered")
    with pytest.raises(DuplicateReferenceError, match=str(second)):
        await post(reference="order 7")


async def test_one_of_accept_and_cancel_wins(runtime, conn, market, online, post, offer):
    for _ in range(10):
        job_id = await post()
        made = await offer(job_id, online[0])
        outcomes = await asyncio.gather(
            accept_offer(runtime, offer_id=made.id, by=online[0], market_id=market),
            cancel_job(
                runtime,
                job_id=job_id,
                market_id=market,
                merchant_id=None,
                reason=ReasonCode.DUPLICATE_JOB,
            ),
            return_exceptions=True,
        )
        status = await conn.fetchval("SELECT status FROM job WHERE id = $1", job_id)
        assert status == "canceled"  # an accepted job may still be canceled before custody
        assert not isinstance(outcomes[1], BaseException)
        assert isinstance(outcomes[0], OfferRevokedError | NotFoundError) or (
            outcomes[0].status == "accepted"
        )
        live = await conn.fetchval("SELECT count(*) FROM assignment WHERE ended_at IS NULL")
        assert live == 0


async def test_accepting_twice_changes_nothing(runtime, conn, market, online, post, offer):
    job_id = await post()
    made = await offer(job_id, online[0])
    answers = await asyncio.gather(
        *(accept_offer(runtime, offer_id=made.id, by=online[0], market_id=market) for _ in range(4))
    )
    assert {answer.status for answer in answers} == {"accepted"}
    assert await conn.fetchval("SELECT count(*) FROM assignment") == 1


async def test_another_couriers_offer_is_not_to_be_found(runtime, market, online, post, offer):
    made = await offer(await post(), online[0])
    with pytest.raises(NotFoundError):
        await accept_offer(runtime, offer_id=made.id, by=online[1], market_id=market)


async def test_a_declined_job_is_free_for_the_next(runtime, market, online, post, offer, read):
    job_id = await post()
    made = await offer(job_id, online[0])
    await decline_offer(runtime, offer_id=made.id, by=online[0], market_id=market, answer="too far")
    assert (await read(job_id)).offer_id is None
    again = await offer(job_id, online[1])
    await accept_offer(runtime, offer_id=again.id, by=online[1], market_id=market)
    assert (await read(job_id)).courier_id == online[1]


async def test_a_courier_has_one_open_offer(online, post, offer):
    await offer(await post(), online[0])
    with pytest.raises(AlreadyAssignedError):
        await offer(await post(), online[0])


async def test_two_jobs_in_one_route(online, accepted, complete, read):
    first = await read(await accepted())
    second = await read(await accepted())
    assert second.status is JobStatus.ASSIGNED
    await complete(online[0], first.latest(StopKind.PICKUP))
    await complete(online[0], first.latest(StopKind.DROPOFF))
    assert (await read(second.id)).status is JobStatus.ENROUTE_TO_PICKUP


async def test_arriving_out_of_order_is_refused(online, accepted, arrive, read):
    job = await read(await accepted())
    with pytest.raises(InvalidStateTransitionError):
        await arrive(online[0], job.latest(StopKind.DROPOFF))


async def test_arriving_from_afar_is_refused(online, accepted, arrive, read):
    job = await read(await accepted())
    with pytest.raises(TooFarFromStopError):
        await arrive(
            online[0], job.latest(StopKind.PICKUP), place=job.latest(StopKind.DROPOFF).point
        )


async def test_a_failed_pickup_frees_the_job(runtime, market, conn, online, accepted, arrive, read):
    job = await read(await accepted())
    pickup = job.latest(StopKind.PICKUP)
    await arrive(online[0], pickup)
    await fail_stop(
        runtime,
        courier_id=online[0],
        market_id=market,
        stop_id=pickup.id,
        reason=ReasonCode.PICKUP_CLOSED,
    )
    freed = await read(job.id)
    assert (freed.status, freed.attempt, freed.courier_id) == (JobStatus.OPEN, 2, None)
    refused = await conn.fetchval("SELECT refused_by FROM unoffered_job WHERE job_id = $1", job.id)
    assert refused == [online[0]]


@pytest.mark.parametrize(
    ("resolution", "status"),
    [("retry", JobStatus.ENROUTE_TO_DROPOFF), ("fail", JobStatus.FAILED)],
)
async def test_a_failed_drop_off_is_decided_by_ops(
    runtime, market, online, accepted, complete, read, resolution, status
):
    job = await read(await accepted())
    dropoff = job.latest(StopKind.DROPOFF)
    await complete(online[0], job.latest(StopKind.PICKUP))
    await fail_stop(
        runtime,
        courier_id=online[0],
        market_id=market,
        stop_id=dropoff.id,
        reason=ReasonCode.RECIPIENT_UNREACHABLE,
    )
    assert (await read(job.id)).status is JobStatus.UNDELIVERABLE
    async with runtime.pool.connection() as conn:
        (opened,) = await exceptions.list_exceptions(
            conn,
            market_id=market,
            only_open=True,
            kinds=(),
            severities=(),
            job_id=None,
            courier_id=None,
            before_id=None,
            limit_count=5,
        )
    await resolve_exception(
        runtime, exception_id=opened.id, market_id=market, resolution=resolution
    )
    assert (await read(job.id)).status is status
    if resolution == "retry":
        again = (await read(job.id)).latest(StopKind.DROPOFF)
        assert again.attempt == 2
        await complete(online[0], again)
        assert (await read(job.id)).status is JobStatus.DELIVERED


async def test_what_the_courier_carries_cannot_be_canceled(
    runtime, market, online, accepted, complete, read
):
    job = await read(await accepted())
    await complete(online[0], job.latest(StopKind.PICKUP))
    with pytest.raises(NotCancelableError):
        await cancel_job(
            runtime,
            job_id=job.id,
            market_id=market,
            merchant_id=None,
            reason=ReasonCode.ADDRESS_ERROR,
        )


async def test_couriers_race_for_nothing_but_their_own_offers(runtime, conn, market, online, post):
    job_ids = [await post() for _ in range(6)]
    outcomes = await asyncio.gather(
        *(
            assign_job(runtime, job_id=job_id, courier_id=courier_id, market_id=market)
            for job_id in job_ids
            for courier_id in online
        ),
        return_exceptions=True,
    )
    assert all(not isinstance(o, BaseException) or isinstance(o, DomainError) for o in outcomes)
    rows = await conn.fetch(
        "SELECT courier_id, count(*) FROM offer WHERE status IN ('pending', 'seen') GROUP BY 1"
    )
    assert all(row["count"] == 1 for row in rows)
    offered = await conn.fetchval("SELECT count(*) FROM job WHERE offer_id IS NOT NULL")
    assert offered == len(rows)


async def test_an_undeliverable_job_cannot_be_dismissed_but_given_up(
    runtime, market, online, accepted, complete, read
):
    job = await read(await accepted())
    await complete(online[0], job.latest(StopKind.PICKUP))
    await fail_stop(
        runtime,
        courier_id=online[0],
        market_id=market,
        stop_id=job.latest(StopKind.DROPOFF).id,
        reason=ReasonCode.RECIPIENT_REFUSED,
    )
    async with runtime.pool.connection() as conn:
        (opened,) = await exceptions.list_exceptions(
            conn,
            market_id=market,
            only_open=True,
            kinds=(),
            severities=(),
            job_id=None,
            courier_id=None,
            before_id=None,
            limit_count=5,
        )
    with pytest.raises(InvalidStateTransitionError):
        await resolve_exception(
            runtime, exception_id=opened.id, market_id=market, resolution="dismiss"
        )
    for _ in range(2):  # whoever did not hear that it was done asks again
        await fail_job(runtime, job_id=job.id, market_id=market, reason=ReasonCode.PACKAGE_DAMAGED)
    assert (await read(job.id)).status is JobStatus.FAILED
    async with runtime.pool.connection() as conn:
        closed = await exceptions.read_exception(conn, exception_id=opened.id, market_id=market)
    assert closed.resolution == "fail"


async def test_ops_cannot_send_a_courier_of_another_market(runtime, conn, market, online, post):
    await conn.execute(
        "INSERT INTO market (id, name, currency, timezone, center_lat_deg, center_lng_deg,"
        " service_radius_m) VALUES ('graz', 'Graz', 'EUR', 'UTC', 47.07, 15.44, 9000)"
    )
    await conn.execute("UPDATE courier SET market_id = 'graz' WHERE id = $1", online[0])
    with pytest.raises(NotFoundError):
        await assign_job(runtime, job_id=await post(), courier_id=online[0], market_id=market)


async def test_a_job_under_an_offer_is_put_to_another_courier(
    market, online, post, offer, read, runtime
):
    job_id = await post()
    first = await offer(job_id, online[0])
    second = await offer(job_id, online[1])
    assert (await read(job_id)).offer_id == second.id
    with pytest.raises(OfferRevokedError):
        await accept_offer(runtime, offer_id=first.id, by=online[0], market_id=market)


async def test_going_off_duty_takes_the_open_offer_back(runtime, market, online, post, offer, read):
    job_id = await post()
    await offer(job_id, online[0])
    await set_status(
        runtime, courier_id=online[0], market_id=market, duty=Offline(), actor=Actor.COURIER
    )
    assert (await read(job_id)).offer_id is None


async def test_a_phone_that_never_answers_is_not_asked_again_in_this_attempt(
    conn, online, post, offer
):
    job_id = await post()
    made = await offer(job_id, online[0])
    await conn.execute("UPDATE offer SET status = 'unreachable' WHERE id = $1", made.id)
    await conn.execute("UPDATE job SET offer_id = NULL WHERE id = $1", job_id)
    query = "SELECT refused_by FROM unoffered_job WHERE job_id = $1"
    assert await conn.fetchval(query, job_id) == [online[0]]
    await conn.execute("UPDATE job SET attempt = 2 WHERE id = $1", job_id)
    assert await conn.fetchval(query, job_id) == []
