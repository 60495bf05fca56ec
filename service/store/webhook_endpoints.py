"""Each public function runs the query of the same name."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.ids import EndpointId, MarketId, MerchantId
from service.domain.vocabulary import DisabledReason, Signing
from service.domain.webhook import Health
from service.store.connection import (
    Connection,
    rows_count,
    to_struct,
    to_struct_or_none,
    to_structs,
)
from service.store.queries import load

_SQL = load("webhook_endpoints")


class Endpoint(Struct, frozen=True, kw_only=True):
    """Where a merchant wants to be told, and of what."""

    id: EndpointId
    merchant_id: MerchantId
    url: str
    events: tuple[str, ...]  # empty: all of jobs
    description: str
    disabled_reason: DisabledReason | None
    created_at: datetime
    failing_since: datetime | None
    rest_until: datetime | None
    public_key: bytes | None = None  # of its newest secret; stored answers of before lack it


class Listener(Struct, frozen=True, kw_only=True):
    """An endpoint that is told, as far as the choice of events goes."""

    id: EndpointId
    merchant_id: MerchantId
    events: tuple[str, ...]  # empty: all of jobs


class FailingEndpoint(Struct, frozen=True, kw_only=True):
    """An endpoint whose last calls failed, in real time."""

    id: EndpointId
    merchant_id: MerchantId
    failures_count: int  # in a row
    failing_s: float


class DueEndpoint(Struct, frozen=True, kw_only=True):
    """An endpoint with lanes that may be called, in real time."""

    id: EndpointId
    merchant_id: MerchantId
    failures_count: int
    failing_since: datetime | None
    failed_at: datetime | None
    rest_until: datetime | None
    calls_count: int  # under way
    lanes_count: int  # due, as far as they were counted
    now: datetime

    @property
    def health(self) -> Health:
        return Health(
            failures_count=self.failures_count,
            failing_since=self.failing_since,
            failed_at=self.failed_at,
            rest_until=self.rest_until,
        )


async def insert_endpoint(
    conn: Connection,
    *,
    endpoint_id: EndpointId,
    market_id: MarketId,
    merchant_id: MerchantId,
    url: str,
    events: Sequence[str],
    description: str,
    disabled_reason: DisabledReason | None,
) -> None:
    await conn.execute(
        _SQL["insert_endpoint"],
        endpoint_id,
        market_id,
        merchant_id,
        url,
        events,
        description,
        disabled_reason,
    )


async def give_secret(
    conn: Connection,
    *,
    endpoint_id: EndpointId,
    seed: bytes,
    key_id: str | None,
    signing: Signing,
    public_key: bytes | None,
) -> Endpoint:
    (row,) = await conn.fetch(_SQL["give_secret"], endpoint_id, seed, key_id, signing, public_key)
    return to_struct(row, Endpoint)


async def list_endpoints(conn: Connection, *, merchant_id: MerchantId) -> list[Endpoint]:
    return to_structs(await conn.fetch(_SQL["list_endpoints"], merchant_id), Endpoint)


async def read_endpoint(
    conn: Connection, *, endpoint_id: EndpointId, merchant_id: MerchantId
) -> Endpoint | None:
    row = await conn.fetchrow(_SQL["read_endpoint"], endpoint_id, merchant_id)
    return to_struct_or_none(row, Endpoint)


async def update_endpoint(
    conn: Connection,
    *,
    endpoint_id: EndpointId,
    url: str,
    events: Sequence[str],
    description: str,
    disabled_reason: DisabledReason | None,
) -> Endpoint:
    (row,) = await conn.fetch(
        _SQL["update_endpoint"], endpoint_id, url, events, description, disabled_reason
    )
    return to_struct(row, Endpoint)


async def retire_endpoint(conn: Connection, *, endpoint_id: EndpointId) -> None:
    await conn.execute(_SQL["retire_endpoint"], endpoint_id)


async def delete_retired_endpoints(
    conn: Connection, *, older_than_s: float, limit_count: int
) -> int:
    return rows_count(
        await conn.execute(_SQL["delete_retired_endpoints"], older_than_s, limit_count)
    )


async def list_listeners(conn: Connection, *, merchant_ids: Sequence[MerchantId]) -> list[Listener]:
    return to_structs(await conn.fetch(_SQL["list_listeners"], merchant_ids), Listener)


async def lock_due_endpoints(
    conn: Connection, *, calls_count_max: int, limit_count: int
) -> list[DueEndpoint]:
    rows = await conn.fetch(_SQL["lock_due_endpoints"], calls_count_max, limit_count)
    return to_structs(rows, DueEndpoint)


async def lock_endpoint(
    conn: Connection, *, endpoint_id: EndpointId, merchant_id: MerchantId
) -> Endpoint | None:
    row = await conn.fetchrow(_SQL["lock_endpoint"], endpoint_id, merchant_id)
    return to_struct_or_none(row, Endpoint)


async def list_failing(
    conn: Connection, *, market_id: MarketId, limit_count: int
) -> list[FailingEndpoint]:
    rows = await conn.fetch(_SQL["list_failing"], market_id, limit_count)
    return to_structs(rows, FailingEndpoint)
