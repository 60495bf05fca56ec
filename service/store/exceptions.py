"""Each public function runs the query of the same name."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.domain.ids import CourierId, ExceptionId, JobId, MarketId, MerchantId
from service.domain.vocabulary import ExceptionKind, Severity
from service.store.connection import Connection, to_struct_or_none, to_structs
from service.store.queries import load

_SQL = load("exceptions")


class OpsException(Struct, frozen=True, kw_only=True):
    """Something that a human should look at."""

    id: ExceptionId
    market_id: MarketId
    kind: ExceptionKind
    severity: Severity
    job_id: JobId | None
    courier_id: CourierId | None
    merchant_id: MerchantId | None
    opened_at: datetime
    resolved_at: datetime | None
    resolution: str | None


class CourierOfException(Struct, frozen=True, kw_only=True):
    courier_id: CourierId


async def open_exception(
    conn: Connection,
    *,
    exception_id: ExceptionId,
    market_id: MarketId,
    kind: ExceptionKind,
    severity: Severity,
    job_id: JobId | None,
    courier_id: CourierId | None,
    merchant_id: MerchantId | None,
    opened_at: datetime,
) -> OpsException | None:
    row = await conn.fetchrow(
        _SQL["open_exception"],
        exception_id,
        market_id,
        kind,
        severity,
        job_id,
        courier_id,
        merchant_id,
        opened_at,
    )
    return to_struct_or_none(row, OpsException)


async def read_exception(
    conn: Connection, *, exception_id: ExceptionId, market_id: MarketId
) -> OpsException | None:
    row = await conn.fetchrow(_SQL["read_exception"], exception_id, market_id)
    return to_struct_or_none(row, OpsException)


async def resolve_exceptions(
    conn: Connection,
    *,
    kind: ExceptionKind,
    subject_id: UUID,
    resolved_at: datetime,
    resolution: str,
) -> list[OpsException]:
    rows = await conn.fetch(_SQL["resolve_exceptions"], kind, subject_id, resolved_at, resolution)
    return to_structs(rows, OpsException)


async def list_couriers_with_exception(
    conn: Connection, *, market_id: MarketId, kind: ExceptionKind
) -> list[CourierOfException]:
    rows = await conn.fetch(_SQL["list_couriers_with_exception"], market_id, kind)
    return to_structs(rows, CourierOfException)


async def list_exceptions(
    conn: Connection,
    *,
    market_id: MarketId,
    only_open: bool,
    before_id: ExceptionId | None,
    limit_count: int,
) -> list[OpsException]:
    rows = await conn.fetch(_SQL["list_exceptions"], market_id, only_open, before_id, limit_count)
    return to_structs(rows, OpsException)
