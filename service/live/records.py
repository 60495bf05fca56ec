"""What the live index holds: open jobs, couriers who may be offered something, and positions.

Jobs and couriers are msgpack arrays. A new field goes last and has a default: during an upgrade
both versions read.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from struct import Struct as Layout
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from service.domain.ids import CourierId, JobId, StopId
from service.domain.lifecycle import StopKind, StopStatus
from service.domain.load import Load
from service.domain.vocabulary import Requirement, Vehicle

R = TypeVar("R")

_START = datetime(1970, 1, 1, tzinfo=UTC)


class OpenJob(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
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
    load: Load
    vehicles: tuple[Vehicle, ...]
    requirements: tuple[Requirement, ...]
    pickup_service_s: int
    dropoff_service_s: int
    search_round: int
    refused_by: tuple[CourierId, ...]  # not to be asked again
    fee_cents: int
    is_unmixed: bool = False  # rides only with parcels of the same pickup


class OpenedJob(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """How `OpenJob` begins, up to since when it waits; the rest is not looked at."""

    job_id: JobId
    version: int
    pickup_lat_deg: float
    pickup_lng_deg: float
    dropoff_lat_deg: float
    dropoff_lng_deg: float
    ready_at: datetime
    due_at: datetime
    opened_at: datetime


class RosterStop(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A stop that a courier has still to make."""

    stop_id: StopId
    job_id: JobId
    kind: StopKind
    status: StopStatus
    lat_deg: float
    lng_deg: float
    ready_at: datetime | None
    due_at: datetime | None
    service_s: int
    load: Load
    arrived_at: datetime | None
    is_unmixed: bool = False  # as the job


class RosterEntry(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A courier who may be offered something, with the route in hand."""

    courier_id: CourierId
    version: int
    vehicle: Vehicle
    capacity: Load
    aboard: Load  # on board now
    abilities: tuple[Requirement, ...]
    shift_ends_at: datetime
    live_jobs_count: int
    route: tuple[RosterStop, ...]


class RecordVersion(msgspec.Struct, frozen=True, array_like=True):
    """How `OpenJob` and `RosterEntry` begin; the rest is not looked at."""

    id: UUID
    version: int


class LiveFix(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where a courier is; the time is market time, of the server that received it.

    Of two, the newer is the one with the higher `connection`, then the higher `seq`: the order in
    which the device sent them, whatever the clocks of servers say.
    """

    courier_id: CourierId
    lat_deg: float
    lng_deg: float
    accuracy_m: float
    received_at_ms: int  # since 1970
    connection: int = 0  # as `connections` numbers them
    seq: int = 0  # of the report on that connection

    @property
    def received_at(self) -> datetime:
        return _START + timedelta(milliseconds=self.received_at_ms)


encode_record = msgspec.msgpack.Encoder(uuid_format="bytes").encode
decode_job = msgspec.msgpack.Decoder(OpenJob).decode
decode_opened_job = msgspec.msgpack.Decoder(OpenedJob).decode
decode_roster_entry = msgspec.msgpack.Decoder(RosterEntry).decode
decode_version = msgspec.msgpack.Decoder(RecordVersion).decode

# In the order of the fields of LiveFix; big-endian, so that its last 16 bytes compare as text.
_FIX = Layout(">16sdddqQQ")
_ID_BYTES = 16
_PLACE_BYTES = 16  # in the order of the device


def pack_fix(fix: LiveFix) -> bytes:
    """Return the fix in 64 bytes."""
    return _FIX.pack(
        fix.courier_id.bytes,
        fix.lat_deg,
        fix.lng_deg,
        fix.accuracy_m,
        fix.received_at_ms,
        fix.connection,
        fix.seq,
    )


FIX_BYTES = _FIX.size
_IDS_COUNT_MAX = 65_536  # of couriers, whose fixes are read again and again


@lru_cache(maxsize=_IDS_COUNT_MAX)
def _courier_id(packed: bytes) -> CourierId:
    return CourierId(UUID(bytes=packed))


def newest_fixes(packed: bytes) -> list[LiveFix]:
    """Return the newest of each courier of any number of packed fixes, by courier.

    Raises:
        struct.error: this is no whole number of fixes.
    """
    newest: dict[bytes, bytes] = {}
    for start in range(0, len(packed), FIX_BYTES):
        fix = packed[start : start + FIX_BYTES]
        known = newest.get(fix[:_ID_BYTES])
        if known is None or known[-_PLACE_BYTES:] < fix[-_PLACE_BYTES:]:
            newest[fix[:_ID_BYTES]] = fix
    return unpack_fixes(b"".join(newest[id_] for id_ in sorted(newest)))


def unpack_fixes(packed: bytes) -> list[LiveFix]:
    """Return the fixes of any number of packed ones.

    Raises:
        struct.error: this is no whole number of fixes.
    """
    return [
        LiveFix(
            courier_id=_courier_id(id_),
            lat_deg=lat_deg,
            lng_deg=lng_deg,
            accuracy_m=accuracy_m,
            received_at_ms=received_at_ms,
            connection=connection,
            seq=seq,
        )
        for (
            id_,
            lat_deg,
            lng_deg,
            accuracy_m,
            received_at_ms,
            connection,
            seq,
        ) in _FIX.iter_unpack(packed)
    ]


class Decoded(Generic[R]):
    """Decodes records, and remembers those of this round and the one before: most stay as they are.

    Until `begin_round` is called again, it holds what was read; older versions of a record go.
    """

    def __init__(self, decode: Callable[[bytes], R]) -> None:
        self._decode = decode
        self._before: dict[bytes, R] = {}
        self._known: dict[bytes, R] = {}

    def begin_round(self) -> None:
        """Forget what the last round did not read."""
        self._before, self._known = self._known, {}

    def __call__(self, record: bytes) -> R:
        known = self._known.get(record)
        if known is None:
            known = self._before.get(record)
            if known is None:
                known = self._decode(record)
            self._known[record] = known
        return known
