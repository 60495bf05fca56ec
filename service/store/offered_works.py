"""Offers to many couriers, with what each has in hand, locked and read as one."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from service.domain.errors import DomainError, LockContentionError, NotFoundError
from service.domain.ids import CourierId, JobId, OfferId
from service.domain.job import Job
from service.domain.work import Work
from service.store import jobs, offers
from service.store.connection import Connection
from service.store.offers import HeldAnswer
from service.store.works import OpenedWork


class OfferedWork(Struct, frozen=True, kw_only=True):
    opened: OpenedWork
    now: datetime  # in market time, with the rows held


async def open_offered_works(
    conn: Connection, offer_ids: Mapping[CourierId, OfferId]
) -> dict[CourierId, OfferedWork | DomainError]:
    """Lock and read what these couriers have in hand, and one offer of each, as `open_work` does.

    Only it waits for nobody: whose rows others hold is left out.

    Returns:
        What was opened; or `NotFoundError` if there is no such courier, `LockContentionError` if
        somebody holds one of the rows, or if there is no such offer: who asks alone will hear.
    """
    held = await offers.hold_answered(
        conn, courier_ids=list(offer_ids), offer_ids=list(offer_ids.values())
    )
    wanted = sorted({job_id for one in held for job_id in one.held_job_ids})
    read = {job.id: job for job in await jobs.read_jobs(conn, job_ids=wanted)}
    opened = {one.courier_id: opened_of(one, read) for one in held}
    strange = NotFoundError("there is no such courier")
    return {courier_id: opened.get(courier_id, strange) for courier_id in offer_ids}


def opened_of(held: HeldAnswer, read: Mapping[JobId, Job]) -> OfferedWork | DomainError:
    """Return what was opened for one courier, or why it was not.

    Args:
        held: what was seen before the locks, and what is held.
        read: the held jobs, as they are under the locks.
    """
    is_whole = {*held.job_ids, *held.offered_job_ids} <= {*held.held_job_ids}
    if held.courier is None or held.offer is None or not is_whole:
        return LockContentionError("others are changing the offer or its jobs")
    if held.courier.version != held.version:  # it grows with whatever the courier takes or loses
        return LockContentionError("the courier's work changed meanwhile")
    opened = OpenedWork(
        work=Work(courier=held.courier, jobs={job_id: read[job_id] for job_id in held.job_ids}),
        asked={
            job_id: read[job_id] for job_id in held.offered_job_ids if job_id not in held.job_ids
        },
        offer=held.offer,
    )
    return OfferedWork(opened=opened, now=held.now)
