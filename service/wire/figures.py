"""The bodies of the figures that the console of ops draws; instants are market time."""

from datetime import datetime

import msgspec

from service.wire.watcher_stream import CellLoad


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    """What ops are told."""


class AcceptanceSpan(_Body, frozen=True):
    """Offers made from this instant on; seconds from the offer to its acceptance."""

    from_at: datetime
    offers_count: int
    accepted_count: int
    accept_p50_s: float | None
    accept_p90_s: float | None


class PickupSpan(_Body, frozen=True):
    """Pickups reached from this instant on.

    `wait_..._s` is the parcel's wait, since it was ready and its job open; `stand_p50_s` is the
    courier's, until it was handed over.
    """

    from_at: datetime
    pickups_count: int
    wait_p50_s: float
    wait_p90_s: float
    stand_p50_s: float


class PunctualitySpan(_Body, frozen=True):
    """Doors reached from this instant on; measured by what was promised as the job was posted."""

    from_at: datetime
    delivered_count: int
    on_time_count: int
    late_p90_s: float


class JobsSpan(_Body, frozen=True):
    """Jobs posted from this instant on, and those that came to one of their ends."""

    from_at: datetime
    posted_count: int
    delivered_count: int
    returned_count: int
    failed_count: int
    canceled_count: int
    expired_count: int


class SupplySpan(_Body, frozen=True):
    """Couriers without work, and jobs without a courier, from this instant on.

    Means are over the time of the span, or over what has passed of it.
    """

    from_at: datetime
    free_couriers_mean: float
    free_couriers_peak: int
    open_jobs_mean: float
    open_jobs_peak: int


class _Spans(_Body, frozen=True):
    """Spans without anything are left out.

    `is_cut`: there was more than is looked at, so the first spans are missing or not whole.
    """

    span_s: float
    is_cut: bool


class AcceptanceFigures(_Spans, frozen=True):
    spans: tuple[AcceptanceSpan, ...]


class PickupFigures(_Spans, frozen=True):
    spans: tuple[PickupSpan, ...]


class PunctualityFigures(_Spans, frozen=True):
    spans: tuple[PunctualitySpan, ...]


class JobsFigures(_Spans, frozen=True):
    spans: tuple[JobsSpan, ...]


class SupplyFigures(_Spans, frozen=True):
    """Every span that has begun has its row, also where there was nobody and nothing."""

    spans: tuple[SupplySpan, ...]


class EarningsFigures(_Body, frozen=True):
    """What was booked per hour on duty, in cents; null where so few would tell of single people."""

    couriers_count: int
    p10_cents_per_h: float | None
    p50_cents_per_h: float | None
    p90_cents_per_h: float | None


class CellFigures(_Body, frozen=True):
    """Supply, demand and wait as they are now, by H3 cell."""

    at: datetime
    resolution: int
    cells: tuple[CellLoad, ...]
