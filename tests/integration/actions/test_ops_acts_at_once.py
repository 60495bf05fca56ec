"""What ops do by hand, at the same moment as the courier whom it is about does something."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from service.actions.accept_offer import accept_offer
from service.actions.assign_job import assign_job
from service.actions.complete_for_courier import complete_for_courier
from service.actions.complete_stop import complete_stop
from service.actions.extend_deadline import extend_deadline
from service.actions.reassign_all import Once, reassign_all
from service.actions.suspend_courier import suspend_courier
from service.actions.undo import undo
from service.domain.audit_log import Origin, SealedEntry
from service.domain.drop_out import JobsInHand
from service.domain.errors import DomainError, OfferRevokedError, UndoTooLateError
from service.domain.lifecycle import CourierStatus, JobStatus, OfferStatus
from service.domain.suspension import Suspension
from service.domain.vocabulary import Actor, ReasonCode, SuspensionReason, WaiverReason
from service.store import couriers, offers

ROUNDS = range(6)


@pytest.fixture
def origin(people):
    """Who acts, by a request of its own each time."""
    _, _, operator = people

    def of_request():
        return Origin(actor=Actor.OPS, principal_id=operator.operator_id, request_id=str(uuid4()))

    return of_request


async def outcomes(*tasks):
    """Return what each came to; only refusals are no fault."""
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(one, DomainError) or not isinstance(one, Exception) for one in done), done
    return done


async def courier_of(runtime, courier_id):
    async with runtime.pool.connection() as conn:
        assert await offers.find_open_offer(conn, courier_id=courier_id) is None
        return await couriers.read_courier(conn, courier_id=courier_id)


@pytest.mark.parametrize("round_", ROUNDS)
async def test_who_accepts_while_being_suspended_ends_with_nothing(
    runtime, market, online, post, offer, read, origin, round_
):
    job_id = await post()
    made = await offer(job_id, online[0])
    _, suspended = await outcomes(
        accept_offer(runtime, offer_id=made.id, by=online[0], market_id=market),
        suspend_courier(
            runtime,
            courier_id=online[0],
            market_id=market,
            suspension=Suspension(reason=SuspensionReason.SAFETY, until=None),
            jobs_in_hand=JobsInHand.REASSIGN,
            origin=origin(),
        ),
    )
    assert not isinstance(suspended, Exception)
    courier = await courier_of(runtime, online[0])
    assert (courier.status, courier.live_jobs_count) == (CourierStatus.OFFLINE, 0)
    job = await read(job_id)
    assert (job.status, job.courier_id, job.offer_id) == (JobStatus.OPEN, None, None)


@pytest.mark.parametrize("round_", ROUNDS)
async def test_who_accepts_while_dropping_out_keeps_nothing(
    runtime, market, online, post, offer, read, origin, round_
):
    job_id = await post()
    made = await offer(job_id, online[0])
    once = Once(
        courier_id=online[0],
        market_id=market,
        reason=ReasonCode.COURIER_ISSUE,
        key="once",
        origin=origin(),
    )
    _, *answers = await outcomes(
        accept_offer(runtime, offer_id=made.id, by=online[0], market_id=market),
        *(reassign_all(runtime, once) for _ in range(3)),
    )
    assert len({str(answer.fates) for answer in answers}) == 1
    assert sorted(answer.is_replayed for answer in answers) == [False, True, True]
    courier = await courier_of(runtime, online[0])
    assert (courier.status, courier.live_jobs_count) == (CourierStatus.OFFLINE, 0)
    assert (await read(job_id)).status is JobStatus.OPEN


@pytest.mark.parametrize("round_", ROUNDS)
async def test_an_offer_is_accepted_or_taken_back_and_never_both(
    runtime, market, online, post, read, origin, round_
):
    job_id, by_hand = await post(), origin()
    made = await assign_job(
        runtime, job_id=job_id, courier_id=online[0], market_id=market, origin=by_hand
    )
    accepted, undone = await outcomes(
        accept_offer(runtime, offer_id=made.id, by=online[0], market_id=market),
        undo(runtime, request_id=by_hand.request_id, market_id=market, origin=origin()),
    )
    assert isinstance(accepted, OfferRevokedError) != isinstance(undone, UndoTooLateError)
    async with runtime.pool.connection() as conn:
        after = await offers.read_offer(conn, offer_id=made.id)
    was_accepted = after.status is OfferStatus.ACCEPTED
    assert ((await read(job_id)).courier_id == online[0]) == was_accepted
    assert isinstance(accepted, OfferRevokedError) != was_accepted


@pytest.mark.parametrize("round_", ROUNDS)
async def test_a_deadline_that_moves_again_is_not_moved_back(
    runtime, market, post, read, origin, round_
):
    job = await read(await post())

    def extend(later_s, by):
        until = job.due_at + timedelta(seconds=later_s)
        return extend_deadline(
            runtime,
            job_id=job.id,
            market_id=market,
            deadline_at=until,
            reason=ReasonCode.TECHNICAL_ISSUE,
            origin=by,
        )

    first = origin()
    await extend(600, first)
    _, undone = await outcomes(
        extend(1_200, origin()),
        undo(runtime, request_id=first.request_id, market_id=market, origin=origin()),
    )
    # Undone first, it is extended afterwards; extended first, nothing is undone.
    assert isinstance(undone, UndoTooLateError | SealedEntry)
    assert (await read(job.id)).deadline_at == job.due_at + timedelta(seconds=1_200)


@pytest.mark.parametrize("round_", ROUNDS)
async def test_a_stop_that_courier_and_ops_complete_at_once_is_done_and_paid_once(
    runtime, conn, market, online, post, offer, complete, arrive, read, origin, round_
):
    job_id = await post(fee_cents=1_001)
    made = await offer(job_id, online[0])
    await accept_offer(runtime, offer_id=made.id, by=online[0], market_id=market)
    pickup, door = (await read(job_id)).stops
    await complete(online[0], pickup)
    await arrive(online[0], door)
    _, marked, again = await outcomes(
        complete_stop(runtime, courier_id=online[0], market_id=market, stop_id=door.id),
        *(
            complete_for_courier(
                runtime,
                job_id=job_id,
                stop_id=door.id,
                market_id=market,
                reason=WaiverReason.SHOWN_OTHERWISE,
                origin=origin(),
            )
            for _ in range(2)
        ),
    )
    for job in (marked, again):
        assert not isinstance(job, Exception)
        assert job.status is JobStatus.DELIVERED
    paid = await conn.fetch("SELECT kind FROM transfer WHERE job_id = $1", job_id)
    assert sorted(row["kind"] for row in paid) == ["charge", "pay"]
