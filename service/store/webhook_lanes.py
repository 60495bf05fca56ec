"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.domain.ids import DeliveryId, EndpointId, JobId, MarketId, MerchantId
from service.domain.vocabulary import AttemptOutcome, DeliveryStatus, DisabledReason, Signing
from service.domain.webhook import Health
from service.domain.webhook_signature import SigningSeed
from service.store.connection import Connection, rows_count, to_struct_or_none, to_structs
from service.store.queries import load

_SQL = load("webhook_lanes")


class Claim(Struct, frozen=True, kw_only=True):
    """The head of a lane, to be sent under the lane's epoch."""

    endpoint_id: EndpointId
    merchant_id: MerchantId
    subject_id: UUID
    epoch: int
    claims_count: int  # in a row, with this one, of which no end was heard
    delivery_id: DeliveryId
    event_id: str
    body: bytes
    url: str
    claimed_at: datetime
    has_gap: bool  # what came before was given up, or put aside
    seeds: tuple[bytes, ...]  # of all live secrets, newest first
    key_ids: tuple[str | None, ...]
    signings: tuple[Signing, ...]

    @property
    def secret_seeds(self) -> list[SigningSeed]:
        return [
            SigningSeed(seed=seed, key_id=key_id, signing=signing)
            for seed, key_id, signing in zip(self.seeds, self.key_ids, self.signings, strict=True)
        ]

    def __repr__(self) -> str:
        return f"Claim({self.delivery_id})"  # a seed may be a secret


class HeldLane(Struct, frozen=True, kw_only=True):
    """The endpoint of a lane that is held, and the delivery at its head, in real time."""

    endpoint_id: EndpointId
    market_id: MarketId
    merchant_id: MerchantId
    url: str
    disabled_reason: DisabledReason | None
    failures_count: int
    failing_since: datetime | None
    failed_at: datetime | None
    rest_until: datetime | None
    attempts_count: int
    faults_count: int
    now: datetime

    @property
    def health(self) -> Health:
        return Health(
            failures_count=self.failures_count,
            failing_since=self.failing_since,
            failed_at=self.failed_at,
            rest_until=self.rest_until,
        )


class LaneKey(Struct, frozen=True, kw_only=True):
    subject_id: UUID


async def claim_lanes(
    conn: Connection,
    *,
    endpoint_ids: Sequence[EndpointId],
    lanes_counts: Sequence[int],
    calls_counts_max: Sequence[int],
    lease_s: float,
) -> list[Claim]:
    rows = await conn.fetch(
        _SQL["claim_lanes"], endpoint_ids, lanes_counts, calls_counts_max, lease_s
    )
    return to_structs(rows, Claim)


async def lock_held_lane(
    conn: Connection,
    *,
    endpoint_id: EndpointId,
    subject_id: UUID,
    epoch: int,
    delivery_id: DeliveryId,
) -> HeldLane | None:
    row = await conn.fetchrow(_SQL["lock_held_lane"], endpoint_id, subject_id, epoch, delivery_id)
    return to_struct_or_none(row, HeldLane)


async def end_call(
    conn: Connection,
    *,
    endpoint_id: EndpointId,
    subject_id: UUID,
    delivery_id: DeliveryId,
    status: DeliveryStatus,
    delay_s: float | None,
    outcome: AttemptOutcome,
    status_code: int | None,
    duration_ms: int,
    failures_count: int,
    failing_since: datetime | None,
    failed_at: datetime | None,
    rest_until: datetime | None,
    disabled_reason: DisabledReason | None,
) -> None:
    await conn.execute(
        _SQL["end_call"],
        endpoint_id,
        subject_id,
        delivery_id,
        status,
        delay_s,
        outcome,
        status_code,
        duration_ms,
        failures_count,
        failing_since,
        failed_at,
        rest_until,
        disabled_reason,
    )


async def schedule_lanes(
    conn: Connection, *, endpoint_id: EndpointId, subject_ids: Sequence[UUID]
) -> None:
    await conn.execute(_SQL["schedule_lanes"], endpoint_id, subject_ids)


async def lock_lane(conn: Connection, *, endpoint_id: EndpointId, subject_id: UUID) -> None:
    await conn.execute(_SQL["lock_lane"], endpoint_id, subject_id)


async def mark_gap(conn: Connection, *, job_id: JobId, type: str) -> None:
    await conn.execute(_SQL["mark_gap"], job_id, type)


async def lock_dead_lanes(
    conn: Connection, *, endpoint_id: EndpointId, since: datetime, limit_count: int
) -> list[LaneKey]:
    rows = await conn.fetch(_SQL["lock_dead_lanes"], endpoint_id, since, limit_count)
    return to_structs(rows, LaneKey)


async def delete_old_lanes(conn: Connection, *, older_than_s: float, limit_count: int) -> int:
    return rows_count(await conn.execute(_SQL["delete_old_lanes"], older_than_s, limit_count))


async def delete_retired_lanes(conn: Connection, *, limit_count: int) -> int:
    return rows_count(await conn.execute(_SQL["delete_retired_lanes"], limit_count))
