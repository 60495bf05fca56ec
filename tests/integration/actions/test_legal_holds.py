"""What is known of a job outlives its time while a hold is on, and goes when it is lifted."""

import pytest

from service.actions.erase_data import erase_courier, erase_old_jobs, erase_recipient
from service.actions.find_deliveries import Sought
from service.actions.hold_job import end_hold, hold_job, list_held
from service.actions.set_status import Offline, set_status
from service.domain.errors import InvalidStateTransitionError, NotFoundError
from service.domain.ids import MarketId
from service.domain.vocabulary import Actor, HoldReason
from service.relay.retention import forget_record
from tests.integration.actions.test_proof_records import (  # noqa: F401  # found by name
    CODE,
    DOOR,
    at_the_door,
    keep,
    say,
)

ENTRIES = "SELECT action, reason FROM audit_entry WHERE subject = $1 ORDER BY number"
PROOFS = "SELECT count(*) FROM proof"
NAMED = "SELECT count(*) FROM stop WHERE contact_phone = $1"


@pytest.fixture
def key_file():
    """Nothing is sealed: what is not erased can be found."""
    return ""


@pytest.fixture
async def delivered(say, at_the_door):  # noqa: F811
    """A job that has ended, with a photo and a code."""
    await say(CODE)
    return at_the_door.id


@pytest.fixture
def hold(runtime, market):
    async def hold_one(job_id, reason=HoldReason.DISPUTE):
        await hold_job(runtime, job_id=job_id, market_id=market, reason=reason)

    return hold_one


@pytest.fixture
def grow_old(conn):
    """Let half a year pass for what is kept of all jobs."""

    async def pass_by():
        await conn.execute("ALTER TABLE proof DISABLE TRIGGER proof_is_final")
        await conn.execute("UPDATE proof SET created_at = created_at - interval '180 days'")
        await conn.execute("UPDATE job SET ended_at = ended_at - interval '180 days'")

    return pass_by


async def test_what_is_on_hold_is_not_swept_until_the_hold_is_lifted(
    runtime, conn, market, delivered, hold, grow_old
):
    await hold(delivered)
    await grow_old()
    await forget_record(runtime)
    assert await erase_old_jobs(runtime, market_id=market) == 0
    assert await conn.fetchval(PROOFS) == 2
    assert await conn.fetchval(NAMED, DOOR.contact_phone) == 2  # also where it would come back
    await end_hold(runtime, job_id=delivered, market_id=market)
    await forget_record(runtime)
    assert await erase_old_jobs(runtime, market_id=market) == 1
    assert await conn.fetchval(PROOFS) == 0
    assert await conn.fetchval(NAMED, DOOR.contact_phone) == 0


async def test_nobody_is_erased_who_is_needed_for_a_dispute(
    runtime, conn, market, online, delivered, hold
):
    await hold(delivered)
    phone = DOOR.contact_phone
    with pytest.raises(InvalidStateTransitionError):
        await erase_recipient(runtime, market_id=market, sought=Sought(phone=phone, name=None))
    await set_status(
        runtime, courier_id=online[0], market_id=market, duty=Offline(), actor=Actor.COURIER
    )
    with pytest.raises(InvalidStateTransitionError):
        await erase_courier(runtime, courier_id=online[0])
    await end_hold(runtime, job_id=delivered, market_id=market)
    assert (
        await erase_recipient(runtime, market_id=market, sought=Sought(phone=phone, name=None)) == 1
    )
    await erase_courier(runtime, courier_id=online[0])


async def test_holds_are_audited_with_their_reason_and_listed(
    runtime, conn, market, delivered, hold
):
    await hold(delivered)
    await hold(delivered)  # the same again is nothing new
    await hold(delivered, HoldReason.CLAIM)
    (held,) = await list_held(runtime, market_id=market)
    assert (held.job_id, held.reason) == (delivered, HoldReason.CLAIM)
    await end_hold(runtime, job_id=delivered, market_id=market)
    assert await list_held(runtime, market_id=market) == []
    entries = await conn.fetch(ENTRIES, f"job:{delivered}")
    assert [tuple(one) for one in entries if one["action"] in ("hold_job", "end_hold")] == [
        ("hold_job", "dispute"),
        ("hold_job", "claim"),
        ("end_hold", "claim"),
    ]


async def test_there_is_no_hold_on_what_is_not_there(runtime, market, delivered):
    with pytest.raises(NotFoundError):
        await end_hold(runtime, job_id=delivered, market_id=market)
    with pytest.raises(NotFoundError):
        await hold_job(
            runtime, job_id=delivered, market_id=MarketId("graz"), reason=HoldReason.DISPUTE
        )
