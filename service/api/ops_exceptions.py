"""What a human should look at, and what was decided about it."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from service.actions.find_suggestion import find_suggestion
from service.actions.resolve_exception import resolve_exception
from service.api.callers import OpsCaller
from service.api.cursors import PAGE_COUNT_DEFAULT, Cursor, Limit, id_of_cursor
from service.api.errors import problems
from service.api.present_ops import ops_exception, ops_exception_page, suggestion_body
from service.domain.audit_log import Origin
from service.domain.errors import NotFoundError
from service.domain.ids import CourierId, ExceptionId, JobId
from service.domain.permission import Right
from service.domain.vocabulary import ExceptionKind, Severity
from service.runtime import Runtime
from service.store import exceptions
from service.wire.exceptions import (
    OpsException,
    OpsExceptionPage,
    ResolveExceptionBody,
    SuggestionBody,
)

PATH = "/v1/ops/exceptions"


@get(
    PATH,
    operation_id="listExceptions",
    summary="List exceptions, newest first",
    opt={"permission": Right.OPS_READ},
    responses=problems(),
)
async def list_all(
    *,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    only_open: Annotated[bool, QueryParameter(description="leave out what is resolved")] = False,
    kind: Annotated[list[ExceptionKind] | None, QueryParameter(description="repeatable")] = None,
    severity: Annotated[list[Severity] | None, QueryParameter(description="repeatable")] = None,
    job_id: Annotated[UUID | None, QueryParameter(description="about this job")] = None,
    courier_id: Annotated[UUID | None, QueryParameter(description="about this courier")] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE_COUNT_DEFAULT,
) -> OpsExceptionPage:
    """List the market's exceptions, optionally of some kinds or about one job or courier."""
    before_id = id_of_cursor(cursor)
    async with runtime.pool.connection() as conn:
        found = await exceptions.list_exceptions(
            conn,
            market_id=caller.market_id,
            only_open=only_open,
            kinds=kind or (),
            severities=severity or (),
            job_id=None if job_id is None else JobId(job_id),
            courier_id=None if courier_id is None else CourierId(courier_id),
            before_id=None if before_id is None else ExceptionId(before_id),
            limit_count=limit,
        )
    return ops_exception_page(found, limit_count=limit)


@get(
    PATH + "/{exception_id:uuid}/suggestion",
    operation_id="getSuggestion",
    summary="Read what to do about an exception, and what it would bring",
    opt={"permission": Right.OPS_READ},
    responses=problems(404),
)
async def suggest_one(
    exception_id: FromPath[UUID],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
) -> SuggestionBody:
    """Return the suggested action with its effect as things are now.

    `reassign`, `retry` and `fail` are carried out by `POST` to the exception's `resolution`,
    `offer` by `POST` to the job's `assignment` with the courier who is named; the others by people.
    """
    found = await find_suggestion(
        runtime, exception_id=ExceptionId(exception_id), market_id=caller.market_id
    )
    return suggestion_body(found)


@post(
    PATH + "/{exception_id:uuid}/resolution",
    operation_id="resolveException",
    summary="Resolve an exception",
    status_code=200,
    opt={"permission": Right.OPS_DISPATCH},
    responses=problems(404, 409, 413, 415),
)
async def resolve_one(
    exception_id: FromPath[UUID],
    data: JSONBody[ResolveExceptionBody],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> OpsException:
    """Decide on the job or the courier, or only close the matter; again changes nothing."""
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


HANDLERS = [list_all, suggest_one, resolve_one]
