"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.ids import CourierId, JobId, MarketId, MerchantId, StopId
from service.domain.job import Job
from service.domain.lifecycle import JobStatus
from service.domain.vocabulary import Outcome, Requirement, SizeClass, Vehicle
from service.store.connection import Connection, to_struct_or_none, to_structs
from service.store.queries import load

_SQL = load("jobs")


class JobKey(Struct, frozen=True, kw_only=True):
    id: JobId


class StopKey(Struct, frozen=True, kw_only=True):
    id: StopId


class JobVersion(Struct, frozen=True, kw_only=True):
    id: JobId
    version: int


class UnofferedJob(Struct, frozen=True, kw_only=True):
    """A job that waits for an offer."""

    job_id: JobId
    version: int
    pickup_lat_deg: float
    pickup_lng_deg: float
    dropoff_lat_deg: float
    dropoff_lng_deg: float
    ready_at: datetime
    due_at: datetime
    opened_at: datetime
    size_class: SizeClass
    weight_g: int
    vehicles: tuple[Vehicle, ...]
    requirements: tuple[Requirement, ...]
    pickup_service_s: int
    dropoff_service_s: int
    search_round: int
    fee_cents: int
    refused_by: tuple[CourierId, ...]
    is_unmixed: bool


class Refuser(Struct, frozen=True, kw_only=True):
    courier_id: CourierId


class SearchingJob(Struct, frozen=True, kw_only=True):
    """An open job, and what the matching last said of it."""

    id: JobId
    vehicles: tuple[Vehicle, ...]
    ready_at: datetime
    due_at: datetime
    searching_since: datetime  # since when the latest search is under way
    search_until: datetime
    is_offered: bool  # to somebody who may still answer
    pickup_lat_deg: float
    pickup_lng_deg: float
    pickup_service_s: int
    dropoff_lat_deg: float
    dropoff_lng_deg: float
    outcome: Outcome | None  # None: nothing since it is open


async def lock_jobs(conn: Connection, *, job_ids: Sequence[JobId]) -> list[JobKey]:
    return to_structs(await conn.fetch(_SQL["lock_jobs"], job_ids), JobKey)


async def read_jobs(conn: Connection, *, job_ids: Sequence[JobId]) -> list[Job]:
    return to_structs(await conn.fetch(_SQL["read_jobs"], job_ids), Job)


async def read_jobs_to_offer(conn: Connection, *, job_ids: Sequence[JobId]) -> list[Job]:
    return to_structs(await conn.fetch(_SQL["read_jobs_to_offer"], job_ids), Job)


async def read_job_of_merchant(
    conn: Connection, *, job_id: JobId, merchant_id: MerchantId
) -> Job | None:
    row = await conn.fetchrow(_SQL["read_job_of_merchant"], job_id, merchant_id)
    return to_struct_or_none(row, Job)


async def read_job_of_market(conn: Connection, *, job_id: JobId, market_id: MarketId) -> Job | None:
    row = await conn.fetchrow(_SQL["read_job_of_market"], job_id, market_id)
    return to_struct_or_none(row, Job)


async def list_jobs_of_merchant(
    conn: Connection,
    *,
    merchant_id: MerchantId,
    statuses: Sequence[JobStatus],
    reference: str | None,
    before_id: JobId | None,
    limit_count: int,
) -> list[Job]:
    rows = await conn.fetch(
        _SQL["list_jobs_of_merchant"], merchant_id, statuses, reference, before_id, limit_count
    )
    return to_structs(rows, Job)


async def list_jobs_of_market(
    conn: Connection,
    *,
    market_id: MarketId,
    statuses: Sequence[JobStatus],
    before_id: JobId | None,
    limit_count: int,
) -> list[Job]:
    rows = await conn.fetch(
        _SQL["list_jobs_of_market"], market_id, statuses, before_id, limit_count
    )
    return to_structs(rows, Job)


async def list_live_jobs_of_merchant(
    conn: Connection, *, merchant_id: MerchantId, before_id: JobId | None, limit_count: int
) -> list[Job]:
    rows = await conn.fetch(_SQL["list_live_jobs_of_merchant"], merchant_id, before_id, limit_count)
    return to_structs(rows, Job)


async def list_live_jobs_of_couriers(
    conn: Connection, *, courier_ids: Sequence[CourierId]
) -> list[Job]:
    return to_structs(await conn.fetch(_SQL["list_live_jobs_of_couriers"], courier_ids), Job)


async def find_referred(
    conn: Connection, *, merchant_id: MerchantId, reference: str
) -> JobKey | None:
    return to_struct_or_none(
        await conn.fetchrow(_SQL["find_referred"], merchant_id, reference), JobKey
    )


async def list_job_ids_of_courier(conn: Connection, *, courier_id: CourierId) -> list[JobKey]:
    return to_structs(await conn.fetch(_SQL["list_job_ids_of_courier"], courier_id), JobKey)


async def find_completed_stop(
    conn: Connection, *, stop_id: StopId, courier_id: CourierId
) -> StopKey | None:
    row = await conn.fetchrow(_SQL["find_completed_stop"], stop_id, courier_id)
    return to_struct_or_none(row, StopKey)


async def find_failed_stop(
    conn: Connection, *, stop_id: StopId, courier_id: CourierId
) -> StopKey | None:
    row = await conn.fetchrow(_SQL["find_failed_stop"], stop_id, courier_id)
    return to_struct_or_none(row, StopKey)


async def save_searches(
    conn: Connection,
    *,
    job_ids: Sequence[JobId],
    versions: Sequence[int],
    last_sequences: Sequence[int],
    search_rounds: Sequence[int],
) -> None:
    await conn.execute(_SQL["save_searches"], job_ids, versions, last_sequences, search_rounds)


async def read_unoffered(
    conn: Connection, *, market_id: MarketId, job_ids: Sequence[JobId]
) -> list[UnofferedJob]:
    return to_structs(await conn.fetch(_SQL["read_unoffered"], market_id, job_ids), UnofferedJob)


async def list_unoffered_versions(conn: Connection, *, market_id: MarketId) -> list[JobVersion]:
    return to_structs(await conn.fetch(_SQL["list_unoffered_versions"], market_id), JobVersion)


async def list_jobs_to_release(
    conn: Connection, *, market_id: MarketId, limit_count: int
) -> list[JobKey]:
    return to_structs(
        await conn.fetch(_SQL["list_jobs_to_release"], market_id, limit_count), JobKey
    )


async def list_jobs_to_expire(
    conn: Connection, *, market_id: MarketId, limit_count: int
) -> list[JobKey]:
    return to_structs(await conn.fetch(_SQL["list_jobs_to_expire"], market_id, limit_count), JobKey)


async def list_refusers(conn: Connection, *, job_id: JobId) -> list[Refuser]:
    return to_structs(await conn.fetch(_SQL["list_refusers"], job_id), Refuser)


async def list_searching(
    conn: Connection, *, market_id: MarketId, limit_count: int
) -> list[SearchingJob]:
    return to_structs(
        await conn.fetch(_SQL["list_searching"], market_id, limit_count), SearchingJob
    )
