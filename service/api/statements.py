"""Statements of account for merchants and couriers, page by page and as CSV."""

from collections.abc import Sequence

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Struct

from service.api.callers import CourierCaller, MerchantCaller
from service.api.cursors import PAGE_COUNT_DEFAULT, Cursor, Limit, instant_of_cursor
from service.api.errors import problems
from service.api.periods import FromAt, Period, ToAt, period_of
from service.api.present_statements import courier_statement, merchant_statement, statement_csv
from service.domain.errors import InvalidParamsError
from service.domain.facts import owner_of_courier, owner_of_merchant
from service.domain.ids import TransferId
from service.runtime import Runtime
from service.store import transfers
from service.store.transfers import Posting, Turnover
from service.wire.statements import CourierLine, CourierStatement, MerchantLine, MerchantStatement

CSV_LINES_COUNT_MAX = 10_000
CSV = "text/csv"
_CSV_RESPONSES = {
    200: ResponseSpec(
        str,
        generate_examples=False,
        description="One row per line, under the names of its fields",
        media_type=CSV,  # pyright: ignore[reportArgumentType]  # used as text only
    ),
    **problems(),
}


class _Found(Struct, frozen=True, kw_only=True):
    turnovers: Sequence[Turnover]
    postings: Sequence[Posting]


@get(
    "/v1/statement",
    operation_id="getStatement",
    summary="Read what my jobs cost",
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
    """Read what was charged and given back in a period, line by line, with its totals."""
    period = period_of(from_at, to_at)
    found = await _read(runtime, owner_of_merchant(caller.id), period, cursor, limit)
    return merchant_statement(period, found.turnovers, found.postings, limit_count=limit)


@get(
    "/v1/statement.csv",
    operation_id="getStatementCsv",
    summary="Read what my jobs cost, as CSV",
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
    found = await _read_all(runtime, owner_of_merchant(caller.id), period)
    page = merchant_statement(period, (), found, limit_count=CSV_LINES_COUNT_MAX + 1)
    return _csv(statement_csv(page.lines, MerchantLine))


@get(
    "/v1/courier/statement",
    operation_id="getCourierStatement",
    summary="Read what I have earned",
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
    """Read what was earned and taken back in a period, line by line, with its totals."""
    period = period_of(from_at, to_at)
    found = await _read(runtime, owner_of_courier(caller.id), period, cursor, limit)
    return courier_statement(period, found.turnovers, found.postings, limit_count=limit)


@get(
    "/v1/courier/statement.csv",
    operation_id="getCourierStatementCsv",
    summary="Read what I have earned, as CSV",
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
    found = await _read_all(runtime, owner_of_courier(caller.id), period)
    page = courier_statement(period, (), found, limit_count=CSV_LINES_COUNT_MAX + 1)
    return _csv(statement_csv(page.lines, CourierLine))


async def _read(
    runtime: Runtime, account: str, period: Period, cursor: str | None, limit_count: int
) -> _Found:
    after_at, after_id = instant_of_cursor(cursor)
    async with runtime.pool.connection() as conn:
        return _Found(
            turnovers=await transfers.sum_postings(
                conn, account=account, from_at=period.from_at, to_at=period.to_at
            ),
            postings=await transfers.list_postings(
                conn,
                account=account,
                from_at=period.from_at,
                to_at=period.to_at,
                after_at=after_at,
                after_id=None if after_id is None else TransferId(after_id),
                limit_count=limit_count,
            ),
        )


async def _read_all(runtime: Runtime, account: str, period: Period) -> Sequence[Posting]:
    """Return every posting of the period: a file that ends early would look like a whole one.

    Raises:
        InvalidParamsError: there are too many for one file.
    """
    async with runtime.pool.connection() as conn:
        found = await transfers.list_postings(
            conn,
            account=account,
            from_at=period.from_at,
            to_at=period.to_at,
            after_at=None,
            after_id=None,
            limit_count=CSV_LINES_COUNT_MAX + 1,
        )
    if len(found) > CSV_LINES_COUNT_MAX:
        raise InvalidParamsError(f"to: more than {CSV_LINES_COUNT_MAX} lines until then")
    return found


def _csv(text: bytes) -> Response[bytes]:
    return Response(
        text,
        media_type=CSV,
        headers={"Content-Disposition": 'attachment; filename="statement.csv"'},
    )


HANDLERS_OF_MERCHANT = [read_of_merchant, read_csv_of_merchant]
HANDLERS_OF_COURIER = [read_of_courier, read_csv_of_courier]
