"""The market's couriers as ops see them, and how ops take one off the matching."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from service.actions.set_status import Offline, Order, Paused, set_status
from service.api.callers import OpsCaller
from service.api.cursors import PAGE_COUNT_DEFAULT, Cursor, Limit, id_of_cursor
from service.api.errors import problems
from service.api.present_ops import ops_courier, ops_courier_page, ops_courier_record
from service.api.process import ApiProcess
from service.api.seen_couriers import fixes_of, seen
from service.domain.audit_log import Origin
from service.domain.errors import NotFoundError
from service.domain.ids import CourierId
from service.domain.lifecycle import CourierStatus
from service.domain.look import look_at_courier
from service.domain.permission import Right
from service.domain.vocabulary import Actor
from service.runtime import Runtime
from service.store import couriers, offers
from service.wire.ops_acts import OpsCourierRecord
from service.wire.rest import OpsCourier, OpsCourierPage, SetCourierStatusBody

PATH = "/v1/ops/couriers"
ANSWERS_SINCE = timedelta(days=30)
ANSWERS_COUNT_MAX = 1_000


@get(
    PATH,
    operation_id="listCouriers",
    summary="List couriers with their positions",
    opt={"permission": Right.OPS_READ},
    responses=problems(),
)
async def list_all(
    *,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    status: Annotated[list[CourierStatus] | None, QueryParameter(description="repeatable")] = None,
    only_suspended: Annotated[bool, QueryParameter(description="leave out all others")] = False,
    cursor: Cursor = None,
    limit: Limit = PAGE_COUNT_DEFAULT,
) -> OpsCourierPage:
    """List couriers; positions are null while the live index is away."""
    after_id = id_of_cursor(cursor)
    async with runtime.pool.connection() as conn:
        found = await couriers.list_couriers(
            conn,
            market_id=caller.market_id,
            statuses=status or (),
            only_suspended=only_suspended,
            after_id=None if after_id is None else CourierId(after_id),
            limit_count=limit,
        )
    fixes = await fixes_of(runtime, caller, found)
    return ops_courier_page(found, fixes, now=runtime.clock.now(), limit_count=limit)


@get(
    PATH + "/{courier_id:uuid}",
    operation_id="getCourier",
    summary="Read a courier",
    opt={"permission": Right.OPS_READ},
    responses=problems(404),
)
async def read_one(
    *,
    courier_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    api: NamedDependency[ApiProcess],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
    with_position: Annotated[bool, QueryParameter(description="false: it is null")] = True,
) -> OpsCourierRecord:
    """Read a courier of the market's; the position is null while the live index is away.

    The audit log tells who asked where the courier is. What became of the last offers is for people
    to know: it ranks nobody.
    """
    async with runtime.pool.connection() as conn:
        found = await couriers.read_courier(conn, courier_id=CourierId(courier_id))
        if found is None or found.market_id != caller.market_id:
            raise NotFoundError("there is no such courier")
        answers = await offers.count_answers(
            conn,
            courier_id=found.id,
            since=runtime.clock.now() - ANSWERS_SINCE,
            limit_count=ANSWERS_COUNT_MAX,
        )
    if not with_position:
        return ops_courier_record(ops_courier(found, None, now=runtime.clock.now()), answers)
    await api.looks.note(caller.market_id, [look_at_courier(origin, courier_id=found.id)])
    return ops_courier_record(await seen(runtime, caller, found), answers)


@put(
    PATH + "/{courier_id:uuid}/status",
    operation_id="setCourierStatus",
    summary="Take a courier off the matching",
    opt={"permission": Right.OPS_DISPATCH},
    responses=problems(404, 409, 413, 415),
)
async def set_one(
    courier_id: FromPath[UUID],
    data: JSONBody[SetCourierStatusBody],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> OpsCourier:
    """Pause a courier, or end the shift; an open offer is taken back, jobs in hand stay.

    The courier is told, and may go online again.
    """
    after = await set_status(
        runtime,
        courier_id=CourierId(courier_id),
        market_id=caller.market_id,
        duty=Paused() if data.status == "paused" else Offline(),
        actor=Actor.OPS,
        order=Order(origin=origin, reason=data.reason),
    )
    return await seen(runtime, caller, after)


HANDLERS = [list_all, read_one, set_one]
