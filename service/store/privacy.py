"""Each public function runs the query of the same name."""

from collections.abc import Sequence

from msgspec import Struct

from service.domain.ids import CourierId, JobId, MarketId, MerchantId, OperatorId
from service.store.connection import Connection, to_struct, to_struct_or_none, to_structs
from service.store.jobs import JobKey
from service.store.queries import load

_SQL = load("privacy")


class DeliveryOf(Struct, frozen=True, kw_only=True):
    """A job to somebody who asks what we know."""

    job_id: JobId
    has_ended: bool


class Subject(Struct, frozen=True, kw_only=True):
    """Somebody with an account, and all that is kept of them."""

    market_id: MarketId
    data: dict[str, object]


class Collected(Struct, frozen=True, kw_only=True):
    data: dict[str, object]


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


async def list_jobs_of_recipient(
    conn: Connection, *, market_id: MarketId, phone: str | None, name: str | None
) -> list[DeliveryOf]:
    rows = await conn.fetch(_SQL["list_jobs_of_recipient"], market_id, phone, name)
    return to_structs(rows, DeliveryOf)


async def export_courier(conn: Connection, *, courier_id: CourierId) -> Subject | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["export_courier"], courier_id), Subject)


async def export_merchant(conn: Connection, *, merchant_id: MerchantId) -> Subject | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["export_merchant"], merchant_id), Subject)


async def export_operator(conn: Connection, *, operator_id: OperatorId) -> Subject | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["export_operator"], operator_id), Subject)


async def export_jobs(conn: Connection, *, job_ids: Sequence[JobId]) -> Collected:
    (row,) = await conn.fetch(_SQL["export_jobs"], job_ids)
    return to_struct(row, Collected)
