"""Whom ops could ask for a job, the nearest first."""

from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from service.actions.find_near_couriers import find_near_couriers
from service.api.callers import OpsCaller
from service.api.errors import problems
from service.api.present_ops import near_couriers
from service.domain.ids import JobId
from service.domain.permission import Right
from service.runtime import Runtime
from service.wire.ops_acts import NearCouriersBody


@get(
    "/v1/ops/jobs/{job_id:uuid}/couriers",
    operation_id="listNearCouriers",
    summary="List whom to offer a job by hand",
    opt={"permission": Right.OPS_READ},
    responses=problems(404),
)
async def list_near(
    job_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
) -> NearCouriersBody:
    """List at most 40 couriers who take offers and have none to answer, the nearest first.

    Only who was seen within the time of the policy's `position_age_s_max` is listed. While the live
    index is away nobody knows where they are, and the answer is 503.
    """
    found = await find_near_couriers(runtime, job_id=JobId(job_id), market_id=caller.market_id)
    return near_couriers(found, now=runtime.clock.now())


HANDLERS = [list_near]
