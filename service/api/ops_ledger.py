"""What ops correct of what jobs cost and pay: one proposes it, another approves."""

from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from service.actions.adjust_job import adjust_job, decide_adjustment
from service.actions.find_job import find_job
from service.api.callers import OpsCaller
from service.api.errors import problems
from service.api.idempotency import IdempotencyKey
from service.api.present_proposals import adjusted_body, adjustment_body
from service.domain.audit_log import Origin
from service.domain.four_eyes import WAITING_COUNT_MAX
from service.domain.ids import JobId, ProposalId
from service.domain.ledger import Adjustment
from service.domain.permission import Right
from service.domain.vocabulary import ProposalKind, TransferKind
from service.runtime import Runtime
from service.store import proposals, transfers
from service.wire.statements import (
    AdjustJobBody,
    AdjustmentBody,
    AdjustmentList,
    TransferBody,
    TransferList,
)

PATH = "/v1/ops/adjustments"


@get(
    "/v1/ops/jobs/{job_id:uuid}/transfers",
    operation_id="listJobTransfers",
    summary="List what a job has moved",
    opt={"permission": Right.OPS_FINANCE},
    responses=problems(404),
)
async def list_of_job(
    job_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
) -> TransferList:
    """List what the merchant was charged, the courier was paid, and what was corrected."""
    async with runtime.pool.connection() as conn:
        job = await find_job(
            conn, job_id=JobId(job_id), market_id=caller.market_id, merchant_id=None
        )
        found = await transfers.list_transfers_of_jobs(conn, job_ids=[job.id])
    return TransferList(
        transfers=tuple(msgspec.convert(one, TransferBody, from_attributes=True) for one in found)
    )


@post(
    "/v1/ops/jobs/{job_id:uuid}/adjustments",
    operation_id="adjustJob",
    summary="Correct what a job costs or pays",
    opt={"permission": Right.OPS_FINANCE},
    responses=problems(404, 409, 413, 415, 422),
)
async def adjust_one(
    *,
    job_id: FromPath[UUID],
    data: JSONBody[AdjustJobBody],
    idempotency_key: IdempotencyKey,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> AdjustmentBody:
    """Charge the merchant more or give back; pay the courier more or take back.

    It is `waiting` until somebody else approves it, within a day, but for what the policy lets one
    person do (`adjustment_alone_cents_max`). Only for jobs that have ended. No more is given back
    than was charged, or taken back than was paid. The same key of the same job makes one
    adjustment, however often it is sent.
    """
    adjusted = await adjust_job(
        runtime,
        job_id=JobId(job_id),
        market_id=caller.market_id,
        adjustment=Adjustment(
            key=idempotency_key,
            kind=TransferKind(data.kind),
            amount_cents=data.amount_cents,
            reason=data.reason,
            courier_id=data.courier_id,
        ),
        origin=origin,
    )
    return adjusted_body(adjusted, now=runtime.clock.now())


@get(
    PATH,
    operation_id="listWaitingAdjustments",
    summary="List adjustments that wait for a second person",
    opt={"permission": Right.OPS_FINANCE},
    responses=problems(),
)
async def list_all(
    caller: NamedDependency[OpsCaller], runtime: NamedDependency[Runtime]
) -> AdjustmentList:
    """List what was proposed and is to be approved or declined."""
    async with runtime.pool.connection() as conn:
        found = await proposals.list_waiting(
            conn,
            market_id=caller.market_id,
            kind=ProposalKind.ADJUSTMENT,
            limit_count=WAITING_COUNT_MAX,
        )
    return AdjustmentList(
        adjustments=tuple(adjustment_body(one, at=None, now=runtime.clock.now()) for one in found)
    )


@post(
    PATH + "/{adjustment_id:uuid}/approval",
    operation_id="approveAdjustment",
    summary="Approve an adjustment",
    status_code=200,
    opt={"permission": Right.OPS_FINANCE},
    responses=problems(404, 409, 415),
)
async def approve_one(
    adjustment_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> AdjustmentBody:
    """Make an adjustment that somebody else has proposed; again changes nothing.

    Only people approve, no programs, and nobody what they have proposed (403).
    """
    return await _decide(adjustment_id, caller, runtime, origin, approves=True)


@post(
    PATH + "/{adjustment_id:uuid}/refusal",
    operation_id="declineAdjustment",
    summary="Decline an adjustment",
    status_code=200,
    opt={"permission": Right.OPS_FINANCE},
    responses=problems(404, 409, 415),
)
async def decline_one(
    adjustment_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> AdjustmentBody:
    """Decline an adjustment, also one's own, which takes it back; again changes nothing."""
    return await _decide(adjustment_id, caller, runtime, origin, approves=False)


async def _decide(
    adjustment_id: UUID, caller: OpsCaller, runtime: Runtime, origin: Origin, *, approves: bool
) -> AdjustmentBody:
    decided = await decide_adjustment(
        runtime,
        proposal_id=ProposalId(adjustment_id),
        market_id=caller.market_id,
        by=caller.id,
        approves=approves,
        origin=origin,
    )
    return adjusted_body(decided, now=runtime.clock.now())


HANDLERS = [list_of_job, adjust_one, list_all, approve_one, decline_one]
