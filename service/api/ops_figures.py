"""Figures of a market over hours: jobs and couriers, and how soon offers, parcels and doors go."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import msgspec
from litestar import get
from litestar.di import NamedDependency
from msgspec import Struct

from service.api.callers import OpsCaller
from service.api.census import Census
from service.api.errors import problems
from service.api.periods import FromAt, Period, ToAt, period_of
from service.clock import monotonic_s
from service.domain.ids import MarketId
from service.domain.permission import Right
from service.runtime import Runtime
from service.store import figures
from service.store.connection import Connection
from service.wire.figures import (
    AcceptanceFigures,
    AcceptanceSpan,
    CellFigures,
    EarningsFigures,
    JobsFigures,
    JobsSpan,
    PickupFigures,
    PickupSpan,
    PunctualityFigures,
    PunctualitySpan,
    SupplyFigures,
    SupplySpan,
)

T = TypeVar("T", bound=Struct)
R_co = TypeVar("R_co", bound=Struct, covariant=True)

PATH = "/v1/ops/figures"
PERIOD_HOURS_MAX = 24
SPANS_COUNT = 24  # of a period
SPAN_S_MIN = 60.0
ROWS_COUNT_MAX = 100_000  # looked at, the newest; Postgres takes about a tenth of a second for them
CHANGES_COUNT_MAX = ROWS_COUNT_MAX // 2  # of couriers, and as many of jobs
DUTY_S_MIN = 900.0  # pay per hour of a shorter time is chance
EARNERS_COUNT_MIN = 5
CELL_RESOLUTION = 7  # 5 km2
CELLS_COUNT_MAX = 500


class _Summing(Protocol[R_co]):
    """A query that sums something up by spans of time."""

    async def __call__(
        self,
        conn: Connection,
        *,
        market_id: MarketId,
        since: datetime,
        until: datetime,
        span_s: float,
        limit_count: int,
    ) -> Sequence[R_co]: ...


@get(
    PATH + "/acceptance",
    operation_id="getAcceptanceFigures",
    summary="Read how soon offers are accepted",
    opt={"permission": Right.OPS_READ},
    responses=problems(),
)
async def acceptance(
    *,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    from_at: FromAt,
    to_at: ToAt,
) -> AcceptanceFigures:
    """Read it of offers made in a period of at most a day, in 24 spans; not of those by hand."""
    period = _period(from_at, to_at)
    found = await _sum_up(runtime, caller, period, figures.sum_up_offers)
    return AcceptanceFigures(
        span_s=span_s_of(period),
        is_cut=sum(each.offers_count for each in found) == ROWS_COUNT_MAX,
        spans=_spans(found, period, AcceptanceSpan),
    )


@get(
    PATH + "/pickups",
    operation_id="getPickupFigures",
    summary="Read how long parcels and couriers wait",
    opt={"permission": Right.OPS_READ},
    responses=problems(),
)
async def pickups(
    *,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    from_at: FromAt,
    to_at: ToAt,
) -> PickupFigures:
    """Read it of pickups reached in a period of at most a day, in 24 spans."""
    period = _period(from_at, to_at)
    found = await _sum_up(runtime, caller, period, figures.sum_up_pickups)
    return PickupFigures(
        span_s=span_s_of(period),
        is_cut=sum(each.pickups_count for each in found) == ROWS_COUNT_MAX,
        spans=_spans(found, period, PickupSpan),
    )


@get(
    PATH + "/punctuality",
    operation_id="getPunctualityFigures",
    summary="Read how many deliveries are on time",
    opt={"permission": Right.OPS_READ},
    responses=problems(),
)
async def punctuality(
    *,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    from_at: FromAt,
    to_at: ToAt,
) -> PunctualityFigures:
    """Read it of doors reached in a period of at most a day, in 24 spans.

    The promise is that of when the job was posted: whatever became of the deadline later.
    """
    period = _period(from_at, to_at)
    found = await _sum_up(runtime, caller, period, figures.sum_up_deliveries)
    return PunctualityFigures(
        span_s=span_s_of(period),
        is_cut=sum(each.delivered_count for each in found) == ROWS_COUNT_MAX,
        spans=_spans(found, period, PunctualitySpan),
    )


@get(
    PATH + "/jobs",
    operation_id="getJobFigures",
    summary="Read how many jobs are posted and how they end",
    opt={"permission": Right.OPS_READ},
    responses=problems(),
)
async def jobs(
    *,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    from_at: FromAt,
    to_at: ToAt,
) -> JobsFigures:
    """Count jobs posted and jobs ended in a period of at most a day, in 24 spans."""
    period = _period(from_at, to_at)
    found = await _sum_up(runtime, caller, period, figures.sum_up_jobs)
    return JobsFigures(
        span_s=span_s_of(period),
        is_cut=sum(map(_told_count, found)) == ROWS_COUNT_MAX,
        spans=_spans(found, period, JobsSpan),
    )


@get(
    PATH + "/supply",
    operation_id="getSupplyFigures",
    summary="Read how many couriers are free and jobs open",
    opt={"permission": Right.OPS_READ},
    responses=problems(),
)
async def supply(
    *,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    from_at: FromAt,
    to_at: ToAt,
) -> SupplyFigures:
    """Read the mean and the peak in a period of at most a day, in 24 spans, as far as it is over.

    An open job counts until a courier has accepted it, and a courier is free until then.
    """
    period = _period(from_at, to_at)
    found = await _sum_up(runtime, caller, period, figures.sum_up_supply, CHANGES_COUNT_MAX)
    return SupplyFigures(
        span_s=span_s_of(period),
        is_cut=any(each.is_cut for each in found),
        spans=_spans(found, period, SupplySpan),
    )


@get(
    PATH + "/earnings",
    operation_id="getEarningsFigures",
    summary="Read how couriers' earnings are spread",
    opt={"permission": Right.OPS_READ},
    responses=problems(),
)
async def earnings(
    *,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    from_at: FromAt,
    to_at: ToAt,
) -> EarningsFigures:
    """Read it per hour on duty, of those who were for a quarter of an hour; of nobody by name."""
    period = _period(from_at, to_at)
    async with runtime.pool.connection() as conn:
        found = await figures.spread_earnings(
            conn,
            market_id=caller.market_id,
            since=period.from_at,
            until=period.to_at,
            duty_s_min=DUTY_S_MIN,
        )
    if found.couriers_count < EARNERS_COUNT_MIN:
        return EarningsFigures(
            couriers_count=found.couriers_count,
            p10_cents_per_h=None,
            p50_cents_per_h=None,
            p90_cents_per_h=None,
        )
    return msgspec.convert(found, EarningsFigures, from_attributes=True)


@get(
    PATH + "/cells",
    operation_id="getCellFigures",
    summary="Read supply and demand by cell",
    opt={"permission": Right.OPS_READ},
    responses=problems(),
)
async def cells(
    caller: NamedDependency[OpsCaller], runtime: NamedDependency[Runtime]
) -> CellFigures:
    """Read it as of now, of at most 500 cells of some 5 km2, or of larger ones."""
    loads = await Census(runtime, caller.market_id).loads(now_s=monotonic_s())
    resolution = next(
        resolution
        for resolution in range(CELL_RESOLUTION, -1, -1)
        if len(loads.at(resolution)) <= CELLS_COUNT_MAX
    )
    return CellFigures(
        at=runtime.clock.now(),
        resolution=resolution,
        cells=tuple(loads.at(resolution).values()),
    )


def span_s_of(period: Period) -> float:
    """Return how long the spans are that a period is told in."""
    period_s = (period.to_at - period.from_at).total_seconds()
    return max(SPAN_S_MIN, period_s / SPANS_COUNT)


async def _sum_up(
    runtime: Runtime,
    caller: OpsCaller,
    period: Period,
    query: _Summing[T],
    limit_count: int = ROWS_COUNT_MAX,
) -> Sequence[T]:
    async with runtime.pool.connection() as conn:
        return await query(
            conn,
            market_id=caller.market_id,
            since=period.from_at,
            until=period.to_at,
            span_s=span_s_of(period),
            limit_count=limit_count,
        )


def _told_count(span: figures.JobsSpan) -> int:
    ended_count = span.delivered_count + span.returned_count + span.failed_count
    return span.posted_count + ended_count + span.canceled_count + span.expired_count


def _period(from_at: FromAt, to_at: ToAt) -> Period:
    return period_of(from_at, to_at, hours_max=PERIOD_HOURS_MAX)


def _spans(found: Sequence[Struct], period: Period, span: type[T]) -> tuple[T, ...]:
    """Return what was found of each span, with its first instant for its number."""
    length = timedelta(seconds=span_s_of(period))
    rows = (msgspec.structs.asdict(each) for each in found)
    return tuple(
        msgspec.convert({"from_at": period.from_at + row.pop("span") * length, **row}, span)
        for row in rows
    )


HANDLERS = [acceptance, pickups, punctuality, jobs, supply, earnings, cells]
