"""Each public function runs the query of the same name."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.store.connection import Connection, to_struct, to_struct_or_none
from service.store.queries import load

_SQL = load("deployment")


class Deployment(Struct, frozen=True, kw_only=True):
    epoch: UUID
    has_live_market: bool


class RunningTime(Struct, frozen=True, kw_only=True):
    now: datetime  # market time
    time_scale: float


class MarketTime(Struct, frozen=True, kw_only=True):
    now: datetime


class Tables(Struct, frozen=True, kw_only=True):
    is_there: bool


class Others(Struct, frozen=True, kw_only=True):
    """Connections of other processes."""

    others_count: int


class RealTime(Struct, frozen=True, kw_only=True):
    now: datetime


class RecordedUntil(Struct, frozen=True, kw_only=True):
    at: datetime  # market time


async def create_deployment(conn: Connection, *, epoch: UUID, time_scale: float) -> None:
    await conn.execute(_SQL["create_deployment"], epoch, time_scale)


async def set_time(conn: Connection, *, market_at: datetime, time_scale: float) -> None:
    await conn.execute(_SQL["set_time"], market_at, time_scale)


async def find_tables(conn: Connection) -> Tables:
    (row,) = await conn.fetch(_SQL["find_tables"])
    return to_struct(row, Tables)


async def find_deployment(conn: Connection) -> Deployment | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["find_deployment"]), Deployment)


async def count_others(conn: Connection) -> Others:
    (row,) = await conn.fetch(_SQL["count_others"])
    return to_struct(row, Others)


async def set_epoch(conn: Connection, *, epoch: UUID) -> None:
    await conn.execute(_SQL["set_epoch"], epoch)


async def read_running_time(conn: Connection) -> RunningTime:
    (row,) = await conn.fetch(_SQL["read_running_time"])
    return to_struct(row, RunningTime)


async def read_market_time(conn: Connection) -> MarketTime:
    (row,) = await conn.fetch(_SQL["read_market_time"])
    return to_struct(row, MarketTime)


async def read_real_time(conn: Connection) -> RealTime:
    (row,) = await conn.fetch(_SQL["read_real_time"])
    return to_struct(row, RealTime)


async def read_recorded_until(conn: Connection) -> RecordedUntil:
    (row,) = await conn.fetch(_SQL["read_recorded_until"])
    return to_struct(row, RecordedUntil)
