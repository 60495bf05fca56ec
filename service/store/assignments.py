"""Each public function runs the query of the same name."""

from datetime import datetime

from service.domain.ids import AssignmentId, CourierId, JobId, OfferId
from service.store.connection import Connection
from service.store.queries import load

_SQL = load("assignments")


async def start_assignment(
    conn: Connection,
    *,
    assignment_id: AssignmentId,
    job_id: JobId,
    courier_id: CourierId,
    offer_id: OfferId,
    started_at: datetime,
) -> None:
    await conn.execute(
        _SQL["start_assignment"], assignment_id, job_id, courier_id, offer_id, started_at
    )


async def end_assignment(conn: Connection, *, job_id: JobId, ended_at: datetime) -> None:
    await conn.execute(_SQL["end_assignment"], job_id, ended_at)
