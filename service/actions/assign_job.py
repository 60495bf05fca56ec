"""Put an open job to one courier by hand: a direct offer, which the courier may still decline."""

from datetime import datetime, timedelta

from service.actions.find_job import find_job
from service.domain import offer as offers_domain
from service.domain.audit_log import SHELL, AuditAction, AuditEntry, Origin
from service.domain.errors import (
    AlreadyAssignedError,
    InvalidStateTransitionError,
    LockContentionError,
    NotFoundError,
)
from service.domain.geo import distance_m
from service.domain.ids import CourierId, JobId, MarketId, OfferId
from service.domain.job import Job
from service.domain.lifecycle import JobStatus, OfferMode, StopKind
from service.domain.market import Market
from service.domain.offer import Leg, Offer
from service.domain.policy import SPEED_MPS
from service.domain.vocabulary import Actor
from service.domain.work import Work
from service.runtime import Runtime, read_market
from service.store import audit_log, deployment, offers
from service.store.connection import Connection
from service.store.open_offers import OpenedOffer, save_answer, save_new
from service.store.works import OpenedWork, open_work


async def assign_job(
    runtime: Runtime,
    *,
    job_id: JobId,
    courier_id: CourierId,
    market_id: MarketId,
    origin: Origin = SHELL,
    attempt: int | None = None,
) -> Offer:
    """Offer the job to this courier, after taking back the offer that is out, if there is one.

    An offer by hand to the same courier that still waits is that one: it was said again. With an
    attempt named, only while the job is at that one: nobody has had it since.

    Raises:
        NotFoundError: there is no such job or courier in the market.
        InvalidStateTransitionError: the job is not open, or the courier is not on duty.
        AlreadyAssignedError: the courier has an offer open, or the job is at another attempt.
        CourierSuspendedError: the courier's account is not active.
    """

    async def work(conn: Connection) -> Offer:
        market = await read_market(conn, market_id)
        seen = await find_job(conn, job_id=job_id, market_id=market_id, merchant_id=None)
        if seen.status is not JobStatus.OPEN:
            raise InvalidStateTransitionError("job", seen.status, "assign")
        opened = await _open(conn, seen, courier_id)
        courier = opened.work.courier
        if courier.market_id != market_id:
            raise NotFoundError("there is no such courier")
        now = (await deployment.read_market_time(conn)).now
        if origin.undoes is not None and seen.offer_id is not None:
            raise AlreadyAssignedError("the job has been offered to somebody")
        if opened.offer is not None and _is_said_again(opened.offer, courier_id, now):
            return opened.offer
        job = await _freed(conn, opened, job_id, now)
        if attempt is not None and job.attempt != attempt:
            raise AlreadyAssignedError("somebody else has had the job since")
        if await offers.find_open_offer(conn, courier_id=courier_id) is not None:
            raise AlreadyAssignedError("the courier has another offer to answer first")
        route = opened.work.route
        offer = offers_domain.make(
            offer_id=OfferId(runtime.new_id()),
            bundle_id=None,
            mode=OfferMode.DIRECT,
            courier=courier,
            jobs=(job,),
            legs=_legs(job, opened.work, market, now),
            stop_ids=(*(stop.id for stop in route), *(stop.id for stop in job.stops)),
            policy=market.policy,
            policy_version=market.policy_version,
            dispatch_epoch=None,
            tick_id=None,
            now=now,
        )
        await save_new(conn, [offer], actor=Actor.OPS)
        await audit_log.append(conn, _entry(opened, offer, origin))
        return offer

    return await runtime.transact(market_id, work)


def _is_said_again(offer: Offer, courier_id: CourierId, now: datetime) -> bool:
    return (
        offer.is_open
        and offer.mode is OfferMode.DIRECT
        and offer.courier_id == courier_id
        and now < offer.expires_at
    )


def _entry(opened: OpenedWork, offer: Offer, origin: Origin) -> AuditEntry:
    superseded = opened.offer if opened.offer is not None and opened.offer.is_open else None
    return AuditEntry(
        market_id=offer.market_id,
        origin=origin,
        action=AuditAction.ASSIGN_JOB,
        subject=f"job:{offer.job_ids[0]}",
        before={"offer_id": None if superseded is None else str(superseded.id)},
        after={"offer_id": str(offer.id), "courier_id": str(offer.courier_id)},
    )


async def _open(conn: Connection, seen: Job, courier_id: CourierId) -> OpenedWork:
    """Lock the courier's work, the job, and the offer that it is under, with that offer's jobs."""
    if seen.offer_id is None:
        return await open_work(conn, courier_id=courier_id, job_ids=[seen.id])
    offer = await offers.read_offer(conn, offer_id=seen.offer_id)
    assert offer is not None  # offers are never deleted
    return await open_work(
        conn,
        courier_id=courier_id,
        job_ids=[seen.id, *offer.job_ids],
        offer_id=seen.offer_id,
    )


async def _freed(conn: Connection, opened: OpenedWork, job_id: JobId, now: datetime) -> Job:
    """Take back the offer that the job is under, and return the job without one."""
    job = opened.asked.get(job_id)
    if job is None:
        raise LockContentionError("the job changed hands meanwhile")
    if opened.offer is not None:
        offered = OpenedOffer(offer=opened.offer, jobs=tuple(opened.asked.values()))
        revoked = offers_domain.revoke(opened.offer, answer="superseded", now=now)
        freed = await save_answer(conn, offered, revoked, actor=Actor.OPS, now=now)
        job = next(job for job in freed if job.id == job_id)
    if job.offer_id is not None or job.status is not JobStatus.OPEN:
        raise LockContentionError("the job changed meanwhile")
    return job


def _legs(job: Job, work: Work, market: Market, now: datetime) -> tuple[Leg, ...]:
    """Return the legs with the job last on the route, by straight line.

    They start at the pickup when nothing else is in hand: where an idle courier is, only Redis
    knows, and no decision here depends on it.
    """
    policy = market.policy
    pickup, dropoff = job.latest(StopKind.PICKUP), job.latest(StopKind.DROPOFF)
    legs: list[Leg] = []
    place = work.route[-1] if work.route else pickup
    at = now
    for stop in (pickup, dropoff):
        leg_m = distance_m(place.point, stop.point) * policy.detour_factor
        at += timedelta(seconds=leg_m / SPEED_MPS[work.courier.vehicle])
        legs.append(
            offers_domain.leg_of(job, stop.kind, policy=policy, distance_m=leg_m, arrival_at=at)
        )
        at += timedelta(seconds=stop.service_s)
        place = stop
    return tuple(legs)
