"""What ops correct of what jobs cost and pay."""

from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from service.actions.adjust_job import adjust_job
from service.api.callers import OpsCaller
from service.api.errors import problems
from service.api.idempotency import IdempotencyKey
from service.api.present_statements import adjustment_body
from service.domain.audit_log import Origin
from service.domain.ids import JobId
from service.domain.ledger import Adjustment
from service.domain.permission import Right
from service.domain.vocabulary import TransferKind
from service.runtime import Runtime
from service.wire.statements import AdjustJobBody, AdjustmentBody


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

    Only for jobs that have ended. No more is given back than was charged, or taken back than was
    paid. The same key of the same job makes one adjustment, however often it is sent.
    """
    made = await adjust_job(
        runtime,
        job_id=JobId(job_id),
        market_id=caller.market_id,
        adjustment=Adjustment(
            key=idempotency_key,
            kind=TransferKind(data.kind),
            amount_cents=data.amount_cents,
            reason=data.reason,
        ),
        origin=origin,
    )
    return adjustment_body(made)


HANDLERS = [adjust_one]
