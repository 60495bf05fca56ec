"""What ops decide about a courier's account, and about a courier who drops out."""

from uuid import UUID

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from service.actions.reassign_all import Once, reassign_all
from service.actions.reinstate_courier import reinstate_courier
from service.actions.suspend_courier import suspend_courier
from service.api.callers import OpsCaller
from service.api.errors import problems
from service.api.idempotency import IdempotencyKey, replay_headers
from service.api.seen_couriers import seen
from service.domain.audit_log import Origin
from service.domain.errors import NotFoundError
from service.domain.ids import CourierId
from service.domain.permission import Right
from service.domain.suspension import Suspension
from service.runtime import Runtime
from service.store import couriers
from service.wire.ops_acts import JobFate, ReassignAllBody, ReassignedBody, SuspendCourierBody
from service.wire.rest import OpsCourier

PATH = "/v1/ops/couriers/{courier_id:uuid}"


@post(
    PATH + "/suspension",
    operation_id="suspendCourier",
    summary="Suspend a courier",
    status_code=200,
    opt={"permission": Right.OPS_DISPATCH},
    responses=problems(404, 409, 413, 415),
)
async def suspend_one(
    courier_id: FromPath[UUID],
    data: JSONBody[SuspendCourierBody],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> OpsCourier:
    """Take a courier off duty and keep them from going online, for a reason that they are told.

    The courier can still log in, and read earnings and statements. Again sets the new reason and
    end.
    """
    after = await suspend_courier(
        runtime,
        courier_id=CourierId(courier_id),
        market_id=caller.market_id,
        suspension=Suspension(reason=data.reason, until=data.until),
        jobs_in_hand=data.jobs_in_hand,
        origin=origin,
    )
    return await seen(runtime, caller, after)


@post(
    PATH + "/reinstatement",
    operation_id="reinstateCourier",
    summary="End a courier's suspension",
    status_code=200,
    opt={"permission": Right.OPS_DISPATCH},
    responses=problems(404, 409, 415),
)
async def reinstate_one(
    courier_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> OpsCourier:
    """Let a courier work again, who is told and goes online alone; again changes nothing."""
    after = await reinstate_courier(
        runtime, courier_id=CourierId(courier_id), market_id=caller.market_id, origin=origin
    )
    return await seen(runtime, caller, after)


@post(
    PATH + "/reassignment",
    operation_id="reassignAll",
    summary="Move all jobs of a courier who drops out to others",
    status_code=200,
    opt={"permission": Right.OPS_DISPATCH},
    responses=problems(404, 409, 413, 415, 422),
)
async def reassign_one(
    *,
    courier_id: FromPath[UUID],
    data: JSONBody[ReassignAllBody],
    idempotency_key: IdempotencyKey,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> Response[ReassignedBody]:
    """End the shift; open again what was not picked up; ask ops about each parcel on board.

    The answer says what became of each job.
    """
    once = Once(
        courier_id=CourierId(courier_id),
        market_id=caller.market_id,
        reason=data.reason,
        key=idempotency_key,
        origin=origin,
    )
    done = await reassign_all(runtime, once)
    async with runtime.pool.connection() as conn:
        courier = await couriers.read_courier(conn, courier_id=once.courier_id)
    if courier is None:
        raise NotFoundError("there is no such courier")
    jobs = tuple(JobFate(job_id=job_id, fate=fate) for job_id, fate in sorted(done.fates.items()))
    return Response(
        ReassignedBody(courier=await seen(runtime, caller, courier), jobs=jobs),
        headers=replay_headers(is_replayed=done.is_replayed),
    )


HANDLERS = [suspend_one, reinstate_one, reassign_one]
