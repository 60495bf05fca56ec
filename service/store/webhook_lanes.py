"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.domain.ids import DeliveryId, EndpointId
from service.domain.webhook_signature import Seed
from service.store.connection import Connection, to_structs
from service.store.queries import load

_SQL = load("webhook_lanes")


class Claim(Struct, frozen=True, kw_only=True):
    """The head of a lane, to be sent under the lane's epoch."""

    endpoint_id: EndpointId
    subject_id: UUID
    epoch: int
    delivery_id: DeliveryId
    event_id: str
    body: bytes
    attempts_count: int  # before this one
    url: str
    claimed_at: datetime
    has_gap: bool  # what came before was given up
    seeds: tuple[bytes, ...]  # of all live secrets, newest first
    key_ids: tuple[str | None, ...]

    @property
    def secret_seeds(self) -> list[Seed]:
        return [
            Seed(seed=seed, key_id=key_id)
            for seed, key_id in zip(self.seeds, self.key_ids, strict=True)
        ]


class LaneKey(Struct, frozen=True, kw_only=True):
    subject_id: UUID


async def claim_lanes(
    conn: Connection,
    *,
    endpoint_ids: Sequence[EndpointId],
    calls_counts: Sequence[int],
    lease_s: float,
) -> list[Claim]:
    rows = await conn.fetch(_SQL["claim_lanes"], endpoint_ids, calls_counts, lease_s)
    return to_structs(rows, Claim)


async def end_lease(
    conn: Connection, *, endpoint_id: EndpointId, subject_id: UUID, epoch: int
) -> bool:
    """Return whether it was still held under this epoch."""
    done = await conn.execute(_SQL["end_lease"], endpoint_id, subject_id, epoch)
    return done == "UPDATE 1"


async def schedule_lanes(
    conn: Connection, *, endpoint_id: EndpointId, subject_ids: Sequence[UUID]
) -> None:
    await conn.execute(_SQL["schedule_lanes"], endpoint_id, subject_ids)


async def lock_lane(conn: Connection, *, endpoint_id: EndpointId, subject_id: UUID) -> None:
    await conn.execute(_SQL["lock_lane"], endpoint_id, subject_id)


async def lock_dead_lanes(
    conn: Connection, *, endpoint_id: EndpointId, since: datetime, limit_count: int
) -> list[LaneKey]:
    rows = await conn.fetch(_SQL["lock_dead_lanes"], endpoint_id, since, limit_count)
    return to_structs(rows, LaneKey)


async def delete_old_lanes(conn: Connection, *, older_than_s: float, limit_count: int) -> None:
    await conn.execute(_SQL["delete_old_lanes"], older_than_s, limit_count)


async def delete_retired_lanes(conn: Connection, *, limit_count: int) -> None:
    await conn.execute(_SQL["delete_retired_lanes"], limit_count)
