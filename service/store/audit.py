"""Reads for looking at a whole run afterwards; each function runs the query of the same name."""

from datetime import datetime

from msgspec import Struct

from service.domain.facts import FactType
from service.domain.ids import BundleId, CourierId, JobId, MarketId, MerchantId, OfferId
from service.domain.lifecycle import JobStatus, OfferStatus
from service.store.connection import Connection, to_struct, to_structs
from service.store.queries import load

_SQL = load("audit")


class JobRecord(Struct, frozen=True, kw_only=True):
    id: JobId
    merchant_id: MerchantId
    status: JobStatus
    last_sequence: int
    reference: str | None
    created_at: datetime
    ready_at: datetime
    courier_id: CourierId | None
    bundle_id: BundleId | None
    picked_up_at: datetime | None
    delivered_at: datetime | None
    offers_count: int
    first_offered_at: datetime | None


class JobFact(Struct, frozen=True, kw_only=True):
    job_id: JobId
    sequence: int
    type: FactType
    status: JobStatus
    recorded_at: datetime


class AssignmentRecord(Struct, frozen=True, kw_only=True):
    job_id: JobId
    courier_id: CourierId
    offer_id: OfferId
    started_at: datetime
    ended_at: datetime | None


class OfferRecord(Struct, frozen=True, kw_only=True):
    id: OfferId
    courier_id: CourierId
    job_ids: tuple[JobId, ...]
    status: OfferStatus
    created_at: datetime
    answered_at: datetime | None
    expires_at: datetime
    dispatch_epoch: int | None


class CourierLoad(Struct, frozen=True, kw_only=True):
    id: CourierId
    capacity_weight_g: int
    capacity_volume_l: int
    capacity_jobs_count: int
    load_weight_g: int
    load_volume_l: int
    load_jobs_count: int
    live_jobs_count: int
    jobs_count: int


class Untold(Struct, frozen=True, kw_only=True):
    facts_count: int


class Histories(Struct, frozen=True, kw_only=True):
    histories_count: int


async def count_histories(conn: Connection) -> Histories:
    (row,) = await conn.fetch(_SQL["count_histories"])
    return to_struct(row, Histories)


async def list_jobs(conn: Connection, *, market_id: MarketId) -> list[JobRecord]:
    return to_structs(await conn.fetch(_SQL["list_jobs"], market_id), JobRecord)


async def list_job_facts(conn: Connection, *, market_id: MarketId) -> list[JobFact]:
    return to_structs(await conn.fetch(_SQL["list_job_facts"], market_id), JobFact)


async def list_assignments(conn: Connection, *, market_id: MarketId) -> list[AssignmentRecord]:
    return to_structs(await conn.fetch(_SQL["list_assignments"], market_id), AssignmentRecord)


async def list_offers(conn: Connection, *, market_id: MarketId) -> list[OfferRecord]:
    return to_structs(await conn.fetch(_SQL["list_offers"], market_id), OfferRecord)


async def list_loads(conn: Connection, *, market_id: MarketId) -> list[CourierLoad]:
    return to_structs(await conn.fetch(_SQL["list_loads"], market_id), CourierLoad)


async def count_untold_facts(conn: Connection, *, market_id: MarketId) -> Untold:
    (row,) = await conn.fetch(_SQL["count_untold_facts"], market_id)
    return to_struct(row, Untold)
