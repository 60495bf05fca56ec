"""A courier's own offers, and why they were made: the reasons on request."""

from litestar import get
from litestar.di import NamedDependency

from service.api.callers import CourierCaller
from service.api.cursors import PAGE_COUNT_DEFAULT, Cursor, Limit, id_of_cursor
from service.api.errors import problems
from service.api.present_courier import courier_decision_page
from service.domain.ids import OfferId
from service.domain.permission import Right
from service.runtime import Runtime
from service.store import ticks
from service.wire.decisions import CourierDecisionPage


@get(
    "/v1/courier/decisions",
    operation_id="listCourierDecisions",
    summary="List my offers and why they were made, newest first",
    opt={"permission": Right.CARRY},
    responses=problems(),
)
async def list_all(
    *,
    caller: NamedDependency[CourierCaller],
    runtime: NamedDependency[Runtime],
    cursor: Cursor = None,
    limit: Limit = PAGE_COUNT_DEFAULT,
) -> CourierDecisionPage:
    """List the courier's own offers, what spoke for and against each, and how it was answered.

    Nothing in it tells who the others are, or where. Reasons are kept for 180 days.
    """
    before_id = id_of_cursor(cursor)
    async with runtime.pool.connection() as conn:
        found = await ticks.list_decisions_of_courier(
            conn,
            courier_id=caller.id,
            before_id=None if before_id is None else OfferId(before_id),
            limit_count=limit,
        )
    return courier_decision_page(found, limit_count=limit)


HANDLERS = [list_all]
