"""Codes at the door: guesses are few, also of many attempts, and what is over is forgotten."""

import pytest

from service.actions.cancel_job import cancel_job
from service.actions.complete_stop import complete_stop
from service.actions.evidence import Shown
from service.actions.fail_job import fail_job
from service.actions.fail_stop import fail_stop
from service.actions.resolve_exception import resolve_exception
from service.domain.errors import ProofAttemptsExhaustedError, ProofMismatchError
from service.domain.geo import Point
from service.domain.job import PlaceRequest
from service.domain.lifecycle import JobStatus, StopKind
from service.domain.proof import CODE_TRIES_COUNT_MAX, CODE_TRIES_OF_JOB_COUNT_MAX
from service.domain.vocabulary import ExceptionKind, ProofKind, ReasonCode
from service.relay.retention import forget_codes
from service.store import proofs

CODE = "4711"
DOOR = PlaceRequest(
    point=Point(48.1985, 16.3629),
    address="Naschmarkt 5",
    contact_name="Max",
    contact_phone="+4315331234",
    instructions=None,
    required_proofs=(ProofKind.CODE,),
    code=CODE,
)


@pytest.fixture
async def job_id(online, accepted, complete, arrive, read):
    """A job whose parcel is at the door, where a code is asked for."""
    job = await read(await accepted(dropoff=DOOR))
    await complete(online[0], job.latest(StopKind.PICKUP))
    await arrive(online[0], job.latest(StopKind.DROPOFF))
    return job.id


@pytest.fixture
def say(runtime, market, online, read, job_id):
    """Say that the latest attempt is done, with this code."""

    async def say_one(code):
        door = (await read(job_id)).latest(StopKind.DROPOFF)
        await complete_stop(
            runtime,
            courier_id=online[0],
            market_id=market,
            stop_id=door.id,
            shown=Shown(code=code),
        )

    return say_one


@pytest.fixture
def guess(say):
    """Say wrong codes, each another; return how often that was heard."""

    async def guess_some(numbers):
        for number in numbers:
            with pytest.raises(ProofMismatchError):
                await say(f"{number:04}")

    return guess_some


@pytest.fixture
def resolve(runtime, market, conn):
    """Resolve the open exception of this kind."""

    async def resolve_one(kind, resolution):
        exception_id = await conn.fetchval(
            "SELECT id FROM exception WHERE kind = $1 AND resolved_at IS NULL", kind
        )
        assert exception_id is not None, kind
        await resolve_exception(
            runtime, exception_id=exception_id, market_id=market, resolution=resolution
        )

    return resolve_one


@pytest.fixture
def attempt_again(runtime, market, online, arrive, read, job_id, resolve):
    """Fail the attempt, and be at the door for the next one."""

    async def attempt_one():
        await fail_stop(
            runtime,
            courier_id=online[0],
            market_id=market,
            stop_id=(await read(job_id)).latest(StopKind.DROPOFF).id,
            reason=ReasonCode.RECIPIENT_UNREACHABLE,
        )
        await resolve(ExceptionKind.ATTEMPT_FAILED, "retry")
        await arrive(online[0], (await read(job_id)).latest(StopKind.DROPOFF))

    return attempt_one


async def test_another_attempt_begins_anew_and_not_for_ever(
    read, job_id, say, guess, attempt_again, resolve
):
    attempts_count, rest_count = divmod(CODE_TRIES_OF_JOB_COUNT_MAX, CODE_TRIES_COUNT_MAX)
    assert rest_count == 0
    for attempt in range(attempts_count):
        start = attempt * CODE_TRIES_COUNT_MAX
        await guess(range(start, start + CODE_TRIES_COUNT_MAX))
        with pytest.raises(ProofAttemptsExhaustedError):
            await say(CODE)
        await attempt_again()
    with pytest.raises(ProofAttemptsExhaustedError):  # whatever the attempt
        await say(CODE)
    await resolve(ExceptionKind.PROOF_ATTEMPTS_EXHAUSTED, "dismiss")  # they know, and decide
    await guess([0])
    await say(CODE)
    assert (await read(job_id)).status is JobStatus.DELIVERED


async def test_the_same_wrong_code_at_another_attempt_is_no_new_guess_of_the_job(
    conn, say, guess, attempt_again
):
    for _ in range(3):
        await guess(range(CODE_TRIES_COUNT_MAX - 1))
        await attempt_again()
    await guess([0])
    await say(CODE)


async def test_with_the_end_of_a_job_its_codes_go_and_what_was_said_instead(
    runtime, market, conn, post, guess, job_id
):
    waiting = await post(dropoff=DOOR)
    await guess([0])
    await fail_job(runtime, job_id=job_id, market_id=market, reason=ReasonCode.PACKAGE_DAMAGED)
    assert await conn.fetchval("SELECT count(*) FROM proof_code_try") == 0
    assert [row["job_id"] for row in await conn.fetch("SELECT * FROM proof_code")] == [waiting]
    await cancel_job(
        runtime,
        job_id=waiting,
        market_id=market,
        merchant_id=None,
        reason=ReasonCode.DUPLICATE_JOB,
    )
    assert await conn.fetchval("SELECT count(*) FROM proof_code") == 0


async def test_codes_that_an_older_process_left_behind_go_and_those_of_live_jobs_stay(
    runtime, market, conn, post, guess, job_id
):
    ended, live = await post(dropoff=DOOR), await post(dropoff=DOOR)
    await guess([0])
    tried = await conn.fetchrow("SELECT stop_id, courier_id, code FROM proof_code_try")
    await fail_job(runtime, job_id=job_id, market_id=market, reason=ReasonCode.PACKAGE_DAMAGED)
    await cancel_job(
        runtime,
        job_id=ended,
        market_id=market,
        merchant_id=None,
        reason=ReasonCode.DUPLICATE_JOB,
    )
    for one in (job_id, ended):
        await proofs.create_codes(conn, job_id=one, kinds=[StopKind.DROPOFF], codes=[CODE])
    await proofs.note_try(conn, **tried)
    assert await forget_codes(runtime) == 3
    assert [row["job_id"] for row in await conn.fetch("SELECT * FROM proof_code")] == [live]
    assert await conn.fetchval("SELECT count(*) FROM proof_code_try") == 0
    assert await forget_codes(runtime) == 0
