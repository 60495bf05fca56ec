"""Statements of account for merchants and couriers, page by page and as CSV.

A statement ends where transactions that still run could add to it, and says so. What lies before
is final: its pages and its totals agree, however far apart they are read.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import NamedTuple

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from service.api.callers import CourierCaller, MerchantCaller
from service.api.cursors import (
    PAGE_COUNT_DEFAULT,
    Cursor,
    Limit,
    LinePlace,
    cursor_of_line,
    line_of_cursor,
)
from service.api.errors import problems
from service.api.periods import FromAt, Period, ToAt, period_of
from service.api.present_statements import (
    Found,
    cells_of,
    courier_lines,
    courier_statement,
    csv_of,
    merchant_lines,
    merchant_statement,
)
from service.domain.errors import InvalidParamsError
from service.domain.facts import owner_of_courier, owner_of_merchant
from service.domain.ids import TransferId
from service.domain.permission import Right, Scope
from service.runtime import Runtime
from service.store import deployment, transfers
from service.store.connection import Connection
from service.store.row_security import reading_as
from service.store.transfers import Posting, Turnover
from service.wire.statements import CourierLine, CourierStatement, MerchantLine, MerchantStatement

CSV_LINES_COUNT_MAX = 10_000
CSV_PAGE_COUNT = 200  # made at once: between two pages, others have their turn
CSV = "text/csv"
COMPLETE_UNTIL = "Complete-Until"
_CSV_RESPONSES = {
    200: ResponseSpec(
        str,
        generate_examples=False,
        description="One row per line, under the names of its fields; "
        f"the header `{COMPLETE_UNTIL}` says until when",
        media_type=CSV,  # pyright: ignore[reportArgumentType]  # used as text only
    ),
    **problems(),
}


@get(
    "/v1/statement",
    operation_id="getStatement",
    summary="Read what my jobs cost",
    opt={"permission": Scope.STATEMENT_READ},
    responses=problems(),
)
async def read_of_merchant(
    *,
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
    from_at: FromAt,
    to_at: ToAt,
    cursor: Cursor = None,
    limit: Limit = PAGE_COUNT_DEFAULT,
) -> MerchantStatement:
    """Read what was charged and given back in a period, line by line, with its totals.

    It ends at `complete_until`, if that is before `to`: later ones are still being written.
    """
    period = period_of(from_at, to_at)
    account = _account_of_merchant(runtime, caller)
    found = await _read(runtime, account, period, cursor, limit)
    return merchant_statement(period, found)


@get(
    "/v1/statement.csv",
    operation_id="getStatementCsv",
    summary="Read what my jobs cost, as CSV",
    opt={"permission": Scope.STATEMENT_READ},
    responses=_CSV_RESPONSES,
    media_type=CSV,
)
async def read_csv_of_merchant(
    *,
    caller: NamedDependency[MerchantCaller],
    runtime: NamedDependency[Runtime],
    from_at: FromAt,
    to_at: ToAt,
) -> Response[bytes]:
    """Read all lines of a period that has no more than 10,000 of them."""
    period = period_of(from_at, to_at)
    account = _account_of_merchant(runtime, caller)
    return await _read_csv(runtime, account, period, MerchantLine, merchant_lines)


@get(
    "/v1/courier/statement",
    operation_id="getCourierStatement",
    summary="Read what I have earned",
    opt={"permission": Right.CARRY},
    responses=problems(),
)
async def read_of_courier(
    *,
    caller: NamedDependency[CourierCaller],
    runtime: NamedDependency[Runtime],
    from_at: FromAt,
    to_at: ToAt,
    cursor: Cursor = None,
    limit: Limit = PAGE_COUNT_DEFAULT,
) -> CourierStatement:
    """Read what was earned and taken back in a period, line by line, with its totals.

    It ends at `complete_until`, if that is before `to`: later ones are still being written.
    """
    period = period_of(from_at, to_at)
    account = _account_of_courier(runtime, caller)
    found = await _read(runtime, account, period, cursor, limit)
    return courier_statement(period, found)


@get(
    "/v1/courier/statement.csv",
    operation_id="getCourierStatementCsv",
    summary="Read what I have earned, as CSV",
    opt={"permission": Right.CARRY},
    responses=_CSV_RESPONSES,
    media_type=CSV,
)
async def read_csv_of_courier(
    *,
    caller: NamedDependency[CourierCaller],
    runtime: NamedDependency[Runtime],
    from_at: FromAt,
    to_at: ToAt,
) -> Response[bytes]:
    """Read all lines of a period that has no more than 10,000 of them."""
    period = period_of(from_at, to_at)
    account = _account_of_courier(runtime, caller)
    return await _read_csv(runtime, account, period, CourierLine, courier_lines)


class _Account(NamedTuple):
    """Whose statement it is, and how it is read."""

    name: str
    connection: Callable[[], AbstractAsyncContextManager[Connection]]


def _account_of_merchant(runtime: Runtime, caller: MerchantCaller) -> _Account:
    return _Account(owner_of_merchant(caller.id), lambda: reading_as(runtime.pool, caller.id))


def _account_of_courier(runtime: Runtime, caller: CourierCaller) -> _Account:
    return _Account(owner_of_courier(caller.id), runtime.pool.connection)


async def _read(
    runtime: Runtime, account: _Account, period: Period, cursor: str | None, limit_count: int
) -> Found:
    """Read a page; those that follow the first one end where it said that it would."""
    place = line_of_cursor(cursor)
    turnovers: Sequence[Turnover] | None = None
    if place is None:
        async with runtime.pool.connection() as conn:  # under a merchant nobody at work is seen
            until = period.clipped((await deployment.read_recorded_until(conn)).at)
    else:
        until = period.clipped(place.until)
    async with account.connection() as conn:
        if place is None:
            turnovers = await transfers.sum_postings(
                conn, account=account.name, from_at=period.from_at, to_at=until
            )
        postings = await transfers.list_postings(
            conn,
            account=account.name,
            from_at=period.from_at,
            to_at=until,
            after_at=None if place is None else place.at,
            after_id=None if place is None else TransferId(place.id),
            limit_count=limit_count,
        )
    return Found(
        complete_until=until,
        turnovers=turnovers,
        postings=postings,
        next_cursor=_next_cursor(postings, until, limit_count),
    )


def _next_cursor(postings: Sequence[Posting], until: datetime, limit_count: int) -> str | None:
    """Return where to go on; after a full page there may be a next."""
    if len(postings) < limit_count:
        return None
    last = postings[-1]
    return cursor_of_line(LinePlace(until=until, at=last.at, id=last.transfer_id))


async def _read_csv(
    runtime: Runtime,
    account: _Account,
    period: Period,
    line: type[MerchantLine | CourierLine],
    lines_of: Callable[[Sequence[Posting]], Sequence[MerchantLine | CourierLine]],
) -> Response[bytes]:
    """Read and spell every line of the period: a file that ends early looks like a whole one.

    Raises:
        InvalidParamsError: there are too many for one file.
    """
    found = await _read(runtime, account, period, None, CSV_PAGE_COUNT)
    if sum(turnover.lines_count for turnover in found.turnovers or ()) > CSV_LINES_COUNT_MAX:
        raise InvalidParamsError(f"to: more than {CSV_LINES_COUNT_MAX} lines until then")
    parts = [csv_of([line.__struct_fields__]), csv_of(cells_of(lines_of(found.postings)))]
    while found.next_cursor is not None:
        found = await _read(runtime, account, period, found.next_cursor, CSV_PAGE_COUNT)
        parts.append(csv_of(cells_of(lines_of(found.postings))))
    return Response(
        b"".join(parts),
        media_type=CSV,
        headers={
            "Content-Disposition": 'attachment; filename="statement.csv"',
            COMPLETE_UNTIL: str(msgspec.to_builtins(found.complete_until)),  # as in cells
        },
    )


HANDLERS_OF_MERCHANT = [read_of_merchant, read_csv_of_merchant]
HANDLERS_OF_COURIER = [read_of_courier, read_csv_of_courier]
