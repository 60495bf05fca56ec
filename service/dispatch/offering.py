"""From a proposal to an offer, by the rows as they are under their locks."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from msgspec import Struct

from service.dispatch.proposal import Proposal
from service.dispatch.search import SearchNews
from service.dispatch.travel import TravelTimes
from service.domain import offer as offers_domain
from service.domain.courier import Courier, jobs_room
from service.domain.ids import BundleId, CourierId, JobId, OfferId
from service.domain.job import Job
from service.domain.lifecycle import JobStatus, OfferMode
from service.domain.market import Market
from service.domain.offer import Leg, Offer
from service.domain.policy import Policy


class Locked(Struct, frozen=True, kw_only=True):
    """The rows of a tick's jobs and couriers, held until its transaction ends."""

    jobs: dict[JobId, Job]
    couriers: dict[CourierId, Courier]
    answering: frozenset[CourierId]  # those who have an offer to answer
    now: datetime  # read after the locks


class Mark(Struct, frozen=True, kw_only=True):
    """What every offer of a tick bears."""

    tick_id: int
    dispatch_epoch: int
    new_id: Callable[[], UUID]


def is_waiting(locked: Locked, job_id: JobId, version: int) -> bool:
    """Return whether the job waits for an offer, and has not changed since it was seen.

    Any change counts: one may be a refusal that the index had not heard of, and whoever has
    refused a job is not asked again. A job that changed is seen as it is by the next tick.
    """
    job = locked.jobs.get(job_id)
    return (
        job is not None
        and job.version == version
        and job.status is JobStatus.OPEN
        and job.offer_id is None
    )


def is_free(proposal: Proposal, locked: Locked, policy: Policy) -> bool:
    """Return whether jobs and courier are as they were seen, and free for each other."""
    courier = locked.couriers.get(proposal.courier_id)
    return (
        courier is not None
        and courier.version == proposal.courier_version  # so the route is the one planned with
        and courier.is_open_to_offers
        and courier.id not in locked.answering
        and len(proposal.jobs) <= _room(courier, policy)
        and all(is_waiting(locked, job.job_id, job.version) for job in proposal.jobs)
    )


def _room(courier: Courier, policy: Policy) -> int:
    return jobs_room(
        live_jobs_count=courier.live_jobs_count, capacity=courier.capacity, policy=policy
    )


def is_current(news: SearchNews, locked: Locked) -> bool:
    """Return whether the job is still searched for as it was seen."""
    return is_waiting(locked, news.job_id, news.version)


def offer_of(
    proposal: Proposal, locked: Locked, market: Market, *, mark: Mark, travel: TravelTimes
) -> Offer:
    """Return the offer of a proposal that is free.

    Raises:
        AlreadyAssignedError, CourierSuspendedError: it is not.
    """
    jobs = tuple(locked.jobs[job.job_id] for job in proposal.jobs)
    return offers_domain.make(
        offer_id=OfferId(mark.new_id()),
        bundle_id=BundleId(mark.new_id()) if len(jobs) > 1 else None,
        mode=OfferMode.EXCLUSIVE,
        courier=locked.couriers[proposal.courier_id],
        jobs=jobs,
        legs=_legs(proposal, locked, market.policy, travel),
        stop_ids=tuple(
            locked.jobs[stop.job_id].latest(stop.kind).id if stop.stop_id is None else stop.stop_id
            for stop in proposal.route
        ),
        policy=market.policy,
        policy_version=market.policy_version,
        dispatch_epoch=mark.dispatch_epoch,
        tick_id=mark.tick_id,
        now=locked.now,
    )


def _legs(
    proposal: Proposal, locked: Locked, policy: Policy, travel: TravelTimes
) -> tuple[Leg, ...]:
    """Return a leg for each new stop: the way from the stop before it, whoever's that is."""
    places = [proposal.start, *(stop.point for stop in proposal.route)]
    vehicle = locked.couriers[proposal.courier_id].vehicle
    return tuple(
        offers_domain.leg_of(
            locked.jobs[stop.job_id],
            stop.kind,
            policy=policy,
            distance_m=travel.way_m(start, end, vehicle=vehicle),
            arrival_at=stop.arrival_at,
        )
        for stop, (start, end) in zip(proposal.route, pairwise(places), strict=True)
        if stop.stop_id is None
    )
