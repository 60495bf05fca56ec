"""The ledger on a real database: a delivery pays once, and nobody changes what was written."""

import asyncio
import json
from uuid import uuid4

import asyncpg
import pytest

from service.actions.accept_offer import accept_offer
from service.actions.cancel_job import cancel_job
from service.actions.check_ledger import check_ledger
from service.actions.complete_stop import complete_stop
from service.actions.fail_job import fail_job
from service.actions.reassign_job import reassign_job
from service.domain import offer as offers_domain
from service.domain.errors import DomainError, NotFoundError
from service.domain.ledger import delivery_of, settle
from service.domain.lifecycle import OfferMode, StopKind
from service.domain.policy import Policy
from service.domain.pricing import pay_cents
from service.domain.vocabulary import Actor, ReasonCode
from service.store import changes, couriers, deployment, jobs, transfers
from service.store.changes import Changes
from service.store.open_offers import save_new
from service.store.pool import UniqueViolationError

KINDS = (StopKind.PICKUP, StopKind.DROPOFF)


@pytest.fixture
def written(runtime):
    """List the transfers of a job."""

    async def read(job_id):
        async with runtime.pool.connection() as conn:
            return await transfers.list_transfers_of_jobs(conn, job_ids=[job_id])

    return read


@pytest.fixture
async def at_the_door(online, accepted, complete, arrive, read):
    """A job whose courier is at the drop-off."""
    job = await read(await accepted(fee_cents=1_001))
    await complete(online[0], job.latest(StopKind.PICKUP))
    await arrive(online[0], job.latest(StopKind.DROPOFF))
    return job


async def test_a_delivery_is_charged_and_paid_as_the_offer_said(conn, market, delivered, written):
    job = await delivered(fee_cents=1_001)
    agreed = pay_cents(Policy(), fee_cents=1_001)
    assert 0 < agreed < 1_001
    assert await written(job.id) == sorted(
        settle(delivery_of(job, pay_cents=agreed)), key=lambda transfer: transfer.id
    )
    offered = await conn.fetchval("SELECT (pay ->> 'total_cents')::int FROM offer")
    assert offered == agreed


async def test_a_policy_of_later_does_not_change_what_was_agreed(
    conn, market, online, at_the_door, runtime, written
):
    await conn.execute("UPDATE policy SET parameters = jsonb_set(parameters, '{pay_share}', '0.1')")
    stop = at_the_door.latest(StopKind.DROPOFF)
    await complete_stop(runtime, courier_id=online[0], market_id=market, stop_id=stop.id)
    paid = [transfer.amount_cents for transfer in await written(at_the_door.id)]
    assert sorted(paid) == sorted([1_001, pay_cents(Policy(), fee_cents=1_001)])


async def test_who_delivers_after_a_reassignment_is_paid_what_that_offer_said(
    runtime, conn, market, online, accepted, offer, complete, read, written
):
    job_id = await accepted(fee_cents=1_001)
    await reassign_job(
        runtime,
        job_id=job_id,
        market_id=market,
        actor=Actor.OPS,
        reason=ReasonCode.COURIER_ISSUE,
    )
    await conn.execute("UPDATE policy SET parameters = jsonb_set(parameters, '{pay_share}', '0.5')")
    made = await offer(job_id, online[1])
    await accept_offer(runtime, offer_id=made.id, by=online[1], market_id=market)
    job = await read(job_id)
    await complete(online[1], job.latest(StopKind.PICKUP))
    await complete(online[1], job.latest(StopKind.DROPOFF))
    moved = {transfer.kind: transfer for transfer in await written(job_id)}
    assert moved.keys() == {"charge", "pay"}
    assert (moved["pay"].credit, moved["pay"].amount_cents) == (f"courier:{online[1]}", 500)
    assert moved["charge"].amount_cents == 1_001
    assert (await check_ledger(runtime, market_id=market)).violations == ()


@pytest.fixture
def bundled(runtime, market, online, post, read):
    """Offer two jobs as one bundle to the first courier, who takes it; return the jobs."""

    async def bundle_two(*, fees_cents):
        job_ids = sorted([await post(fee_cents=fee_cents) for fee_cents in fees_cents])
        offer_id, policy = runtime.new_id(), Policy()
        async with runtime.pool.transaction() as conn:
            await jobs.lock_jobs(conn, job_ids=job_ids)
            read_jobs = tuple(await jobs.read_jobs(conn, job_ids=job_ids))
            now = (await deployment.read_market_time(conn)).now
            stops = [job.latest(kind) for kind in KINDS for job in read_jobs]
            made = offers_domain.make(
                offer_id=offer_id,
                bundle_id=runtime.new_id(),
                mode=OfferMode.EXCLUSIVE,
                courier=await couriers.lock_courier(conn, courier_id=online[0]),
                jobs=read_jobs,
                legs=tuple(
                    offers_domain.leg_of(
                        job, kind, policy=policy, distance_m=1_000.0, arrival_at=now
                    )
                    for kind in KINDS
                    for job in read_jobs
                ),
                stop_ids=tuple(stop.id for stop in stops),
                policy=policy,
                policy_version=1,
                dispatch_epoch=None,
                tick_id=None,
                now=now,
            )
            await save_new(conn, [made], actor=Actor.SYSTEM)
        await accept_offer(runtime, offer_id=offer_id, by=online[0], market_id=market)
        return [await read(job_id) for job_id in job_ids]

    return bundle_two


async def test_of_a_bundle_only_the_jobs_that_were_delivered_are_charged_and_paid(
    runtime, conn, market, online, bundled, complete, written
):
    canceled, kept = await bundled(fees_cents=[700, 1_001])
    assert canceled.bundle_id == kept.bundle_id is not None
    await cancel_job(
        runtime,
        job_id=canceled.id,
        market_id=market,
        merchant_id=None,
        reason=ReasonCode.DUPLICATE_JOB,
    )
    for kind in KINDS:
        await complete(online[0], kept.latest(kind))
    assert await written(canceled.id) == []
    moved = {transfer.kind: transfer.amount_cents for transfer in await written(kept.id)}
    assert moved == {
        "charge": kept.fee_cents,
        "pay": pay_cents(Policy(), fee_cents=kept.fee_cents),
    }
    assert await conn.fetchval("SELECT status FROM bundle") == "completed"
    assert (await check_ledger(runtime, market_id=market)).violations == ()


async def test_who_completes_a_stop_many_times_at_once_is_paid_once(
    runtime, market, online, at_the_door, written
):
    stop = at_the_door.latest(StopKind.DROPOFF)
    outcomes = await asyncio.gather(
        *(
            complete_stop(runtime, courier_id=online[0], market_id=market, stop_id=stop.id)
            for _ in range(8)
        ),
        return_exceptions=True,
    )
    (done,) = [outcome for outcome in outcomes if not isinstance(outcome, DomainError)]
    assert done.id == stop.id
    assert len(await written(at_the_door.id)) == 2
    with pytest.raises(NotFoundError):
        await complete_stop(runtime, courier_id=online[0], market_id=market, stop_id=stop.id)
    assert len(await written(at_the_door.id)) == 2


async def test_to_settle_again_collides(runtime, delivered, written):
    job = await delivered()
    before = await written(job.id)
    with pytest.raises(UniqueViolationError):
        async with runtime.pool.transaction() as conn:
            await changes.save(conn, Changes(transfers=settle(delivery_of(job, pay_cents=1))))
    assert await written(job.id) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE transfer SET amount_cents = 1",
        "DELETE FROM transfer",
        "TRUNCATE transfer",
        "INSERT INTO transfer TABLE transfer ON CONFLICT (id) DO UPDATE SET amount_cents = 1",
    ],
)
async def test_no_row_is_ever_changed(conn, delivered, written, statement):
    job = await delivered()
    before = await written(job.id)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="never changed"):
        await conn.execute(statement)
    assert await written(job.id) == before


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"amount_cents": 0}, "transfer_amount_cents_check"),
        ({"credit": "market:vienna", "debit": "market:vienna"}, "transfer_between_two"),
        ({"debit": "nobody"}, "transfer_debit_check"),
        ({"reason": "late"}, "transfer_by_hand_has_a_reason"),
    ],
)
async def test_a_transfer_that_cannot_be_is_refused(conn, delivered, changed, constraint):
    await delivered()
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await conn.execute(
            "INSERT INTO transfer SELECT (jsonb_populate_record(t, $1::jsonb)).* FROM transfer t",
            json.dumps(changed | {"id": str(uuid4())}),
        )
    assert refused.value.constraint_name == constraint


async def test_a_job_that_is_canceled_or_given_up_costs_and_pays_nothing(
    runtime, conn, market, online, accepted, complete, read
):
    canceled = await accepted()
    await cancel_job(
        runtime,
        job_id=canceled,
        market_id=market,
        merchant_id=None,
        reason=ReasonCode.DUPLICATE_JOB,
    )
    failed = await read(await accepted())
    await complete(online[0], failed.latest(StopKind.PICKUP))
    await fail_job(runtime, job_id=failed.id, market_id=market, reason=ReasonCode.PACKAGE_DAMAGED)
    assert await conn.fetchval("SELECT count(*) FROM transfer") == 0
