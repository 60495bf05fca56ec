"""What ops have just done by hand is taken back."""

from typing import Annotated

from litestar import post
from litestar.di import NamedDependency
from litestar.params import PathParameter

from service.actions.undo import undo
from service.api.callers import OpsCaller
from service.api.errors import problems
from service.domain.audit_log import Origin
from service.domain.permission import Right
from service.runtime import Runtime
from service.wire.ops_acts import UndoneBody


@post(
    "/v1/ops/acts/{request_id:str}/undo",
    operation_id="undo",
    summary="Take back what one has just done",
    status_code=200,
    opt={"permission": Right.OPS_DISPATCH},
    responses=problems(404, 409, 415),
)
async def undo_one(
    request_id: Annotated[
        str,
        PathParameter(
            pattern=r"^[0-9A-Za-z._-]{1,64}(?![\s\S])",
            description="of the request that did it, as its answer had it in `X-Request-Id`",
        ),
    ],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> UndoneBody:
    """Do the inverse of an offer by hand, a re-opened job, a deadline, a waiver, a pause and so on.

    One's own acts, for a minute, and only while nothing else has happened to the same job, courier
    or market (`undo_too_late`). Others are told of it as of any other act. Again changes nothing.
    """
    undone = await undo(runtime, request_id=request_id, market_id=caller.market_id, origin=origin)
    return UndoneBody(action=undone.action, subject=undone.subject)


HANDLERS = [undo_one]
