"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.domain.ids import DeliveryId, EndpointId, MerchantId
from service.domain.vocabulary import AttemptOutcome, DeliveryStatus
from service.store.connection import Connection, to_struct, to_struct_or_none, to_structs
from service.store.queries import load

_SQL = load("webhook_deliveries")


class Delivery(Struct, frozen=True, kw_only=True):
    """An event on its way to an endpoint, `seq` in its lane; times are real."""

    id: DeliveryId
    endpoint_id: EndpointId
    subject_id: UUID
    seq: int
    event_id: str
    type: str
    status: DeliveryStatus
    attempts_count: int
    created_at: datetime
    due_at: datetime | None
    ended_at: datetime | None


class DeliveryText(Struct, frozen=True, kw_only=True):
    body: bytes


class Attempt(Struct, frozen=True, kw_only=True):
    number: int
    at: datetime
    outcome: AttemptOutcome
    status_code: int | None
    duration_ms: int


class Backlog(Struct, frozen=True, kw_only=True):
    waiting_count: int
    due_age_s: float


class Replayed(Struct, frozen=True, kw_only=True):
    replayed_count: int


async def insert_deliveries(
    conn: Connection,
    *,
    ids: Sequence[DeliveryId],
    endpoint_ids: Sequence[EndpointId],
    subject_ids: Sequence[UUID],
    event_ids: Sequence[str],
    types: Sequence[str],
    bodies: Sequence[bytes],
) -> None:
    await conn.execute(
        _SQL["insert_deliveries"], ids, endpoint_ids, subject_ids, event_ids, types, bodies
    )


async def list_deliveries(
    conn: Connection,
    *,
    endpoint_id: EndpointId,
    merchant_id: MerchantId,
    status: DeliveryStatus | None,
    before_id: DeliveryId | None,
    limit_count: int,
) -> list[Delivery]:
    rows = await conn.fetch(
        _SQL["list_deliveries"], endpoint_id, merchant_id, status, before_id, limit_count
    )
    return to_structs(rows, Delivery)


async def read_delivery(
    conn: Connection, *, delivery_id: DeliveryId, endpoint_id: EndpointId, merchant_id: MerchantId
) -> Delivery | None:
    row = await conn.fetchrow(_SQL["read_delivery"], delivery_id, endpoint_id, merchant_id)
    return to_struct_or_none(row, Delivery)


async def read_body(conn: Connection, *, delivery_id: DeliveryId) -> DeliveryText | None:
    return to_struct_or_none(await conn.fetchrow(_SQL["read_body"], delivery_id), DeliveryText)


async def list_attempts(
    conn: Connection, *, delivery_id: DeliveryId, limit_count: int
) -> list[Attempt]:
    return to_structs(await conn.fetch(_SQL["list_attempts"], delivery_id, limit_count), Attempt)


async def replay_delivery(conn: Connection, *, delivery_id: DeliveryId) -> None:
    await conn.execute(_SQL["replay_delivery"], delivery_id)


async def replay_dead(
    conn: Connection, *, endpoint_id: EndpointId, subject_ids: Sequence[UUID], since: datetime
) -> Replayed:
    (row,) = await conn.fetch(_SQL["replay_dead"], endpoint_id, subject_ids, since)
    return to_struct(row, Replayed)


async def read_backlog(conn: Connection) -> Backlog:
    (row,) = await conn.fetch(_SQL["read_backlog"])
    return to_struct(row, Backlog)
