"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.courier import Courier
from service.domain.forecast import StopAhead
from service.domain.ids import CourierId, JobId, MarketId, OfferId, StopId
from service.domain.lifecycle import CourierStatus, StopKind, StopStatus
from service.domain.vocabulary import Requirement, SizeClass, Vehicle
from service.store.connection import Connection, to_struct_or_none, to_structs
from service.store.queries import load

_SQL = load("couriers")


class AvailableStop(Struct, frozen=True, kw_only=True):
    """An unfinished stop of an available courier's route."""

    stop_id: StopId
    job_id: JobId
    kind: StopKind
    status: StopStatus
    lat_deg: float
    lng_deg: float
    service_s: int
    arrived_at: datetime | None
    ready_at: datetime
    due_at: datetime
    size_class: SizeClass
    weight_g: int
    is_unmixed: bool


class Aboard(Struct, frozen=True, kw_only=True):
    """A parcel that the courier has with them."""

    size_class: SizeClass
    weight_g: int


class AvailableCourier(Struct, frozen=True, kw_only=True):
    """A courier who may be made an offer."""

    courier_id: CourierId
    version: int
    vehicle: Vehicle
    capacity_weight_g: int
    capacity_volume_l: int
    capacity_jobs_count: int
    abilities: tuple[Requirement, ...]
    shift_ends_at: datetime
    live_jobs_count: int
    route: tuple[AvailableStop, ...]
    aboard: tuple[Aboard, ...]


class OnDuty(Struct, frozen=True, kw_only=True):
    id: CourierId
    status: CourierStatus
    status_changed_at: datetime
    shift_ends_at: datetime
    live_jobs_count: int


class Working(Struct, frozen=True, kw_only=True):
    """A courier with jobs in hand."""

    id: CourierId
    vehicle: Vehicle
    route: tuple[StopAhead, ...]  # a stop that was reached is first


class CourierVersion(Struct, frozen=True, kw_only=True):
    id: CourierId
    version: int


class SeenWork(Struct, frozen=True, kw_only=True):
    """Which jobs a courier has in hand, and which are offered to them: a hint, before the locks."""

    version: int  # of the courier
    job_ids: tuple[JobId, ...]
    offered_job_ids: tuple[JobId, ...]


class Door(Struct, frozen=True, kw_only=True):
    """What a courier's connection has to know first."""

    courier_id: CourierId
    status: CourierStatus
    last_seq: int
    first_kept_seq: int
    offer_id: OfferId | None  # the open one
    acknowledged_at: datetime | None


async def create_courier(
    conn: Connection,
    *,
    courier_id: CourierId,
    market_id: MarketId,
    name: str,
    vehicle: Vehicle,
    abilities: Sequence[Requirement],
) -> None:
    await conn.execute(_SQL["create_courier"], courier_id, market_id, name, vehicle, abilities)


async def lock_courier(conn: Connection, *, courier_id: CourierId) -> Courier | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["lock_courier"], courier_id), Courier)


async def lock_couriers(conn: Connection, *, courier_ids: Sequence[CourierId]) -> list[Courier]:
    return to_structs(await conn.fetch(_SQL["lock_couriers"], courier_ids), Courier)


async def lock_couriers_to_offer(
    conn: Connection, *, courier_ids: Sequence[CourierId]
) -> list[Courier]:
    rows = await conn.fetch(_SQL["lock_couriers_to_offer"], courier_ids)
    return to_structs(rows, Courier)


async def read_courier(conn: Connection, *, courier_id: CourierId) -> Courier | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["read_courier"], courier_id), Courier)


async def read_couriers(conn: Connection, *, courier_ids: Sequence[CourierId]) -> list[Courier]:
    return to_structs(await conn.fetch(_SQL["read_couriers"], courier_ids), Courier)


async def list_couriers(
    conn: Connection,
    *,
    market_id: MarketId,
    statuses: Sequence[CourierStatus],
    only_suspended: bool,
    after_id: CourierId | None,
    limit_count: int,
) -> list[Courier]:
    rows = await conn.fetch(
        _SQL["list_couriers"], market_id, statuses, only_suspended, after_id, limit_count
    )
    return to_structs(rows, Courier)


async def list_on_duty(
    conn: Connection, *, market_id: MarketId, after_id: CourierId, limit_count: int
) -> list[OnDuty]:
    rows = await conn.fetch(_SQL["list_on_duty"], market_id, after_id, limit_count)
    return to_structs(rows, OnDuty)


async def list_working(
    conn: Connection, *, market_id: MarketId, after_id: CourierId, limit_count: int
) -> list[Working]:
    rows = await conn.fetch(_SQL["list_working"], market_id, after_id, limit_count)
    return to_structs(rows, Working)


async def find_work(
    conn: Connection, *, courier_id: CourierId, offer_id: OfferId | None
) -> SeenWork | None:
    row = await conn.fetchrow(_SQL["find_work"], courier_id, offer_id)
    return to_struct_or_none(row, SeenWork)


async def read_available(
    conn: Connection, *, market_id: MarketId, courier_ids: Sequence[CourierId]
) -> list[AvailableCourier]:
    rows = await conn.fetch(_SQL["read_available"], market_id, courier_ids)
    return to_structs(rows, AvailableCourier)


async def list_available_versions(conn: Connection, *, market_id: MarketId) -> list[CourierVersion]:
    return to_structs(await conn.fetch(_SQL["list_available_versions"], market_id), CourierVersion)


async def read_doors(
    conn: Connection, *, courier_ids: Sequence[CourierId], owners: Sequence[str]
) -> list[Door]:
    return to_structs(await conn.fetch(_SQL["read_doors"], courier_ids, owners), Door)
