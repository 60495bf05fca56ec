"""Who takes an act back just after somebody else did has not done it, and is told so."""

from datetime import timedelta
from uuid import uuid4

import pytest
from msgspec.structs import replace

from service.actions.extend_deadline import extend_deadline
from service.actions.pause_market import pause_market
from service.actions.reinstate_courier import reinstate_courier
from service.actions.suspend_courier import suspend_courier
from service.actions.waive_proof import waive_proof
from service.domain.audit_log import Origin
from service.domain.drop_out import JobsInHand
from service.domain.errors import UndoTooLateError
from service.domain.suspension import Suspension
from service.domain.vocabulary import Actor, ProofKind, ReasonCode, SuspensionReason, WaiverReason
from service.store import audit_log
from tests.integration.actions.conftest import request


@pytest.fixture
def acts(runtime, market, people):
    """Do something by hand; return the origin of an undo that was begun right after."""

    async def act(subject, do):
        _, _, operator = people
        by = Origin(actor=Actor.OPS, principal_id=operator.operator_id, request_id=str(uuid4()))
        await do(by)
        async with runtime.pool.connection() as conn:
            entry = await audit_log.find_last(conn, market_id=market, subject=subject)
        return replace(by, request_id=str(uuid4()), undoes=entry.number)

    return act


async def check_in_vain(acts, subject, do, take_back):
    """Check that the undo comes too late after another's, and may be said twice if it was ours."""
    undo = await acts(subject, do)
    await take_back(replace(undo, undoes=None, request_id=str(uuid4())))
    with pytest.raises(UndoTooLateError):
        await take_back(undo)
    undo = await acts(subject, do)
    for _ in range(2):
        await take_back(undo)


async def test_a_waiver(runtime, market, post, acts, read):
    asks = replace(request().pickup, required_proofs=(ProofKind.CODE,))
    job = await read(await post(pickup=asks))

    def waive(*kinds):
        return lambda by: waive_proof(
            runtime,
            job_id=job.id,
            stop_id=job.stops[0].id,
            market_id=market,
            kinds=kinds,
            reason=WaiverReason.CODE_UNKNOWN,
            origin=by,
        )

    await check_in_vain(acts, f"job:{job.id}", waive(ProofKind.CODE), waive())


async def test_a_deadline(runtime, market, post, acts, read):
    job = await read(await post())

    def extend(later_s):
        return lambda by: extend_deadline(
            runtime,
            job_id=job.id,
            market_id=market,
            deadline_at=job.due_at + timedelta(seconds=later_s),
            reason=ReasonCode.TECHNICAL_ISSUE,
            origin=by,
        )

    await check_in_vain(acts, f"job:{job.id}", extend(600), extend(0))


async def test_a_pause(runtime, market, acts):
    def pause(*, is_paused):
        return lambda by: pause_market(runtime, market_id=market, is_paused=is_paused, origin=by)

    await check_in_vain(acts, f"market:{market}", pause(is_paused=True), pause(is_paused=False))


async def test_a_suspension(runtime, market, acts, online):
    def suspend(by):
        return suspend_courier(
            runtime,
            courier_id=online[0],
            market_id=market,
            suspension=Suspension(reason=SuspensionReason.SAFETY, until=None),
            jobs_in_hand=JobsInHand.REASSIGN,
            origin=by,
        )

    def reinstate(by):
        return reinstate_courier(runtime, courier_id=online[0], market_id=market, origin=by)

    await check_in_vain(acts, f"courier:{online[0]}", suspend, reinstate)
