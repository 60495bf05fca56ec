"""The same tick by the product's own layout in Redis: records of jobs and couriers, by cell."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from matching.snapshot import Snapshot, check
from service.dispatch.arrays import arrange
from service.dispatch.gather import gather
from service.dispatch.memory import Memory
from service.domain.ids import CourierId, JobId, MarketId, StopId
from service.domain.lifecycle import StopKind, StopStatus
from service.domain.load import Load
from service.domain.market import Market
from service.domain.policy import Policy
from service.domain.vocabulary import Requirement, Vehicle
from service.live import index, positions
from service.live.connect import Redis, open_redis
from service.live.records import LiveFix, OpenJob, RosterEntry, RosterStop
from service.settings import Settings

T = TypeVar("T")

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
MARKET = Market(
    id=MarketId("bench"),
    name="Bench",
    currency="EUR",
    timezone="Europe/Paris",
    center_lat_deg=48.8566,
    center_lng_deg=2.3522,
    service_radius_m=40_000.0,
    is_paused=False,
    policy_version=1,
    policy=Policy(),
)
VEHICLES, REQUIREMENTS = tuple(Vehicle), tuple(Requirement)


class ReadTimes(NamedTuple):
    """Milliseconds to come to a snapshot, the least of some repeats."""

    gather_ms: float
    arrange_ms: float
    couriers_count: int
    jobs_count: int


def read_times(redis_url: str, snapshot: Snapshot, *, repeats: int) -> ReadTimes:
    """Return how long the product takes to read the same couriers and jobs.

    The server keeps what is written: it is for the caller to empty it.
    """
    settings = Settings(
        database_url="postgresql://",
        redis_url=redis_url,
        redis_timeout_s=30.0,
        tick_jobs_count_max=1_000_000,
        tick_couriers_count_max=1_000_000,
    )
    return asyncio.run(_read_times(settings, snapshot, repeats))


async def _read_times(settings: Settings, snapshot: Snapshot, repeats: int) -> ReadTimes:
    redis = open_redis(settings)
    await _put(redis, snapshot)
    times = [await _read_once(redis, settings) for _ in range(repeats)]
    await redis.aclose()
    return min(times, key=lambda t: t.gather_ms + t.arrange_ms)


async def _read_once(redis: Redis, settings: Settings) -> ReadTimes:
    begun_s = time.perf_counter()
    gathered = await gather(redis, MARKET, settings=settings, memory=Memory(), now=NOW)
    assert gathered is not None
    read_s = time.perf_counter()
    snapshot = check(arrange(gathered, MARKET.policy).snapshot)
    return ReadTimes(
        gather_ms=1e3 * (read_s - begun_s),
        arrange_ms=1e3 * (time.perf_counter() - read_s),
        couriers_count=len(snapshot.courier_deg),
        jobs_count=len(snapshot.ready_s),
    )


async def _put(redis: Redis, snapshot: Snapshot) -> None:
    await index.put_jobs(redis, MARKET.id, jobs_of(snapshot))
    await index.put_roster(redis, MARKET.id, roster_of(snapshot))
    await positions.write_fixes(redis, MARKET.id, fixes_of(snapshot))
    await index.begin_build(redis, MARKET.id, "bench")
    await index.mark_built(redis, MARKET.id, "bench")


def jobs_of(snapshot: Snapshot) -> list[OpenJob]:
    """Return the jobs as the relay writes them."""
    pickup, dropoff = snapshot.pickup_deg.tolist(), snapshot.dropoff_deg.tolist()
    return [
        OpenJob(
            job_id=JobId(UUID(int=1 + j)),
            version=1,
            pickup_lat_deg=pickup[j][0],
            pickup_lng_deg=pickup[j][1],
            dropoff_lat_deg=dropoff[j][0],
            dropoff_lng_deg=dropoff[j][1],
            ready_at=_at(snapshot.ready_s[j]),
            due_at=_at(snapshot.due_s[j]),
            opened_at=_at(-snapshot.job_age_s[j]),
            load=_load(snapshot.job_load[j]),
            vehicles=tuple(_members(VEHICLES, snapshot.job_vehicle_bits[j])),
            requirements=tuple(_members(REQUIREMENTS, snapshot.job_requirement_bits[j])),
            pickup_service_s=60,
            dropoff_service_s=60,
            search_round=0,
            refused_by=(),
            fee_cents=500,
        )
        for j in range(len(pickup))
    ]


def roster_of(snapshot: Snapshot) -> list[RosterEntry]:
    """Return the couriers as the relay writes them."""
    room = snapshot.courier_jobs_room
    return [
        RosterEntry(
            courier_id=_courier_id(c),
            version=1,
            vehicle=_members(VEHICLES, snapshot.courier_vehicle_bit[c])[0],
            capacity=_load(snapshot.courier_capacity[c]),
            aboard=_load(snapshot.courier_load[c]),
            abilities=tuple(_members(REQUIREMENTS, snapshot.courier_ability_bits[c])),
            shift_ends_at=_at(snapshot.courier_shift_end_s[c]),
            live_jobs_count=max(0, MARKET.policy.live_jobs_count_max - int(room[c])),
            route=tuple(
                _stop(snapshot, s)
                for s in range(snapshot.route_start[c], snapshot.route_start[c + 1])
            ),
        )
        for c in range(len(room))
    ]


def fixes_of(snapshot: Snapshot) -> list[LiveFix]:
    """Return where the couriers are."""
    now_ms = int(NOW.timestamp() * 1e3)
    return [
        LiveFix(
            courier_id=_courier_id(c),
            lat_deg=lat_deg,
            lng_deg=lng_deg,
            accuracy_m=5.0,
            received_at_ms=now_ms - int(1e3 * snapshot.courier_position_age_s[c]),
        )
        for c, (lat_deg, lng_deg) in enumerate(snapshot.courier_deg.tolist())
    ]


def _stop(snapshot: Snapshot, s: int) -> RosterStop:
    is_pickup = bool(snapshot.stop_is_pickup[s])
    lat_deg, lng_deg = snapshot.stop_deg[s].tolist()
    return RosterStop(
        stop_id=StopId(UUID(int=(1 << 80) + s)),
        job_id=JobId(UUID(int=(1 << 96) + int(snapshot.stop_job[s]))),
        kind=StopKind.PICKUP if is_pickup else StopKind.DROPOFF,
        status=StopStatus.PENDING,
        lat_deg=lat_deg,
        lng_deg=lng_deg,
        ready_at=_at(snapshot.stop_ready_s[s]) if is_pickup else None,
        due_at=None if is_pickup else _at(snapshot.stop_due_s[s]),
        service_s=60,
        load=_load(np.abs(snapshot.stop_load[s])),
        arrived_at=None,
    )


def _courier_id(row: int) -> CourierId:
    return CourierId(UUID(int=(1 << 64) + row))


def _at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=float(seconds))


def _load(amounts: NDArray[np.float64]) -> Load:
    return Load(*(int(amount) for amount in amounts))


def _members(members: Sequence[T], bits: int) -> list[T]:
    return [member for place, member in enumerate(members) if int(bits) >> place & 1]
