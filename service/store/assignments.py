"""Each public function runs the query of the same name."""

from datetime import datetime

from service.domain.ids import JobId
from service.store.connection import Connection
from service.store.queries import load

_SQL = load("assignments")


async def end_assignment(conn: Connection, *, job_id: JobId, ended_at: datetime) -> None:
    await conn.execute(_SQL["end_assignment"], job_id, ended_at)
