"""What ops do at a stop for a courier who can only phone."""

from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from service.actions.arrive_for_courier import arrive_for_courier
from service.actions.complete_for_courier import complete_for_courier
from service.api.callers import OpsCaller
from service.api.errors import problems
from service.api.present_ops import ops_job
from service.domain.audit_log import Origin
from service.domain.ids import JobId, StopId
from service.domain.permission import Right
from service.runtime import Runtime
from service.wire.ops_acts import ArriveForCourierBody, CompleteForCourierBody
from service.wire.rest import OpsJob

PATH = "/v1/ops/jobs/{job_id:uuid}/stops/{stop_id:uuid}"


@post(
    PATH + "/arrival",
    operation_id="arriveForCourier",
    summary="Note that a courier is at a stop",
    status_code=200,
    opt={"permission": Right.OPS_DISPATCH},
    responses=problems(404, 409, 413, 415),
)
async def arrive_one(
    *,
    job_id: FromPath[UUID],
    stop_id: FromPath[UUID],
    data: JSONBody[ArriveForCourierBody],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> OpsJob:
    """Note it at the courier's word, whose phone cannot tell; no position shows it.

    It must be the courier's next stop. Again changes nothing, and it cannot be undone.
    """
    job = await arrive_for_courier(
        runtime,
        job_id=JobId(job_id),
        stop_id=StopId(stop_id),
        market_id=caller.market_id,
        reason=data.reason,
        attempt=data.attempt,
        origin=origin,
    )
    return ops_job(job)


@post(
    PATH + "/completion",
    operation_id="completeForCourier",
    summary="Complete a stop for its courier",
    status_code=200,
    opt={"permission": Right.OPS_DISPATCH},
    responses=problems(404, 409, 413, 415, 422),
)
async def complete_one(
    *,
    job_id: FromPath[UUID],
    stop_id: FromPath[UUID],
    data: JSONBody[CompleteForCourierBody],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> OpsJob:
    """Complete it at the courier's word: all follows as if the courier had said so, the pay too.

    It must be the courier's next stop, and is reached by it as well. What it asks for and the
    courier has not uploaded is waived, if that is said; else 422 `proof_required`. Again changes
    nothing, and it cannot be undone.
    """
    job = await complete_for_courier(
        runtime,
        job_id=JobId(job_id),
        stop_id=StopId(stop_id),
        market_id=caller.market_id,
        reason=data.reason,
        waives_proofs=data.waives_proofs,
        attempt=data.attempt,
        origin=origin,
    )
    return ops_job(job)


HANDLERS = [arrive_one, complete_one]
