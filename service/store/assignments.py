"""Each public function runs the query of the same name."""

from datetime import datetime

from msgspec import Struct

from service.domain.ids import JobId
from service.store.connection import Connection, to_struct_or_none
from service.store.queries import load

_SQL = load("assignments")


class EndedAssignment(Struct, frozen=True, kw_only=True):
    """What the courier was promised for the job, by the offer that was accepted."""

    pay_cents: int


async def end_assignment(
    conn: Connection, *, job_id: JobId, ended_at: datetime
) -> EndedAssignment | None:
    row = await conn.fetchrow(_SQL["end_assignment"], job_id, ended_at)
    return to_struct_or_none(row, EndedAssignment)
