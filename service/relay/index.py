"""Keeps a market's live index what the rows in Postgres say: a touched id is read and written."""

import asyncio
from collections.abc import Collection, Sequence
from typing import TypeVar
from uuid import UUID

import structlog

from service.actions.tell_left_out import TOLD_COUNT_MAX, tell_left_out
from service.clock import monotonic_s
from service.domain.ids import CourierId, JobId, MarketId
from service.domain.lifecycle import CourierStatus, StopKind
from service.domain.load import NOTHING, Load, load_of
from service.live import index as live_index
from service.live import positions
from service.live.batches import in_batches
from service.live.records import OpenJob, RosterEntry, RosterStop
from service.metrics import INDEX_LEFT_OUT
from service.relay.drift import Drift, find_drift
from service.relay.left_out import LeftOut, write_but_faults
from service.runtime import Runtime
from service.store import couriers, jobs
from service.store.couriers import AvailableCourier, AvailableStop
from service.store.jobs import UnofferedJob

T = TypeVar("T", bound=UUID)

log = structlog.get_logger()


class MarketIndex:
    """One change at a time: two at once might write rows in another order than they read them."""

    def __init__(self, runtime: Runtime, market_id: MarketId) -> None:
        self.runtime = runtime
        self.market_id = market_id
        self._changing = asyncio.Lock()
        self._left_out = LeftOut()

    async def apply(
        self, *, job_ids: Collection[JobId], courier_ids: Collection[CourierId]
    ) -> None:
        """Write these jobs and couriers as they are now; take out those that do not belong.

        Whose row cannot be read or written is taken out too, and ops are told: one stops no other.

        Raises:
            UnavailableError: Redis or Postgres is away; some may not have been written.
        """
        bad_job_ids: list[JobId] = []
        bad_courier_ids: list[CourierId] = []
        async with self._changing:
            for batch in in_batches(sorted(job_ids)):
                bad_job_ids += await write_but_faults(batch, self._apply_jobs)
            for batch in in_batches(sorted(courier_ids)):
                bad_courier_ids += await write_but_faults(batch, self._apply_couriers)
            if bad_job_ids or bad_courier_ids:
                await self._leave_out(bad_job_ids, bad_courier_ids)
        if untold := self._left_out.untold(count_max=TOLD_COUNT_MAX):
            await tell_left_out(self.runtime, self.market_id, untold)
            self._left_out.note_told(untold)

    async def find_drift(self) -> Drift:
        """Compare the whole index with the rows, but for who is left out.

        Raises:
            UnavailableError: Redis or Postgres is away.
        """
        found = await find_drift(self.runtime, self.market_id)
        self._left_out.look(found)
        return self.without_left_out(found)

    def without_left_out(self, drift: Drift) -> Drift:
        """Return what differs and is not left out."""
        return self._left_out.without(drift, at_s=monotonic_s())

    async def _leave_out(self, job_ids: Sequence[JobId], courier_ids: Sequence[CourierId]) -> None:
        """Take them out: what the index had of them was true of an older row."""
        redis, market_id = self.runtime.redis, self.market_id
        await live_index.remove_jobs(redis, market_id, job_ids)
        await live_index.remove_roster(redis, market_id, courier_ids)
        self._left_out.note(job_ids=job_ids, courier_ids=courier_ids, at_s=monotonic_s())
        INDEX_LEFT_OUT.labels(market=market_id, kind="jobs").inc(len(job_ids))
        INDEX_LEFT_OUT.labels(market=market_id, kind="couriers").inc(len(courier_ids))
        log.error(
            "index_left_out",
            market=market_id,
            jobs=[str(id_) for id_ in job_ids],
            couriers=[str(id_) for id_ in courier_ids],
        )

    async def _apply_jobs(self, job_ids: Sequence[JobId]) -> None:
        redis, market_id = self.runtime.redis, self.market_id
        async with self.runtime.pool.connection() as conn:
            rows = await jobs.read_unoffered(conn, market_id=market_id, job_ids=job_ids)
        await live_index.put_jobs(redis, market_id, [open_job(row) for row in rows])
        gone = _without(job_ids, {row.job_id for row in rows})
        await live_index.remove_jobs(redis, market_id, gone)

    async def _apply_couriers(self, courier_ids: Sequence[CourierId]) -> None:
        redis, market_id = self.runtime.redis, self.market_id
        async with self.runtime.pool.connection() as conn:
            rows = await couriers.read_available(conn, market_id=market_id, courier_ids=courier_ids)
            gone = _without(courier_ids, {row.courier_id for row in rows})
            unavailable = await couriers.read_couriers(conn, courier_ids=gone) if gone else []
        await live_index.put_roster(redis, market_id, [roster_entry(row) for row in rows])
        await live_index.remove_roster(redis, market_id, gone)
        offline = [one.id for one in unavailable if one.status is CourierStatus.OFFLINE]
        await positions.forget(redis, market_id, offline)


def open_job(row: UnofferedJob) -> OpenJob:
    """Return the row as the index holds it."""
    return OpenJob(
        job_id=row.job_id,
        version=row.version,
        pickup_lat_deg=row.pickup_lat_deg,
        pickup_lng_deg=row.pickup_lng_deg,
        dropoff_lat_deg=row.dropoff_lat_deg,
        dropoff_lng_deg=row.dropoff_lng_deg,
        ready_at=row.ready_at,
        due_at=row.due_at,
        opened_at=row.opened_at,
        load=load_of(row.size_class, row.weight_g),
        vehicles=row.vehicles,
        requirements=row.requirements,
        pickup_service_s=row.pickup_service_s,
        dropoff_service_s=row.dropoff_service_s,
        search_round=row.search_round,
        refused_by=row.refused_by,
        fee_cents=row.fee_cents,
        is_unmixed=row.is_unmixed,
    )


def roster_entry(row: AvailableCourier) -> RosterEntry:
    """Return the row as the index holds it."""
    return RosterEntry(
        courier_id=row.courier_id,
        version=row.version,
        vehicle=row.vehicle,
        capacity=Load(row.capacity_weight_g, row.capacity_volume_l, row.capacity_jobs_count),
        aboard=sum((load_of(one.size_class, one.weight_g) for one in row.aboard), NOTHING),
        abilities=row.abilities,
        shift_ends_at=row.shift_ends_at,
        live_jobs_count=row.live_jobs_count,
        route=tuple(_roster_stop(stop) for stop in row.route),
    )


def _roster_stop(stop: AvailableStop) -> RosterStop:
    return RosterStop(
        stop_id=stop.stop_id,
        job_id=stop.job_id,
        kind=stop.kind,
        status=stop.status,
        lat_deg=stop.lat_deg,
        lng_deg=stop.lng_deg,
        ready_at=stop.ready_at if stop.kind is StopKind.PICKUP else None,
        due_at=stop.due_at if stop.kind is StopKind.DROPOFF else None,
        service_s=stop.service_s,
        load=load_of(stop.size_class, stop.weight_g),
        arrived_at=stop.arrived_at,
        is_unmixed=stop.is_unmixed,
    )


def _without(ids: Sequence[T], found: Collection[UUID]) -> list[T]:
    return [id_ for id_ in ids if id_ not in found]
