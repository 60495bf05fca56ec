"""A courier's work, locked and read as one; and the difference that an action made, written."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from service.domain.courier import Courier
from service.domain.errors import (
    InvalidStateTransitionError,
    LockContentionError,
    NotFoundError,
)
from service.domain.ids import AssignmentId, BundleId, CourierId, JobId, OfferId
from service.domain.job import Job
from service.domain.lifecycle import (
    BUNDLE_LIFECYCLE,
    BundleStatus,
    BundleStep,
    next_status,
)
from service.domain.offer import Offer
from service.domain.stop import Stop
from service.domain.work import Work
from service.store import assignments, bundles, couriers, facts, jobs, offers, stops
from service.store.connection import Connection


class OpenedWork(Struct, frozen=True, kw_only=True):
    work: Work
    asked: dict[JobId, Job]  # the other jobs that were locked with it
    offer: Offer | None


async def open_work(
    conn: Connection,
    *,
    courier_id: CourierId,
    job_ids: Sequence[JobId] = (),
    offer_id: OfferId | None = None,
) -> OpenedWork:
    """Lock and read what the courier has in hand, and these jobs and this offer with it.

    The lock order is that of the whole service: jobs by id, then the offer, then the courier.

    Raises:
        NotFoundError: there is no such courier, job or offer.
        LockContentionError: the courier took or lost a job meanwhile; begin again.
    """
    in_hand = await jobs.list_job_ids_of_courier(conn, courier_id=courier_id)
    wanted = sorted({*(key.id for key in in_hand), *job_ids})
    await jobs.lock_jobs(conn, job_ids=wanted)
    offer = None
    if offer_id is not None:
        offer = await offers.lock_offer(conn, offer_id=offer_id)
        if offer is None:
            raise NotFoundError("there is no such offer")
    courier = await couriers.lock_courier(conn, courier_id=courier_id)
    if courier is None:
        raise NotFoundError("there is no such courier")
    read = {job.id: job for job in await jobs.read_jobs(conn, job_ids=wanted)}
    in_hand = await jobs.list_job_ids_of_courier(conn, courier_id=courier_id)
    if any(key.id not in read for key in in_hand):
        raise LockContentionError("the courier's work changed meanwhile")
    if any(job_id not in read for job_id in job_ids):
        raise NotFoundError("there is no such job")
    mine = {key.id: read[key.id] for key in in_hand}
    return OpenedWork(
        work=Work(courier=courier, jobs=mine),
        asked={job_id: job for job_id, job in read.items() if job_id not in mine},
        offer=offer,
    )


async def open_work_of(conn: Connection, job: Job) -> OpenedWork:
    """Lock and read the work of the courier who has the job.

    Raises:
        InvalidStateTransitionError: nobody has it.
        LockContentionError: it changed hands meanwhile; begin again.
    """
    if job.courier_id is None or job.has_ended:
        raise InvalidStateTransitionError("job", job.status, "be taken from its courier")
    opened = await open_work(conn, courier_id=job.courier_id, job_ids=[job.id])
    if job.id not in opened.work.jobs:
        raise LockContentionError("the job changed hands meanwhile")
    return opened


async def save_work(
    conn: Connection,
    opened: OpenedWork,
    after: Work,
    *,
    new_id: Callable[[], UUID],
    now: datetime,
) -> None:
    """Write every row in which `after` differs from what was opened, and record its facts."""
    before = {**opened.asked, **opened.work.jobs}
    for job in sorted(after.jobs.values(), key=lambda job: job.id):
        if job is not before[job.id]:
            await _save_assignment(
                conn, before[job.id], job, offer=opened.offer, new_id=new_id, now=now
            )
            await save_job(conn, before[job.id], job)
    if after.courier is not opened.work.courier:
        await save_courier(conn, after.courier)
    left = [
        before[job.id].bundle_id
        for job in after.jobs.values()
        if job.has_ended or job.bundle_id != before[job.id].bundle_id
    ]
    for bundle_id in {bundle_id for bundle_id in left if bundle_id is not None}:
        await _complete_bundle(conn, bundle_id)
    await facts.record(conn, after.facts)


async def _save_assignment(
    conn: Connection,
    before: Job,
    job: Job,
    *,
    offer: Offer | None,
    new_id: Callable[[], UUID],
    now: datetime,
) -> None:
    is_taken = job.courier_id is not None and job.courier_id != before.courier_id
    if is_taken and job.courier_id is not None and offer is not None:
        await assignments.start_assignment(
            conn,
            assignment_id=AssignmentId(new_id()),
            job_id=job.id,
            courier_id=job.courier_id,
            offer_id=offer.id,
            started_at=now,
        )
    if before.courier_id is not None and (job.has_ended or job.courier_id is None):
        await assignments.end_assignment(conn, job_id=job.id, ended_at=now)


async def save_job(conn: Connection, before: Job | None, job: Job) -> None:
    """Write what may have changed of a job, and the stops that did."""
    await jobs.save_job(
        conn,
        job_id=job.id,
        status=job.status,
        version=job.version,
        last_sequence=job.last_sequence,
        attempt=job.attempt,
        search_round=job.search_round,
        opened_at=job.opened_at,
        search_until=job.search_until,
        ended_at=job.ended_at,
        offer_id=job.offer_id,
        courier_id=job.courier_id,
        bundle_id=job.bundle_id,
        ended_by=job.ended_by,
        reason=job.reason,
    )
    known = {stop.id: stop for stop in before.stops} if before is not None else {}
    for stop in job.stops:
        if stop.id not in known:
            await insert_stop(conn, stop)
        elif stop != known[stop.id]:
            await stops.save_stop(
                conn,
                stop_id=stop.id,
                status=stop.status,
                courier_id=stop.courier_id,
                route_position=stop.route_position,
                arrived_at=stop.arrived_at,
                completed_at=stop.completed_at,
                failed_at=stop.failed_at,
                failure_reason=stop.failure_reason,
            )


async def insert_stop(conn: Connection, stop: Stop) -> None:
    """Insert a new stop."""
    await stops.insert_stop(
        conn,
        stop_id=stop.id,
        job_id=stop.job_id,
        kind=stop.kind,
        attempt=stop.attempt,
        status=stop.status,
        courier_id=stop.courier_id,
        route_position=stop.route_position,
        lat_deg=stop.lat_deg,
        lng_deg=stop.lng_deg,
        service_s=stop.service_s,
        address=stop.address,
        contact_name=stop.contact_name,
        contact_phone=stop.contact_phone,
        instructions=stop.instructions,
    )


async def save_courier(conn: Connection, courier: Courier) -> None:
    """Write what may have changed of a courier."""
    await couriers.save_courier(
        conn,
        courier_id=courier.id,
        version=courier.version,
        status=courier.status,
        vehicle=courier.vehicle,
        capacity_weight_g=courier.capacity_weight_g,
        capacity_volume_l=courier.capacity_volume_l,
        capacity_jobs_count=courier.capacity_jobs_count,
        load_weight_g=courier.load_weight_g,
        load_volume_l=courier.load_volume_l,
        load_jobs_count=courier.load_jobs_count,
        live_jobs_count=courier.live_jobs_count,
        shift_ends_at=courier.shift_ends_at,
        status_changed_at=courier.status_changed_at,
    )


async def _complete_bundle(conn: Connection, bundle_id: BundleId) -> None:
    bundle = await bundles.lock_bundle(conn, bundle_id=bundle_id)
    if bundle is None or bundle.live_jobs_count > 0 or bundle.status is not BundleStatus.ACTIVE:
        return
    await step_bundle(conn, bundle_id, bundle.status, BundleStep.COMPLETE)


async def step_bundle(
    conn: Connection, bundle_id: BundleId, status: BundleStatus, step: BundleStep
) -> None:
    """Write the bundle's next status."""
    await bundles.set_bundle_status(
        conn,
        bundle_id=bundle_id,
        status=next_status("bundle", BUNDLE_LIFECYCLE, status, step),
    )
