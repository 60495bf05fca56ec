"""Who comes second decides on what the first has left behind, not on what was there before.

Another transaction has written and not yet committed; the action waits for it and then looks. An
action that had looked before it waited would overwrite what the first has written.
"""

import asyncio
from uuid import uuid4

import pytest

from service.actions.accept_offer import accept_offer
from service.actions.cancel_job import cancel_job
from service.actions.expire_job import expire_job
from service.domain.errors import InvalidStateTransitionError, OfferTakenError
from service.domain.lifecycle import JobStatus, OfferStatus
from service.domain.vocabulary import ReasonCode
from tests.integration.relay.conftest import eventually

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


async def behind(conn, work, *statements):
    """Begin `work` when the statements were carried out, commit them while it waits; return it."""
    async with conn.transaction():
        for statement, *values in statements:
            await conn.execute(statement, *values)
        working = asyncio.create_task(work)

        async def waits():
            return working.done() or await conn.fetchval(WAITING) > 0

        await eventually(waits)
        assert not working.done(), "it has waited for nobody"
    return await working


@pytest.fixture
def accept(runtime, market):
    def accept_one(offer):
        return accept_offer(runtime, offer_id=offer.id, by=offer.courier_id, market_id=market)

    return accept_one


async def test_an_offer_that_is_being_answered_is_answered_once(conn, made, accept):
    declined = "UPDATE offer SET status = 'declined', answered_at = now() WHERE id = $1"
    with pytest.raises(OfferTakenError):
        await behind(conn, accept(made[0]), (declined, made[0].id))
    assert await conn.fetchval("SELECT count(*) FROM assignment") == 0


async def test_a_job_that_is_being_taken_out_of_its_offer_is_not_to_be_had(conn, made, accept):
    freed = "UPDATE job SET offer_id = NULL, version = version + 1 WHERE id = $1"
    with pytest.raises(OfferTakenError):
        await behind(conn, accept(made[0]), (freed, made[0].job_ids[0]))
    assert await conn.fetchval("SELECT count(*) FROM assignment") == 0


async def test_a_courier_who_is_going_off_duty_gets_nothing(conn, made, accept):
    off_duty = "UPDATE courier SET status = 'offline', version = version + 1 WHERE id = $1"
    with pytest.raises(InvalidStateTransitionError):
        await behind(conn, accept(made[0]), (off_duty, made[0].courier_id))
    assert await conn.fetchval("SELECT count(*) FROM assignment") == 0


TAKEN = """
UPDATE job SET status = 'assigned', courier_id = $2, version = version + 1 WHERE id = $1
"""
ON_THE_ROUTE = "UPDATE stop SET courier_id = $2, route_position = 0 WHERE job_id = $1"
BUSY = """
UPDATE courier SET status = 'busy', live_jobs_count = 1, load_weight_g = 2000, load_volume_l = 20,
                   load_jobs_count = 1, version = version + 1
 WHERE id = $1
"""


async def test_a_job_that_a_courier_got_meanwhile_counts(conn, post, made, accept):
    first, courier_id = made[0], made[0].courier_id
    other_id = await post()
    accepted = await behind(
        conn,
        accept(first),
        (TAKEN, other_id, courier_id),
        (ON_THE_ROUTE, other_id, courier_id),
        (BUSY, courier_id),
    )
    assert accepted.status is OfferStatus.ACCEPTED
    in_hand = "SELECT live_jobs_count, load_jobs_count FROM courier WHERE id = $1"
    assert tuple(await conn.fetchrow(in_hand, courier_id)) == (2, 1)


RESERVED = """
INSERT INTO idempotency (merchant_id, key, request_sha256, status_code, body)
VALUES ($1, 'once', $2, 201, $3)
"""


async def test_a_request_that_is_being_carried_out_is_repeated_and_not_carried_out_again(
    conn, people, post
):
    answered_id = uuid4()
    reserved = (RESERVED, people[0].merchant_id, b"s" * 32, str(answered_id).encode())
    assert await behind(conn, post(key="once"), reserved) == answered_id
    assert await conn.fetchval("SELECT count(*) FROM job") == 0


CANCELED = """
UPDATE job SET status = 'canceled', ended_at = now(), version = version + 1 WHERE id = $1
"""


async def test_who_cancels_what_is_being_canceled_has_nothing_to_do(runtime, market, conn, post):
    job_id = await post()
    canceling = cancel_job(
        runtime,
        job_id=job_id,
        market_id=market,
        merchant_id=None,
        reason=ReasonCode.DUPLICATE_JOB,
    )
    canceled = await behind(conn, canceling, (CANCELED, job_id))
    assert canceled.status is JobStatus.CANCELED
    told = "SELECT count(*) FROM fact WHERE type = 'job.canceled'"
    assert await conn.fetchval(told) == 0


SEARCHED = "UPDATE job SET search_until = now() - interval '1 s' WHERE id = $1"
SEARCHED_ANEW = """
UPDATE job SET attempt = 2, search_until = now() + interval '1 h', version = version + 1
 WHERE id = $1
"""


async def test_a_search_that_begins_anew_is_not_ended_by_the_limit_of_the_one_before(
    runtime, market, conn, post, read
):
    job_id = await post()
    await conn.execute(SEARCHED, job_id)
    expiring = expire_job(runtime, job_id=job_id, market_id=market)
    assert await behind(conn, expiring, (SEARCHED_ANEW, job_id)) is False
    assert (await read(job_id)).status is JobStatus.OPEN
