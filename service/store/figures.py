"""Each public function runs the query of the same name. Percentiles of nothing are None."""

from datetime import datetime

from msgspec import Struct

from service.domain.ids import MarketId
from service.store.connection import Connection, to_struct, to_structs
from service.store.queries import load

_SQL = load("figures")


class OffersSpan(Struct, frozen=True, kw_only=True):
    """Offers made in one span of time, numbered from 0."""

    span: int
    offers_count: int
    accepted_count: int
    accept_p50_s: float | None
    accept_p90_s: float | None


class PickupsSpan(Struct, frozen=True, kw_only=True):
    """Pickups that were reached in one span."""

    span: int
    pickups_count: int
    wait_p50_s: float  # of the parcel, since it was ready and the job open
    wait_p90_s: float
    stand_p50_s: float  # of the courier, until it was handed over


class DeliveriesSpan(Struct, frozen=True, kw_only=True):
    """Doors that were reached in one span."""

    span: int
    delivered_count: int
    on_time_count: int
    late_p90_s: float


class JobsSpan(Struct, frozen=True, kw_only=True):
    """Jobs that were posted in one span, and those that ended in it."""

    span: int
    posted_count: int
    delivered_count: int
    returned_count: int
    failed_count: int
    canceled_count: int
    expired_count: int


class SupplySpan(Struct, frozen=True, kw_only=True):
    """Couriers who were free in one span, and jobs that were open, also where there were none."""

    span: int
    free_couriers_mean: float  # over the time of the span, as far as it is over
    free_couriers_peak: int
    open_jobs_mean: float
    open_jobs_peak: int
    is_cut: bool  # of all spans: there were more facts than were looked at


class EarningsSpread(Struct, frozen=True, kw_only=True):
    """Of couriers who were on duty for long enough."""

    couriers_count: int
    p10_cents_per_h: float | None
    p50_cents_per_h: float | None
    p90_cents_per_h: float | None


async def sum_up_offers(
    conn: Connection,
    *,
    market_id: MarketId,
    since: datetime,
    until: datetime,
    span_s: float,
    limit_count: int,
) -> list[OffersSpan]:
    rows = await conn.fetch(_SQL["sum_up_offers"], market_id, since, until, span_s, limit_count)
    return to_structs(rows, OffersSpan)


async def sum_up_pickups(
    conn: Connection,
    *,
    market_id: MarketId,
    since: datetime,
    until: datetime,
    span_s: float,
    limit_count: int,
) -> list[PickupsSpan]:
    rows = await conn.fetch(_SQL["sum_up_pickups"], market_id, since, until, span_s, limit_count)
    return to_structs(rows, PickupsSpan)


async def sum_up_deliveries(
    conn: Connection,
    *,
    market_id: MarketId,
    since: datetime,
    until: datetime,
    span_s: float,
    limit_count: int,
) -> list[DeliveriesSpan]:
    rows = await conn.fetch(_SQL["sum_up_deliveries"], market_id, since, until, span_s, limit_count)
    return to_structs(rows, DeliveriesSpan)


async def sum_up_jobs(
    conn: Connection,
    *,
    market_id: MarketId,
    since: datetime,
    until: datetime,
    span_s: float,
    limit_count: int,
) -> list[JobsSpan]:
    rows = await conn.fetch(_SQL["sum_up_jobs"], market_id, since, until, span_s, limit_count)
    return to_structs(rows, JobsSpan)


async def sum_up_supply(
    conn: Connection,
    *,
    market_id: MarketId,
    since: datetime,
    until: datetime,
    span_s: float,
    limit_count: int,
) -> list[SupplySpan]:
    rows = await conn.fetch(_SQL["sum_up_supply"], market_id, since, until, span_s, limit_count)
    return to_structs(rows, SupplySpan)


async def spread_earnings(
    conn: Connection, *, market_id: MarketId, since: datetime, until: datetime, duty_s_min: float
) -> EarningsSpread:
    (row,) = await conn.fetch(_SQL["spread_earnings"], market_id, since, until, duty_s_min)
    return to_struct(row, EarningsSpread)
