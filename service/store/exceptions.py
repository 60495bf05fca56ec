"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.domain.ids import CourierId, EndpointId, ExceptionId, JobId, MarketId, MerchantId
from service.domain.vocabulary import ExceptionKind, Severity
from service.store.connection import Connection, rows_count, to_struct_or_none, to_structs
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
    endpoint_id: EndpointId | None
    opened_at: datetime
    due_at: datetime | None  # then it is too late, or decides itself
    resolved_at: datetime | None
    resolution: str | None
    version: int  # grows by one with every change


class OpenCount(Struct, frozen=True, kw_only=True):
    market_id: MarketId
    kind: str  # may be of another release
    open_count: int


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
    endpoint_id: EndpointId | None,
    opened_at: datetime,
    due_at: datetime | None,
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
        endpoint_id,
        opened_at,
        due_at,
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
    kinds: Sequence[ExceptionKind],
    severities: Sequence[Severity],
    job_id: JobId | None,
    courier_id: CourierId | None,
    before_id: ExceptionId | None,
    limit_count: int,
) -> list[OpsException]:
    rows = await conn.fetch(
        _SQL["list_exceptions"],
        market_id,
        only_open,
        kinds,
        severities,
        job_id,
        courier_id,
        before_id,
        limit_count,
    )
    return to_structs(rows, OpsException)


async def list_watched(
    conn: Connection,
    *,
    market_id: MarketId,
    kinds: Sequence[ExceptionKind],
    decided_since: datetime,
) -> list[OpsException]:
    rows = await conn.fetch(_SQL["list_watched"], market_id, kinds, decided_since)
    return to_structs(rows, OpsException)


async def change_exception(
    conn: Connection, *, exception_id: ExceptionId, severity: Severity, due_at: datetime | None
) -> OpsException | None:
    row = await conn.fetchrow(_SQL["change_exception"], exception_id, severity, due_at)
    return to_struct_or_none(row, OpsException)


async def count_open(conn: Connection) -> list[OpenCount]:
    return to_structs(await conn.fetch(_SQL["count_open"]), OpenCount)


async def delete_old_exceptions(conn: Connection, *, older_than_s: float, limit_count: int) -> int:
    """Return how many were deleted."""
    return rows_count(await conn.execute(_SQL["delete_old_exceptions"], older_than_s, limit_count))
