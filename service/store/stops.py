"""Each public function runs the query of the same name."""

from datetime import datetime

from service.domain.ids import CourierId, JobId, StopId
from service.domain.lifecycle import StopKind, StopStatus
from service.domain.vocabulary import ReasonCode
from service.store.connection import Connection
from service.store.queries import load

_SQL = load("stops")


async def insert_stop(
    conn: Connection,
    *,
    stop_id: StopId,
    job_id: JobId,
    kind: StopKind,
    attempt: int,
    status: StopStatus,
    courier_id: CourierId | None,
    route_position: int | None,
    lat_deg: float,
    lng_deg: float,
    service_s: int,
    address: str,
    contact_name: str | None,
    contact_phone: str | None,
    instructions: str | None,
) -> None:
    await conn.execute(
        _SQL["insert_stop"],
        stop_id,
        job_id,
        kind,
        attempt,
        status,
        courier_id,
        route_position,
        lat_deg,
        lng_deg,
        service_s,
        address,
        contact_name,
        contact_phone,
        instructions,
    )


async def save_stop(
    conn: Connection,
    *,
    stop_id: StopId,
    status: StopStatus,
    courier_id: CourierId | None,
    route_position: int | None,
    arrived_at: datetime | None,
    completed_at: datetime | None,
    failed_at: datetime | None,
    failure_reason: ReasonCode | None,
) -> None:
    await conn.execute(
        _SQL["save_stop"],
        stop_id,
        status,
        courier_id,
        route_position,
        arrived_at,
        completed_at,
        failed_at,
        failure_reason,
    )
