"""What one tick decided on, packed so that it can be decided again, and the way back.

It holds where couriers were, by their ids: personal data, kept as long as their trails. How exactly
those without a job is for `discretion` to say.
"""

import zlib
from collections.abc import Iterable

import msgspec
import numpy as np
from msgspec import Struct

from matching.arrays import F64, I64
from matching.snapshot import Roads, Snapshot, Travel
from service.dispatch.proposal import Proposal
from service.dispatch.rows import Gathered, Pair
from service.domain.ids import CourierId, JobId

_LEVEL = 1  # of compression: the next tick is waiting


class UnreadableTickError(Exception):
    """This is no recorded tick, or one of a version that is not read any more."""


class Column(Struct, frozen=True, array_like=True):
    """An array as it stands in memory."""

    shape: tuple[int, ...]
    data: bytes


class Chosen(Struct, frozen=True, array_like=True):
    """Who was proposed what."""

    courier_id: CourierId
    job_ids: tuple[JobId, ...]


class Ways(Struct, frozen=True, kw_only=True):
    """How long ways were thought to be, and how fast couriers."""

    detour_factor: float = 1.0
    roads: tuple[Column, ...] | None = None  # the table, then the rows
    courier_speed_mps: Column = Column((0,), b"")


class RecordedTick(Struct, frozen=True, kw_only=True):
    """Everything that a decision depends on, beside the policy, and what was decided."""

    gathered: Gathered
    tick_s: float
    left_out: tuple[Pair, ...]
    ways: Ways
    chosen: tuple[Chosen, ...]
    rounds_count: int | None = None  # of ruin and recreate, before time was up; None: no limit


def record_of(
    gathered: Gathered,
    *,
    tick_s: float,
    left_out: Iterable[Pair],
    ways: Ways,
    proposals: Iterable[Proposal],
    rounds_count: int | None = None,
) -> RecordedTick:
    """Return what there is to keep of a tick."""
    return RecordedTick(
        gathered=gathered,
        tick_s=tick_s,
        left_out=tuple(left_out),
        ways=ways,
        chosen=chosen_of(proposals),
        rounds_count=rounds_count,
    )


def chosen_of(proposals: Iterable[Proposal]) -> tuple[Chosen, ...]:
    """Return who is proposed what, in the order of the proposals."""
    return tuple(
        Chosen(proposal.courier_id, tuple(job.job_id for job in proposal.jobs))
        for proposal in proposals
    )


def ways_of(snapshot: Snapshot) -> Ways:
    """Return what was measured for a snapshot."""
    roads = snapshot.travel.roads
    return Ways(
        detour_factor=snapshot.travel.detour_factor,
        roads=None if roads is None else tuple(_column(array) for array in roads),
        courier_speed_mps=_column(snapshot.courier_speed_mps),
    )


def measured(snapshot: Snapshot, ways: Ways, *, detour_ratio: float = 1.0) -> Snapshot:
    """Return the snapshot, of the same couriers and jobs, with these ways instead of its own.

    `detour_ratio` makes straight lines longer or shorter than they were thought to be then.
    """
    roads = None
    if ways.roads is not None:
        table, *rows = ways.roads
        roads = Roads(_floats(table), *(_rows(column) for column in rows))
    return snapshot._replace(
        courier_speed_mps=_floats(ways.courier_speed_mps),
        travel=Travel(detour_factor=max(1.0, ways.detour_factor * detour_ratio), roads=roads),
    )


def pack(recorded: RecordedTick) -> bytes:
    """Return the tick as compressed msgpack."""
    return zlib.compress(_encode(recorded), _LEVEL)


def unpack(packed: bytes) -> RecordedTick:
    """Return the tick that was packed.

    Raises:
        UnreadableTickError: this is none.
    """
    try:
        return _decode(zlib.decompress(packed))
    except (zlib.error, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnreadableTickError(str(error)) from error


def _column(array: F64 | I64) -> Column:
    return Column(array.shape, array.tobytes())


def _floats(column: Column) -> F64:
    """Return the array in memory that may be written, which is what the kernels want."""
    return np.frombuffer(column.data, np.float64).reshape(column.shape).copy()


def _rows(column: Column) -> I64:
    return np.frombuffer(column.data, np.int64).reshape(column.shape).copy()


_encode = msgspec.msgpack.Encoder(uuid_format="bytes").encode
_decode = msgspec.msgpack.Decoder(RecordedTick).decode
