"""An offer: jobs put to one courier, until it is answered, expires or is taken back."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from service.domain.courier import Courier
from service.domain.errors import (
    AlreadyAssignedError,
    CourierSuspendedError,
    InvalidStateTransitionError,
    NotFoundError,
    OfferExpiredError,
    OfferRevokedError,
    OfferTakenError,
)
from service.domain.facts import Fact, FactType, OfferSnapshot
from service.domain.ids import BundleId, CourierId, JobId, MarketId, OfferId, StopId
from service.domain.job import Job
from service.domain.lifecycle import (
    OFFER_LIFECYCLE,
    OFFER_OPEN,
    AccountStatus,
    JobStatus,
    OfferMode,
    OfferStatus,
    OfferStep,
    StopKind,
    next_status,
)
from service.domain.policy import Policy
from service.domain.pricing import Pay, pay_cents, pay_of
from service.domain.vocabulary import Actor


class Leg(Struct, frozen=True, kw_only=True):
    """One stop of the offered jobs, in the order in which the route visits them."""

    stop_id: StopId
    job_id: JobId
    kind: StopKind
    lat_deg: float
    lng_deg: float
    address: str
    distance_m: float  # by the travel model, from the place before
    arrival_at: datetime  # as planned
    due_at: datetime | None
    pay_cents: int  # the share that this leg earns; drop-offs earn


class Offer(Struct, frozen=True, kw_only=True):
    id: OfferId
    market_id: MarketId
    courier_id: CourierId
    bundle_id: BundleId | None
    status: OfferStatus
    mode: OfferMode
    job_ids: tuple[JobId, ...]
    stop_ids: tuple[StopId, ...]
    legs: tuple[Leg, ...]
    pay: Pay
    created_at: datetime
    sent_at: datetime | None  # first written to the courier's socket
    acknowledged_at: datetime | None  # the app has it: the time to answer runs
    seen_at: datetime | None  # on the screen before the courier's eyes
    answered_at: datetime | None
    expires_at: datetime
    ttl_s: float
    answer: str | None
    policy_version: int
    dispatch_epoch: int | None
    tick_id: int | None

    @property
    def is_open(self) -> bool:
        return self.status in OFFER_OPEN


def unseen_until(policy: Policy, *, now: datetime) -> datetime:
    """Return when an offer made now expires if the courier's app never acknowledges it."""
    return now + timedelta(seconds=policy.offer_unseen_s_max)


def acknowledge(offer: Offer, *, by: CourierId, is_shown: bool, now: datetime) -> Offer:
    """Return the offer as acknowledged: the time to answer begins. The same one if nothing changes.

    An app that has it in the background says so first, and that it is shown later: only who has
    seen an offer can be said to have let it pass.

    Raises:
        NotFoundError: it is another courier's.
    """
    _check_addressee(offer, by)
    if not offer.is_open or now >= offer.expires_at:
        return offer
    if offer.acknowledged_at is not None:
        return replace(offer, seen_at=now) if is_shown and offer.seen_at is None else offer
    return replace(
        offer,
        status=next_status("offer", OFFER_LIFECYCLE, offer.status, OfferStep.ACKNOWLEDGE),
        acknowledged_at=now,
        seen_at=now if is_shown else None,
        expires_at=now + timedelta(seconds=offer.ttl_s),
    )


def accept(offer: Offer, *, by: CourierId, now: datetime) -> Offer:
    """Return the offer as accepted by its courier; the same object if it already was.

    Raises:
        NotFoundError: it is another courier's.
        OfferExpiredError, OfferRevokedError, OfferTakenError: too late, whichever way.
    """
    _check_addressee(offer, by)
    if offer.status is OfferStatus.ACCEPTED:
        return offer  # the answer was lost on the way, and the courier asked again
    _check_answerable(offer, now)
    return _answered(offer, OfferStep.ACCEPT, now=now)


def decline(offer: Offer, *, by: CourierId, answer: str, now: datetime) -> Offer:
    """Return the offer as declined; the same object if it already was.

    Raises:
        NotFoundError: it is another courier's.
        OfferExpiredError, OfferRevokedError, OfferTakenError: too late, whichever way.
    """
    _check_addressee(offer, by)
    if offer.status is OfferStatus.DECLINED:
        return offer
    _check_answerable(offer, now)
    return _answered(offer, OfferStep.DECLINE, now=now, answer=answer)


def expire(offer: Offer, *, now: datetime) -> Offer:
    """Return the offer as `expired`, or `unreachable` if never seen; unchanged while in time."""
    if not offer.is_open or now < offer.expires_at:
        return offer
    return _answered(offer, OfferStep.EXPIRE, now=now)


def revoke(offer: Offer, *, answer: str, now: datetime) -> Offer:
    """Return the offer as taken back; the same object if it is no longer open."""
    if not offer.is_open:
        return offer
    return _answered(offer, OfferStep.REVOKE, now=now, answer=answer)


def _answered(offer: Offer, step: OfferStep, *, now: datetime, answer: str | None = None) -> Offer:
    status = next_status("offer", OFFER_LIFECYCLE, offer.status, step)
    return replace(offer, status=status, answered_at=now, answer=answer)


def _check_addressee(offer: Offer, by: UUID) -> None:
    if offer.courier_id != by:
        raise NotFoundError("there is no such offer")


def _check_answerable(offer: Offer, now: datetime) -> None:
    if offer.status in (OfferStatus.EXPIRED, OfferStatus.UNREACHABLE):
        raise OfferExpiredError("the time to answer is over")
    if offer.status is OfferStatus.REVOKED:
        raise OfferRevokedError("the offer was taken back")
    if not offer.is_open:
        raise OfferTakenError(f"the offer was {offer.status}")
    if now >= offer.expires_at:
        raise OfferExpiredError("the time to answer is over")


FACT_OF_STATUS = {
    OfferStatus.PENDING: FactType.OFFER_MADE,
    OfferStatus.SEEN: FactType.OFFER_SEEN,
    OfferStatus.ACCEPTED: FactType.OFFER_ACCEPTED,
    OfferStatus.DECLINED: FactType.OFFER_DECLINED,
    OfferStatus.EXPIRED: FactType.OFFER_EXPIRED,
    OfferStatus.REVOKED: FactType.OFFER_REVOKED,
    OfferStatus.UNREACHABLE: FactType.OFFER_UNREACHABLE,
}


def tell(offer: Offer, *, actor: Actor, now: datetime) -> Fact:
    """Return the fact that the offer has come to its present status."""
    return Fact(
        type=FACT_OF_STATUS[offer.status],
        market_id=offer.market_id,
        actor=actor,
        at=now,
        body=OfferSnapshot(
            id=offer.id,
            courier_id=offer.courier_id,
            bundle_id=offer.bundle_id,
            status=offer.status,
            mode=offer.mode,
            job_ids=offer.job_ids,
            pay=offer.pay,
            created_at=offer.created_at,
            sent_at=offer.sent_at,
            acknowledged_at=offer.acknowledged_at,
            seen_at=offer.seen_at,
            answered_at=offer.answered_at,
            expires_at=offer.expires_at,
            answer=offer.answer,
            policy_version=offer.policy_version,
            tick_id=offer.tick_id,
        ),
        courier_id=offer.courier_id,
        offer_id=offer.id,
    )


def make(
    *,
    offer_id: OfferId,
    bundle_id: BundleId | None,
    mode: OfferMode,
    courier: Courier,
    jobs: tuple[Job, ...],
    legs: tuple[Leg, ...],
    stop_ids: tuple[StopId, ...],
    policy: Policy,
    policy_version: int,
    dispatch_epoch: int | None,
    tick_id: int | None,
    now: datetime,
) -> Offer:
    """Return a new offer of these open jobs to the courier.

    Args:
        offer_id: new.
        bundle_id: new, when there are several jobs.
        mode: exclusive from the tick, direct from ops.
        courier: the addressee.
        jobs: those offered, which must be open and under no other offer.
        legs: the stops of these jobs, in the order of the route.
        stop_ids: the courier's whole route with these jobs in it, in order.
        policy: of the market.
        policy_version: under which it is made.
        dispatch_epoch: of the lease under which it is made; None for ops.
        tick_id: of the tick that decided it; None for ops.
        now: market time.

    Raises:
        AlreadyAssignedError: a job is no longer open, or is offered to somebody.
        CourierSuspendedError: the courier's account is not active.
        InvalidStateTransitionError: the courier is not on duty, or paused.
    """
    if any(job.status is not JobStatus.OPEN or job.offer_id is not None for job in jobs):
        raise AlreadyAssignedError("the job is not open for an offer")
    if courier.account_status is not AccountStatus.ACTIVE:
        raise CourierSuspendedError(f"the account is {courier.account_status}")
    if not courier.is_open_to_offers:
        raise InvalidStateTransitionError("courier", courier.status, "be offered a job")
    return Offer(
        id=offer_id,
        market_id=courier.market_id,
        courier_id=courier.id,
        bundle_id=bundle_id,
        status=OfferStatus.PENDING,
        mode=mode,
        job_ids=tuple(job.id for job in jobs),
        stop_ids=stop_ids,
        legs=legs,
        pay=pay_of(
            policy,
            fees_cents=tuple(job.fee_cents for job in jobs),
            currency=jobs[0].currency,
        ),
        created_at=now,
        sent_at=None,
        acknowledged_at=None,
        seen_at=None,
        answered_at=None,
        expires_at=unseen_until(policy, now=now),
        ttl_s=policy.offer_ttl_s + policy.answer_grace_s,
        answer=None,
        policy_version=policy_version,
        dispatch_epoch=dispatch_epoch,
        tick_id=tick_id,
    )


def leg_of(
    job: Job, kind: StopKind, *, policy: Policy, distance_m: float, arrival_at: datetime
) -> Leg:
    """Return the leg to the job's stop of this kind; drop-offs have the deadline, and earn."""
    stop = job.latest(kind)
    is_dropoff = kind is StopKind.DROPOFF
    return Leg(
        stop_id=stop.id,
        job_id=job.id,
        kind=kind,
        lat_deg=stop.lat_deg,
        lng_deg=stop.lng_deg,
        address=stop.address,
        distance_m=distance_m,
        arrival_at=arrival_at,
        due_at=job.deadline_at if is_dropoff else None,
        pay_cents=pay_cents(policy, fee_cents=job.fee_cents) if is_dropoff else 0,
    )


def shown_s(offer: Offer, *, policy: Policy, now: datetime) -> float:
    """Return how long the courier is told to have: less than what is enforced, never negative."""
    left_s = offer.ttl_s
    if offer.status is OfferStatus.SEEN:
        left_s = (offer.expires_at - now).total_seconds()
    return max(0.0, left_s - policy.answer_grace_s)
