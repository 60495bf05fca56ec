"""PURE. What a map shows of recorded ticks; whatever else is packed in them is skipped."""

import zlib
from collections.abc import Sequence

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from service.api.present_ops import instant_of
from service.domain.ids import CourierId
from service.live.records import OpenedJob
from service.store.recorded_ticks import SpacedRow
from service.wire.record import PastJob, PastPosition, PastTick


class _Entry(Struct, frozen=True, array_like=True, gc=False):
    """How a `RosterEntry` begins, up to the jobs in hand; the rest is not looked at."""

    courier_id: CourierId
    version: int
    vehicle: Raw
    capacity: Raw
    aboard: Raw
    abilities: Raw
    shift_ends_at: Raw
    live_jobs_count: int


class _Fix(Struct, frozen=True, gc=False):
    lat_deg: float
    lng_deg: float
    received_at_ms: int


class _Seen(Struct, frozen=True, gc=False):
    entry: _Entry
    fix: _Fix


class _Gathered(Struct, frozen=True):
    jobs: tuple[OpenedJob, ...]
    couriers: tuple[_Seen, ...]


class _Recorded(Struct, frozen=True):
    gathered: _Gathered


_decode = msgspec.msgpack.Decoder(_Recorded).decode


def past_ticks(
    rows: Sequence[SpacedRow], *, couriers_count_max: int
) -> tuple[tuple[PastTick, ...], bool]:
    """Return the ticks, as many as have so few couriers together, and whether that is all of them.

    The first rows count first, in whatever order; the ticks are returned oldest first. One at least
    is returned; those that cannot be read, of other versions, are left out. This takes some
    milliseconds for each thousand couriers.
    """
    shown, couriers_count = list[PastTick](), 0
    for row in rows:
        try:
            gathered = _decode(zlib.decompress(row.packed)).gathered
        except (zlib.error, msgspec.MsgspecError):
            continue
        couriers_count += len(gathered.couriers)
        if shown and couriers_count > couriers_count_max:
            return _in_order(shown), False
        shown.append(_shown(row, gathered))
    return _in_order(shown), True


def _in_order(ticks: Sequence[PastTick]) -> tuple[PastTick, ...]:
    return tuple(sorted(ticks, key=lambda tick: tick.at))


def _shown(row: SpacedRow, gathered: _Gathered) -> PastTick:
    return PastTick(
        at=row.at,
        tick=replace(row.summary, tick_id=row.tick_id),  # it was written before it had one
        jobs=tuple(
            PastJob(
                job_id=job.job_id,
                opened_at=job.opened_at,
                pickup_lat_deg=job.pickup_lat_deg,
                pickup_lng_deg=job.pickup_lng_deg,
                dropoff_lat_deg=job.dropoff_lat_deg,
                dropoff_lng_deg=job.dropoff_lng_deg,
            )
            for job in gathered.jobs
        ),
        couriers=tuple(
            PastPosition(
                courier_id=seen.entry.courier_id,
                at=instant_of(seen.fix.received_at_ms),
                lat_deg=seen.fix.lat_deg,
                lng_deg=seen.fix.lng_deg,
                live_jobs_count=seen.entry.live_jobs_count,
            )
            for seen in gathered.couriers
        ),
    )
