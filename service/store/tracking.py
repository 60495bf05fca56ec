"""Each public function runs the query of the same name."""

from datetime import datetime

from msgspec import Struct

from service.domain.ids import JobId, MarketId, StopId
from service.domain.vocabulary import Vehicle
from service.domain.webhook_signature import Seed
from service.store.connection import Connection, to_struct, to_struct_or_none
from service.store.queries import load

_SQL = load("tracking")


class Tracked(Struct, frozen=True, kw_only=True):
    """The job that a token is for."""

    job_id: JobId
    market_id: MarketId


class Company(Struct, frozen=True, kw_only=True):
    """Who has to do with a job, by name, and when its courier planned to be at a stop of it."""

    merchant_name: str
    merchant_color: str | None
    courier_name: str | None
    vehicle: Vehicle | None
    planned_at: datetime | None


async def create_tracking(
    conn: Connection, *, job_id: JobId, token_sha256: bytes, seed: bytes, key_id: str | None
) -> None:
    await conn.execute(_SQL["create_tracking"], job_id, token_sha256, seed, key_id)


async def read_seed(conn: Connection, *, job_id: JobId) -> Seed | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["read_seed"], job_id), Seed)


async def find_tracked(conn: Connection, *, token_sha256: bytes, lasts_s: float) -> Tracked | None:
    row = await conn.fetchrow(_SQL["find_tracked"], token_sha256, lasts_s)
    return to_struct_or_none(row, Tracked)


async def read_company(conn: Connection, *, job_id: JobId, stop_id: StopId) -> Company:
    (row,) = await conn.fetch(_SQL["read_company"], job_id, stop_id)
    return to_struct(row, Company)
