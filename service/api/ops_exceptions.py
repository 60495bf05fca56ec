"""What a human should look at, and what was decided about it."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from service.actions.resolve_exception import resolve_exception
from service.api.callers import OpsCaller
from service.api.cursors import PAGE_COUNT_DEFAULT, Cursor, Limit, id_of_cursor
from service.api.errors import problems
from service.api.present_ops import ops_exception, ops_exception_page
from service.domain.audit_log import Origin
from service.domain.errors import NotFoundError
from service.domain.ids import ExceptionId
from service.runtime import Runtime
from service.store import exceptions
from service.wire.rest import OpsException, OpsExceptionPage, ResolveExceptionBody

PATH = "/v1/ops/exceptions"


@get(
    PATH,
    operation_id="listExceptions",
    summary="List exceptions, newest first",
    responses=problems(),
)
async def list_all(
    *,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    only_open: Annotated[bool, QueryParameter(description="leave out what is resolved")] = False,
    cursor: Cursor = None,
    limit: Limit = PAGE_COUNT_DEFAULT,
) -> OpsExceptionPage:
    """List the market's exceptions."""
    before_id = id_of_cursor(cursor)
    async with runtime.pool.connection() as conn:
        found = await exceptions.list_exceptions(
            conn,
            market_id=caller.market_id,
            only_open=only_open,
            before_id=None if before_id is None else ExceptionId(before_id),
            limit_count=limit,
        )
    return ops_exception_page(found, limit_count=limit)


@post(
    PATH + "/{exception_id:uuid}/resolution",
    operation_id="resolveException",
    summary="Resolve an exception",
    status_code=200,
    responses=problems(404, 409, 413, 415),
)
async def resolve_one(
    exception_id: FromPath[UUID],
    data: JSONBody[ResolveExceptionBody],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> OpsException:
    """Decide on an undeliverable job, or only close the matter; again changes nothing."""
    found_id = ExceptionId(exception_id)
    await resolve_exception(
        runtime,
        exception_id=found_id,
        market_id=caller.market_id,
        resolution=data.resolution,
        origin=origin,
    )
    async with runtime.pool.connection() as conn:
        exception = await exceptions.read_exception(
            conn, exception_id=found_id, market_id=caller.market_id
        )
    if exception is None:
        raise NotFoundError("there is no such exception")
    return ops_exception(exception)


HANDLERS = [list_all, resolve_one]
