"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.ids import BundleId, CourierId, JobId, MarketId, OfferId, StopId
from service.domain.lifecycle import OfferMode, OfferStatus
from service.domain.offer import Leg, Offer
from service.domain.pricing import Pay
from service.store.connection import Connection, to_struct, to_struct_or_none, to_structs
from service.store.queries import load

_SQL = load("offers")


class OverdueOffer(Struct, frozen=True, kw_only=True):
    id: OfferId
    job_ids: tuple[JobId, ...]


class OfferCounts(Struct, frozen=True, kw_only=True):
    offers_count: int
    declined_count: int


async def lock_offer(conn: Connection, *, offer_id: OfferId) -> Offer | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["lock_offer"], offer_id), Offer)


async def read_offer(conn: Connection, *, offer_id: OfferId) -> Offer | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["read_offer"], offer_id), Offer)


async def read_offers(conn: Connection, *, offer_ids: Sequence[OfferId]) -> list[Offer]:
    return to_structs(await conn.fetch(_SQL["read_offers"], offer_ids), Offer)


async def find_open_offer(conn: Connection, *, courier_id: CourierId) -> Offer | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["find_open_offer"], courier_id), Offer)


async def insert_offer(
    conn: Connection,
    *,
    offer_id: OfferId,
    market_id: MarketId,
    courier_id: CourierId,
    bundle_id: BundleId | None,
    mode: OfferMode,
    job_ids: Sequence[JobId],
    stop_ids: Sequence[StopId],
    legs: Sequence[Leg],
    pay: Pay,
    created_at: datetime,
    expires_at: datetime,
    ttl_s: float,
    policy_version: int,
    dispatch_epoch: int | None,
    tick_id: int | None,
) -> None:
    await conn.execute(
        _SQL["insert_offer"],
        offer_id,
        market_id,
        courier_id,
        bundle_id,
        mode,
        job_ids,
        stop_ids,
        legs,
        pay,
        created_at,
        expires_at,
        ttl_s,
        policy_version,
        dispatch_epoch,
        tick_id,
    )


async def save_offer(
    conn: Connection,
    *,
    offer_id: OfferId,
    status: OfferStatus,
    seen_at: datetime | None,
    answered_at: datetime | None,
    expires_at: datetime,
    answer: str | None,
) -> None:
    await conn.execute(
        _SQL["save_offer"], offer_id, status, seen_at, answered_at, expires_at, answer
    )


async def list_offers_of_market(
    conn: Connection,
    *,
    market_id: MarketId,
    statuses: Sequence[OfferStatus],
    job_id: JobId | None,
    before_id: OfferId | None,
    limit_count: int,
) -> list[Offer]:
    rows = await conn.fetch(
        _SQL["list_offers_of_market"], market_id, statuses, job_id, before_id, limit_count
    )
    return to_structs(rows, Offer)


async def list_offers_to_expire(
    conn: Connection, *, market_id: MarketId, limit_count: int
) -> list[OverdueOffer]:
    rows = await conn.fetch(_SQL["list_offers_to_expire"], market_id, limit_count)
    return to_structs(rows, OverdueOffer)


async def count_offers_of_job(conn: Connection, *, job_id: JobId) -> OfferCounts:
    (row,) = await conn.fetch(_SQL["count_offers_of_job"], job_id)
    return to_struct(row, OfferCounts)
