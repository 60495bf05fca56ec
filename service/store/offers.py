"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.courier import Courier
from service.domain.ids import CourierId, JobId, MarketId, OfferId
from service.domain.lifecycle import OfferStatus
from service.domain.offer import Offer
from service.store.connection import Connection, to_struct, to_struct_or_none, to_structs
from service.store.queries import load

_SQL = load("offers")


class OverdueOffer(Struct, frozen=True, kw_only=True):
    id: OfferId
    job_ids: tuple[JobId, ...]


class HeldAnswer(Struct, frozen=True, kw_only=True):
    """A courier who answers an offer: what was seen before the locks, and what is held then."""

    courier_id: CourierId
    version: int
    job_ids: tuple[JobId, ...]  # in hand
    offered_job_ids: tuple[JobId, ...]
    held_job_ids: tuple[JobId, ...]
    offer: Offer | None
    courier: Courier | None
    now: datetime


class OfferedCourier(Struct, frozen=True, kw_only=True):
    courier_id: CourierId


class AnswerCounts(Struct, frozen=True, kw_only=True):
    """What became of offers to a courier."""

    offers_count: int
    accepted_count: int
    declined_count: int
    expired_seen_count: int  # ran out, and had been looked at


class JobOfferCounts(Struct, frozen=True, kw_only=True):
    job_id: JobId
    offers_count: int
    declined_count: int


async def lock_offer(conn: Connection, *, offer_id: OfferId) -> Offer | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["lock_offer"], offer_id), Offer)


async def lock_free_offers(conn: Connection, *, offer_ids: Sequence[OfferId]) -> list[Offer]:
    return to_structs(await conn.fetch(_SQL["lock_free_offers"], offer_ids), Offer)


async def hold_answered(
    conn: Connection, *, courier_ids: Sequence[CourierId], offer_ids: Sequence[OfferId]
) -> list[HeldAnswer]:
    return to_structs(await conn.fetch(_SQL["hold_answered"], courier_ids, offer_ids), HeldAnswer)


async def read_offer(conn: Connection, *, offer_id: OfferId) -> Offer | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["read_offer"], offer_id), Offer)


async def read_offers(conn: Connection, *, offer_ids: Sequence[OfferId]) -> list[Offer]:
    return to_structs(await conn.fetch(_SQL["read_offers"], offer_ids), Offer)


async def find_open_offer(conn: Connection, *, courier_id: CourierId) -> Offer | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["find_open_offer"], courier_id), Offer)


async def insert_offers(conn: Connection, *, offers: Sequence[Offer]) -> None:
    await conn.execute(_SQL["insert_offers"], offers)


async def mark_sent(
    conn: Connection, *, offer_ids: Sequence[OfferId], sent_at: Sequence[datetime]
) -> None:
    await conn.execute(_SQL["mark_sent"], offer_ids, sent_at)


async def list_offers_made(
    conn: Connection, *, market_id: MarketId, from_at: datetime, to_at: datetime, limit_count: int
) -> list[Offer]:
    rows = await conn.fetch(_SQL["list_offers_made"], market_id, from_at, to_at, limit_count)
    return to_structs(rows, Offer)


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


async def list_open_offers(
    conn: Connection, *, courier_ids: Sequence[CourierId]
) -> list[OfferedCourier]:
    return to_structs(await conn.fetch(_SQL["list_open_offers"], courier_ids), OfferedCourier)


async def count_answers(
    conn: Connection, *, courier_id: CourierId, since: datetime, limit_count: int
) -> AnswerCounts:
    (row,) = await conn.fetch(_SQL["count_answers"], courier_id, since, limit_count)
    return to_struct(row, AnswerCounts)


async def count_offers_of_jobs(
    conn: Connection, *, job_ids: Sequence[JobId]
) -> list[JobOfferCounts]:
    return to_structs(await conn.fetch(_SQL["count_offers_of_jobs"], job_ids), JobOfferCounts)
