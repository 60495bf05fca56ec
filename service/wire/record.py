"""The bodies in which a console reads what a market was like some time ago."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from service.domain.facts import TickSummary
from service.domain.ids import CourierId, JobId
from service.wire.rest import OpsOffer


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    """What ops are told."""


class PastPosition(_Body, frozen=True):
    """Where a courier was, and with how many jobs in hand; null: with some."""

    courier_id: CourierId
    at: datetime
    lat_deg: float
    lng_deg: float
    live_jobs_count: int | None = None


class PastJob(_Body, frozen=True):
    """A job that was open."""

    job_id: JobId
    opened_at: datetime
    pickup_lat_deg: float
    pickup_lng_deg: float
    dropoff_lat_deg: float
    dropoff_lng_deg: float


class PastTick(_Body, frozen=True):
    """What a tick of the dispatcher saw: open jobs, and the couriers near them."""

    at: datetime
    tick: TickSummary
    jobs: tuple[PastJob, ...]
    couriers: tuple[PastPosition, ...]


class RecordBody(_Body, frozen=True):
    """A span of market time: ticks, offers made, and the trails of couriers under way.

    `is_cut`: there is more on record than fits, and what is told is spread over the span; ask for
    a shorter one to see more of it.
    """

    from_at: datetime
    to_at: datetime
    ticks: tuple[PastTick, ...]
    offers: tuple[OpsOffer, ...]
    positions: tuple[PastPosition, ...]
    is_cut: bool


class _Encoded(_Body, frozen=True):
    """A `RecordBody` of which the long parts are JSON already."""

    from_at: datetime
    to_at: datetime
    ticks: msgspec.Raw
    offers: msgspec.Raw
    positions: msgspec.Raw
    is_cut: bool


def encode_record(body: RecordBody) -> bytes:
    """Return the body as JSON, encoded in pieces: meanwhile other threads have their turn."""
    return msgspec.json.encode(
        _Encoded(
            from_at=body.from_at,
            to_at=body.to_at,
            ticks=_encode_all(body.ticks, count=1),
            offers=_encode_all(body.offers, count=100),
            positions=_encode_all(body.positions, count=500),
            is_cut=body.is_cut,
        )
    )


def _encode_all(items: Sequence[msgspec.Struct], *, count: int) -> msgspec.Raw:
    pieces = (
        msgspec.json.encode(items[start : start + count])[1:-1]
        for start in range(0, len(items), count)
    )
    return msgspec.Raw(b"[" + b",".join(pieces) + b"]")
