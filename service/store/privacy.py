"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.domain.ids import CourierId, JobId, MarketId, MerchantId, OperatorId, StopId
from service.domain.stop import Stop
from service.domain.vocabulary import HoldReason
from service.store.connection import Connection, to_struct, to_struct_or_none, to_structs
from service.store.jobs import JobKey
from service.store.queries import load

_SQL = load("privacy")


class Door(Struct, frozen=True, kw_only=True):
    """A drop-off, and who is there, as it is kept."""

    stop_id: StopId
    job_id: JobId
    has_ended: bool
    contact_name: str | None
    contact_phone: str | None


class OldestKept(Struct, frozen=True, kw_only=True):
    oldest_at: datetime | None


class Subject(Struct, frozen=True, kw_only=True):
    """Somebody with an account, and all that is kept of them."""

    market_id: MarketId
    data: dict[str, object]


class Collected(Struct, frozen=True, kw_only=True):
    data: dict[str, object]


class Hold(Struct, frozen=True, kw_only=True):
    """A job that is not forgotten, because somebody needs to know."""

    job_id: JobId
    reason: HoldReason
    held_at: datetime


async def hold_job(
    conn: Connection, *, job_id: JobId, reason: HoldReason, held_at: datetime
) -> None:
    await conn.execute(_SQL["hold_job"], job_id, reason, held_at)


async def end_hold(conn: Connection, *, job_id: JobId) -> Hold | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["end_hold"], job_id), Hold)


async def list_holds(conn: Connection, *, job_ids: Sequence[JobId]) -> list[Hold]:
    return to_structs(await conn.fetch(_SQL["list_holds"], job_ids), Hold)


async def list_holds_of_courier(
    conn: Connection, *, courier_id: CourierId, limit_count: int
) -> list[Hold]:
    rows = await conn.fetch(_SQL["list_holds_of_courier"], courier_id, limit_count)
    return to_structs(rows, Hold)


async def list_holds_of_market(
    conn: Connection, *, market_id: MarketId, limit_count: int
) -> list[Hold]:
    rows = await conn.fetch(_SQL["list_holds_of_market"], market_id, limit_count)
    return to_structs(rows, Hold)


async def lock_old_jobs(
    conn: Connection, *, market_id: MarketId, older_than_s: float, limit_count: int
) -> list[JobKey]:
    rows = await conn.fetch(_SQL["lock_old_jobs"], market_id, older_than_s, limit_count)
    return to_structs(rows, JobKey)


async def erase_jobs(conn: Connection, *, job_ids: Sequence[JobId]) -> None:
    await conn.execute(_SQL["erase_jobs"], job_ids)


async def erase_answers(conn: Connection, *, job_ids: Sequence[JobId]) -> None:
    await conn.execute(_SQL["erase_answers"], job_ids)


async def forget_told(conn: Connection, *, job_ids: Sequence[JobId]) -> None:
    await conn.execute(_SQL["forget_told"], job_ids)


async def erase_courier(conn: Connection, *, courier_id: CourierId) -> None:
    await conn.execute(_SQL["erase_courier"], courier_id)


async def find_live_job(conn: Connection, *, merchant_id: MerchantId) -> JobKey | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["find_live_job"], merchant_id), JobKey)


async def erase_merchant(conn: Connection, *, merchant_id: MerchantId) -> None:
    await conn.execute(_SQL["erase_merchant"], merchant_id)


async def erase_operator(conn: Connection, *, operator_id: OperatorId) -> None:
    await conn.execute(_SQL["erase_operator"], operator_id)


async def list_doors(
    conn: Connection, *, market_id: MarketId, after_id: UUID, limit_count: int
) -> list[Door]:
    rows = await conn.fetch(_SQL["list_doors"], market_id, after_id, limit_count)
    return to_structs(rows, Door)


async def read_oldest_kept(conn: Connection, *, job_ids: Sequence[JobId]) -> OldestKept:
    (row,) = await conn.fetch(_SQL["read_oldest_kept"], job_ids)
    return to_struct(row, OldestKept)


async def list_held_jobs(conn: Connection, *, after_id: UUID, limit_count: int) -> list[JobKey]:
    return to_structs(await conn.fetch(_SQL["list_held_jobs"], after_id, limit_count), JobKey)


async def list_jobs(conn: Connection, *, after_id: UUID, limit_count: int) -> list[JobKey]:
    return to_structs(await conn.fetch(_SQL["list_jobs"], after_id, limit_count), JobKey)


async def reseal_stops(conn: Connection, *, stops: Sequence[Stop]) -> None:
    await conn.execute(_SQL["reseal_stops"], stops)


async def export_courier(conn: Connection, *, courier_id: CourierId) -> Subject | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["export_courier"], courier_id), Subject)


async def export_merchant(conn: Connection, *, merchant_id: MerchantId) -> Subject | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["export_merchant"], merchant_id), Subject)


async def export_operator(conn: Connection, *, operator_id: OperatorId) -> Subject | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["export_operator"], operator_id), Subject)


async def export_jobs(conn: Connection, *, job_ids: Sequence[JobId]) -> Collected:
    (row,) = await conn.fetch(_SQL["export_jobs"], job_ids)
    return to_struct(row, Collected)
