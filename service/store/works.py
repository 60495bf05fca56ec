"""A courier's work, locked and read as one; and the difference that an action made, written."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import starmap
from uuid import UUID

from msgspec import Struct

from service.domain.errors import (
    InvalidStateTransitionError,
    LockContentionError,
    NotFoundError,
)
from service.domain.ids import AssignmentId, BundleId, CourierId, JobId, OfferId
from service.domain.job import Job
from service.domain.ledger import Transfer, delivery_of, settle
from service.domain.lifecycle import (
    BUNDLE_LIFECYCLE,
    BundleStatus,
    BundleStep,
    JobStatus,
    next_status,
)
from service.domain.offer import Offer
from service.domain.work import Work, ends_tries
from service.store import assignments, bundles, changes, couriers, jobs, offers
from service.store.changes import NOTHING, AssignmentRow, BundleRow, Changes, job_changes
from service.store.connection import Connection
from service.store.told_exceptions import tell_tries_are_over


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

    The jobs of an offer to this courier need not be named. The lock order is that of the whole
    service: jobs by id, then the offer, then the courier.

    Raises:
        NotFoundError: there is no such courier, job or offer.
        LockContentionError: the courier took or lost a job meanwhile; begin again.
    """
    seen = await couriers.find_work(conn, courier_id=courier_id, offer_id=offer_id)
    if seen is None:
        raise NotFoundError("there is no such courier")
    wanted = sorted({*seen.job_ids, *seen.offered_job_ids, *job_ids})
    await jobs.lock_jobs(conn, job_ids=wanted)
    offer = None
    if offer_id is not None:
        offer = await offers.lock_offer(conn, offer_id=offer_id)
        if offer is None:
            raise NotFoundError("there is no such offer")
    courier = await couriers.lock_courier(conn, courier_id=courier_id)
    assert courier is not None  # couriers are never deleted
    read = {job.id: job for job in await jobs.read_jobs(conn, job_ids=wanted)}
    if courier.version != seen.version:  # it grows with whatever the courier takes or loses
        seen = await couriers.find_work(conn, courier_id=courier_id, offer_id=None)
        assert seen is not None
        if any(job_id not in read for job_id in seen.job_ids):
            raise LockContentionError("the courier's work changed meanwhile")
    if any(job_id not in read for job_id in job_ids):
        raise NotFoundError("there is no such job")
    mine = {job_id: read[job_id] for job_id in seen.job_ids}
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
    """Write every row in which `after` differs from what was opened, and record its facts.

    Whoever leaves a stop tries no more codes there: what ops were told of wrong ones is resolved.
    """
    changed = _changed(opened, after)
    transfers = await _end(conn, changed, now=now)
    written = work_changes(opened, after, new_id=new_id, now=now)
    await changes.save(conn, written + Changes(transfers=transfers))
    for was, job in changed:
        if ends_tries(was, job):
            await tell_tries_are_over(conn, job_id=job.id, now=now)
    left = {
        was.bundle_id
        for was, job in changed
        if was.bundle_id is not None and (job.has_ended or job.bundle_id != was.bundle_id)
    }
    for bundle_id in sorted(left):
        await _complete_bundle(conn, bundle_id)


def work_changes(
    opened: OpenedWork, after: Work, *, new_id: Callable[[], UUID], now: datetime
) -> Changes:
    """Return every row in which `after` differs from what was opened, and its facts."""
    changed = _changed(opened, after)
    written = sum(starmap(job_changes, changed), NOTHING)
    if opened.offer is not None:
        written += _taken(changed, opened.offer, new_id=new_id, now=now)
    if after.courier is not opened.work.courier:
        written += Changes(couriers=(after.courier,))
    return written + Changes(facts=after.facts)


def _changed(opened: OpenedWork, after: Work) -> list[tuple[Job, Job]]:
    """Return the jobs that differ, as they were and as they are, by id."""
    before = {**opened.asked, **opened.work.jobs}
    return [
        (before[job_id], job)
        for job_id, job in sorted(after.jobs.items())
        if job is not before[job_id]
    ]


def _taken(
    changed: Sequence[tuple[Job, Job]],
    offer: Offer,
    *,
    new_id: Callable[[], UUID],
    now: datetime,
) -> Changes:
    """Return the beginnings of the assignments of jobs that have another courier than before."""
    return Changes(
        assignments=tuple(
            AssignmentRow(
                id=AssignmentId(new_id()),
                job_id=job.id,
                courier_id=job.courier_id,
                offer_id=offer.id,
                started_at=now,
            )
            for was, job in changed
            if job.courier_id is not None and job.courier_id != was.courier_id
        )
    )


async def _end(
    conn: Connection, changed: Sequence[tuple[Job, Job]], *, now: datetime
) -> tuple[Transfer, ...]:
    """End the assignments of jobs that have left their courier; return what delivered ones cost.

    However a job comes to be delivered, it is paid by what is written of it.
    """
    transfers: tuple[Transfer, ...] = ()
    for was, job in changed:
        if was.courier_id is not None and (job.has_ended or job.courier_id is None):
            ended = await assignments.end_assignment(conn, job_id=job.id, ended_at=now)
            if job.status is JobStatus.DELIVERED:
                assert ended is not None  # who delivers has it
                transfers += settle(delivery_of(job, pay_cents=ended.pay_cents))
    return transfers


async def _complete_bundle(conn: Connection, bundle_id: BundleId) -> None:
    bundle = await bundles.lock_bundle(conn, bundle_id=bundle_id)
    if bundle is None or bundle.live_jobs_count > 0 or bundle.status is not BundleStatus.ACTIVE:
        return
    status = next_status("bundle", BUNDLE_LIFECYCLE, bundle.status, BundleStep.COMPLETE)
    row = BundleRow(id=bundle_id, market_id=bundle.market_id, status=status)
    await changes.save(conn, Changes(bundles=(row,)))
