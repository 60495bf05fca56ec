"""Offers to many couriers, with what each has in hand, locked and read as one."""

from collections.abc import Mapping
from typing import NamedTuple

from service.domain.courier import Courier
from service.domain.errors import DomainError, LockContentionError, NotFoundError
from service.domain.ids import CourierId, JobId, OfferId
from service.domain.job import Job
from service.domain.offer import Offer
from service.domain.work import Work
from service.store import couriers, jobs, offers
from service.store.connection import Connection
from service.store.couriers import SeenWork
from service.store.works import OpenedWork


class _Held(NamedTuple):
    """The rows that this transaction holds."""

    jobs: Mapping[JobId, Job]
    offers: Mapping[OfferId, Offer]
    couriers: Mapping[CourierId, Courier]


async def open_offered_works(
    conn: Connection, offer_ids: Mapping[CourierId, OfferId]
) -> dict[CourierId, OpenedWork | DomainError]:
    """Lock and read what these couriers have in hand, and one offer of each, as `open_work` does.

    In the same lock order, but it waits for nobody: whose rows others hold is left out.

    Returns:
        What was opened; or `NotFoundError` if there is no such courier, `LockContentionError` if
        somebody holds one of the rows, or if there is no such offer: who asks alone will hear.
    """
    found = await couriers.find_works(
        conn, courier_ids=list(offer_ids), offer_ids=list(offer_ids.values())
    )
    seen = {one.courier_id: one for one in found}
    held = await _hold(conn, seen, offer_ids)
    return {
        courier_id: _opened(seen.get(courier_id), held, offer_id)
        for courier_id, offer_id in offer_ids.items()
    }


async def _hold(
    conn: Connection,
    seen: Mapping[CourierId, SeenWork],
    offer_ids: Mapping[CourierId, OfferId],
) -> _Held:
    wanted = {job_id for one in seen.values() for job_id in (*one.job_ids, *one.offered_job_ids)}
    job_ids = [row.id for row in await jobs.lock_free_jobs(conn, job_ids=sorted(wanted))]
    answered = await offers.lock_free_offers(conn, offer_ids=sorted({*offer_ids.values()}))
    answering = await couriers.lock_free_couriers(conn, courier_ids=sorted(seen))
    return _Held(
        jobs={job.id: job for job in await jobs.read_jobs(conn, job_ids=job_ids)},
        offers={offer.id: offer for offer in answered},
        couriers={courier.id: courier for courier in answering},
    )


def _opened(seen: SeenWork | None, held: _Held, offer_id: OfferId) -> OpenedWork | DomainError:
    if seen is None:
        return NotFoundError("there is no such courier")
    courier, offer = held.couriers.get(seen.courier_id), held.offers.get(offer_id)
    is_held = {*seen.job_ids, *seen.offered_job_ids} <= held.jobs.keys()
    if courier is None or offer is None or not is_held or courier.version != seen.version:
        return LockContentionError("others are changing the offer, or its courier's work")
    return OpenedWork(
        work=Work(courier=courier, jobs={job_id: held.jobs[job_id] for job_id in seen.job_ids}),
        asked={
            job_id: held.jobs[job_id]
            for job_id in seen.offered_job_ids
            if job_id not in seen.job_ids
        },
        offer=offer,
    )
