"""Merchants, couriers and an operator of a load test, enrolled by the thousand in seconds.

Rows are copied into Postgres before the processes start, as if enrolled earlier; couriers online
as if they had gone on duty just now. Keys are real ones.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from service.actions.create_market import MarketRequest, create_market
from service.actions.keys import Key, new_key
from service.clock import real_now
from service.domain.geo import Point
from service.domain.ids import MarketId
from service.domain.lifecycle import CourierStatus
from service.domain.load import VEHICLE_CAPACITY
from service.domain.permission import Scope
from service.domain.policy import Policy
from service.domain.vocabulary import OperatorRole, Vehicle
from service.runtime import Runtime
from service.store.connection import Connection

MARKET_ID = MarketId("lab")
CENTER_DEG = (48.2082, 16.3738)
SERVICE_RADIUS_M = 12_000.0
SHIFT_S = 8 * 3_600
BATCH_COUNT_MAX = 1_000  # rows copied in one statement
VEHICLE = Vehicle.CAR  # no weight or size is in the way of a job

_CREDENTIAL = (
    *("id", "secret_sha256", "merchant_id", "courier_id", "operator_id"),
    *("created_at", "scopes"),
)
_COURIER = (
    *("id", "market_id", "name", "status", "vehicle", "capacity_weight_g", "capacity_volume_l"),
    *("capacity_jobs_count", "shift_ends_at", "status_changed_at"),
)


class Person(NamedTuple):
    """Somebody with a key."""

    id: UUID
    key: str


class People(NamedTuple):
    couriers: tuple[Person, ...]
    merchants: tuple[Person, ...]
    operator: Person

    def enlisted(self, count: int) -> list[tuple[str, str]]:
        """Return the first couriers as `Fleet.enlist` takes them."""
        return [(str(courier.id), courier.key) for courier in self.couriers[:count]]


async def settle(
    runtime: Runtime,
    *,
    couriers_count: int,
    online_count: int,
    merchants_count: int,
    policy: Policy,
) -> People:
    """Create the market and everybody in it; the first `online_count` couriers are on duty."""
    request = MarketRequest(
        market_id=MARKET_ID,
        name="Lab",
        currency="EUR",
        timezone="UTC",
        center=Point(*CENTER_DEG),
        service_radius_m=SERVICE_RADIUS_M,
        policy=policy,
    )
    assert await create_market(runtime, request), "the database is fresh"
    couriers, couriers_keys = _draw(runtime, couriers_count)
    merchants, merchants_keys = _draw(runtime, merchants_count)
    operators, operators_keys = _draw(runtime, 1)
    await _copy(runtime, "courier", _COURIER, _courier_rows(couriers, online_count=online_count))
    rows = [(person.id, MARKET_ID, f"Merchant {i}") for i, person in enumerate(merchants)]
    await _copy(runtime, "merchant", ("id", "market_id", "name"), rows)
    rows = [(person.id, MARKET_ID, "Operator", OperatorRole.VIEWER) for person in operators]
    await _copy(runtime, "operator", ("id", "market_id", "name", "role"), rows)
    now = real_now()
    for place, people, keys in (
        (0, merchants, merchants_keys),
        (1, couriers, couriers_keys),
        (2, operators, operators_keys),
    ):
        rows = list[tuple[object, ...]]()
        for person, key in zip(people, keys, strict=True):
            owners: list[UUID | None] = [None, None, None]
            owners[place] = person.id
            scopes = list(Scope) if place == 0 else []
            rows.append((key.credential_id, key.secret_sha256, *owners, now, scopes))
        await _copy(runtime, "credential", _CREDENTIAL, rows)
    return People(couriers=couriers, merchants=merchants, operator=operators[0])


def _draw(runtime: Runtime, count: int) -> tuple[tuple[Person, ...], list[Key]]:
    keys = [new_key(livemode=False) for _ in range(count)]
    return tuple(Person(runtime.new_id(), key.text) for key in keys), keys


def _courier_rows(couriers: Sequence[Person], *, online_count: int) -> list[tuple[object, ...]]:
    now, capacity = real_now(), VEHICLE_CAPACITY[VEHICLE]
    load = (capacity.weight_g, capacity.volume_l, capacity.jobs_count)
    on_duty = (CourierStatus.ONLINE, VEHICLE, *load, now + timedelta(seconds=SHIFT_S), now)
    off_duty = (CourierStatus.OFFLINE, VEHICLE, 0, 0, 0, None, None)
    return [
        (person.id, MARKET_ID, f"Courier {i}", *(on_duty if i < online_count else off_duty))
        for i, person in enumerate(couriers)
    ]


async def _copy(
    runtime: Runtime, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    async def work(conn: Connection) -> None:
        for start in range(0, len(rows), BATCH_COUNT_MAX):
            batch = rows[start : start + BATCH_COUNT_MAX]
            await conn.copy_records_to_table(table, records=batch, columns=columns)

    async with runtime.pool.transaction() as conn:
        await work(conn)
