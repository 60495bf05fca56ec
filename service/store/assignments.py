"""Each public function runs the query of the same name."""

from datetime import datetime

from msgspec import Struct

from service.domain.ids import CourierId, JobId, StopId
from service.store.connection import Connection, to_struct_or_none, to_structs
from service.store.queries import load

_SQL = load("assignments")


class EndedAssignment(Struct, frozen=True, kw_only=True):
    """What the courier was promised for the job, by the offer that was accepted."""

    pay_cents: int


class ActiveAssignment(Struct, frozen=True, kw_only=True):
    started_at: datetime


class CourierKey(Struct, frozen=True, kw_only=True):
    id: CourierId


async def list_couriers_of_job(conn: Connection, *, job_id: JobId) -> list[CourierKey]:
    return to_structs(await conn.fetch(_SQL["list_couriers_of_job"], job_id), CourierKey)


async def find_active_assignment(
    conn: Connection, *, courier_id: CourierId, stop_id: StopId
) -> ActiveAssignment | None:
    row = await conn.fetchrow(_SQL["find_active_assignment"], courier_id, stop_id)
    return to_struct_or_none(row, ActiveAssignment)


async def end_assignment(
    conn: Connection, *, job_id: JobId, ended_at: datetime
) -> EndedAssignment | None:
    row = await conn.fetchrow(_SQL["end_assignment"], job_id, ended_at)
    return to_struct_or_none(row, EndedAssignment)
