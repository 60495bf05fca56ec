"""A job: one pickup and one drop-off, from the merchant's request to its end. It keeps its id."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from service.domain import proof as proofs_domain
from service.domain import stop as stops_domain
from service.domain.errors import (
    DropoffDeadlineTooEarlyError,
    InvalidParamsError,
    ItemTooLargeError,
    NotCancelableError,
    PickupReadyTooLateError,
    VehicleNotAvailableError,
)
from service.domain.facts import Fact, FactType, JobSnapshot, SearchProgress
from service.domain.geo import Point, distance_m
from service.domain.ids import BundleId, CourierId, JobId, MarketId, MerchantId, OfferId, StopId
from service.domain.lifecycle import (
    JOB_BEFORE_CUSTODY,
    JOB_ENDS,
    JOB_LIFECYCLE,
    JobStatus,
    JobStep,
    StopKind,
    StopStatus,
    next_status,
)
from service.domain.load import Load, load_of, vehicles_for
from service.domain.market import Market, check_inside, check_not_paused
from service.domain.policy import SPEED_MPS, Policy
from service.domain.pricing import default_fee_cents
from service.domain.stop import Stop
from service.domain.vocabulary import (
    Actor,
    ProofKind,
    ReasonCode,
    Requirement,
    SizeClass,
    Vehicle,
)


class Job(Struct, frozen=True, kw_only=True):
    id: JobId
    market_id: MarketId
    merchant_id: MerchantId
    status: JobStatus
    version: int  # grows by one with every change
    last_sequence: int  # of its facts, without gap
    attempt: int
    search_round: int
    reference: str | None
    size_class: SizeClass
    weight_g: int
    items_count: int
    requirements: tuple[Requirement, ...]
    vehicles: tuple[Vehicle, ...]  # any of these may carry it
    is_unmixed: bool  # rides only with parcels of the same pickup
    fee_cents: int
    currency: str
    created_at: datetime
    ready_at: datetime
    due_at: datetime
    release_at: datetime  # when its search begins, or the latest one began
    opened_at: datetime | None  # its age among those that wait; a drop-out takes nothing from it
    search_until: datetime
    ended_at: datetime | None
    offer_id: OfferId | None
    courier_id: CourierId | None
    bundle_id: BundleId | None
    ended_by: Actor | None
    reason: ReasonCode | None
    extended_until: datetime | None  # later than `due_at`, which stays what was promised
    stops: tuple[Stop, ...]

    @property
    def load(self) -> Load:
        return load_of(self.size_class, self.weight_g)

    @property
    def deadline_at(self) -> datetime:
        """When the parcel has to be there, as the matching and the offers go by."""
        return self.extended_until or self.due_at

    @property
    def has_ended(self) -> bool:
        return self.status in JOB_ENDS

    @property
    def is_aboard(self) -> bool:
        """Whether the parcel has left its pickup."""
        return not self.has_ended and self.status not in JOB_BEFORE_CUSTODY

    def latest(self, kind: StopKind) -> Stop:
        """Return the job's stop of this kind, of its latest attempt."""
        return max((s for s in self.stops if s.kind is kind), key=lambda s: s.attempt)


class PlaceRequest(Struct, frozen=True, kw_only=True):
    """Where a merchant sends the courier, and who is there."""

    point: Point
    address: str
    contact_name: str | None
    contact_phone: str | None
    instructions: str | None
    required_proofs: tuple[ProofKind, ...] = ()
    code: str | None = None  # None: one is made if it is required


class JobRequest(Struct, frozen=True, kw_only=True):
    """What a merchant asks for; None means the market's default."""

    pickup: PlaceRequest
    dropoff: PlaceRequest
    size_class: SizeClass
    weight_g: int
    items_count: int
    requirements: tuple[Requirement, ...]
    vehicles: tuple[Vehicle, ...] | None
    reference: str | None
    ready_at: datetime | None
    due_at: datetime | None
    fee_cents: int | None
    is_unmixed: bool = False


DIRECT_M_MAX = 200_000.0  # from pickup to drop-off; the widest market is twice as wide
READY_PAST_S_MAX = 86_400.0  # a parcel may have waited out an outage of its merchant's; else a slip


class JobIds(Struct, frozen=True):
    """The ids of a new job and its stops, made outside because the domain makes none."""

    job_id: JobId
    pickup_id: StopId
    dropoff_id: StopId


def post(
    request: JobRequest, *, ids: JobIds, market: Market, merchant_id: MerchantId, now: datetime
) -> Job:
    """Return the new job, `open`, or `scheduled` when it is ready only later.

    Raises:
        MarketPausedError: the market takes no new jobs.
        InvalidParamsError: a value is out of range (several subclasses), with its field.
        ItemTooLargeError, VehicleNotAvailableError: nothing could carry it.
    """
    check_not_paused(market)
    policy = market.policy
    check_inside(market, request.pickup.point, field="/pickup")
    check_inside(market, request.dropoff.point, field="/dropoff")
    for place, field in ((request.pickup, "/pickup"), (request.dropoff, "/dropoff")):
        proofs_domain.check_wanted(place.required_proofs, place.code, field=field)
    vehicles = _vehicles(request)
    ready_at, due_at = _times(request, policy, now)
    direct_m = distance_m(request.pickup.point, request.dropoff.point)
    if direct_m > DIRECT_M_MAX:
        raise InvalidParamsError("the two places are too far apart", field="/dropoff")
    fastest_s = direct_m * policy.detour_factor / max(SPEED_MPS[vehicle] for vehicle in vehicles)
    if due_at <= ready_at + timedelta(seconds=fastest_s):
        raise DropoffDeadlineTooEarlyError("nobody could deliver by then", field="/due_at")
    release_at = max(now, ready_at - timedelta(seconds=policy.release_lead_s))
    is_open = release_at <= now
    return Job(
        id=ids.job_id,
        market_id=market.id,
        merchant_id=merchant_id,
        status=JobStatus.OPEN if is_open else JobStatus.SCHEDULED,
        version=0,
        last_sequence=0,
        attempt=1,
        search_round=0,
        reference=request.reference,
        size_class=request.size_class,
        weight_g=request.weight_g,
        items_count=request.items_count,
        requirements=tuple(sorted(set(request.requirements))),
        vehicles=vehicles,
        is_unmixed=request.is_unmixed,
        fee_cents=(
            default_fee_cents(policy, distance_m=direct_m)
            if request.fee_cents is None
            else request.fee_cents
        ),
        currency=market.currency,
        created_at=now,
        ready_at=ready_at,
        due_at=due_at,
        release_at=release_at,
        opened_at=now if is_open else None,
        search_until=min(due_at, release_at + timedelta(seconds=policy.search_s_max)),
        ended_at=None,
        offer_id=None,
        courier_id=None,
        bundle_id=None,
        ended_by=None,
        reason=None,
        extended_until=None,
        stops=(
            _stop(request.pickup, StopKind.PICKUP, ids.pickup_id, ids.job_id, market),
            _stop(request.dropoff, StopKind.DROPOFF, ids.dropoff_id, ids.job_id, market),
        ),
    )


def _times(request: JobRequest, policy: Policy, now: datetime) -> tuple[datetime, datetime]:
    """Return ready time and due time. They are bounded first: far dates do not even add up."""
    late_s = 0.0 if request.ready_at is None else (now - request.ready_at).total_seconds()
    if late_s > READY_PAST_S_MAX:
        raise InvalidParamsError("the ready time is too long ago", field="/ready_at")
    ready_at = max(now, request.ready_at or now)
    if ready_at > now + timedelta(seconds=policy.ready_ahead_s_max):
        raise PickupReadyTooLateError("the ready time is too far ahead", field="/ready_at")
    due_at = request.due_at or ready_at + timedelta(seconds=policy.due_default_s)
    if due_at > ready_at + timedelta(seconds=policy.due_after_ready_s_max):
        raise InvalidParamsError("the deadline is too far after the ready time", field="/due_at")
    return ready_at, due_at


def _vehicles(request: JobRequest) -> tuple[Vehicle, ...]:
    able = vehicles_for(load_of(request.size_class, request.weight_g))
    if not able:
        raise ItemTooLargeError("no vehicle can carry this weight")
    if request.vehicles is None:
        return able
    vehicles = tuple(vehicle for vehicle in able if vehicle in request.vehicles)
    if not vehicles:
        raise VehicleNotAvailableError("none of these vehicles can carry it")
    return vehicles


def _stop(
    place: PlaceRequest, kind: StopKind, stop_id: StopId, job_id: JobId, market: Market
) -> Stop:
    policy = market.policy
    is_pickup = kind is StopKind.PICKUP
    return Stop(
        id=stop_id,
        job_id=job_id,
        kind=kind,
        attempt=1,
        status=StopStatus.PENDING,
        courier_id=None,
        route_position=None,
        lat_deg=place.point.lat_deg,
        lng_deg=place.point.lng_deg,
        service_s=policy.pickup_service_s if is_pickup else policy.dropoff_service_s,
        address=place.address,
        contact_name=place.contact_name,
        contact_phone=place.contact_phone,
        instructions=place.instructions,
        recipient_instructions=None,
        safe_place=None,
        arrived_at=None,
        completed_at=None,
        failed_at=None,
        failure_reason=None,
        required_proofs=tuple(sorted(set(place.required_proofs))),
    )


FACT_OF_STEP: Mapping[JobStep, FactType] = {
    JobStep.RELEASE: FactType.JOB_OPENED,
    JobStep.ASSIGN: FactType.JOB_ASSIGNED,
    JobStep.DEPART_TO_PICKUP: FactType.JOB_ENROUTE_TO_PICKUP,
    JobStep.ARRIVE_AT_PICKUP: FactType.JOB_ARRIVED_AT_PICKUP,
    JobStep.PICK_UP: FactType.JOB_PICKED_UP,
    JobStep.DEPART_TO_DROPOFF: FactType.JOB_ENROUTE_TO_DROPOFF,
    JobStep.ARRIVE_AT_DROPOFF: FactType.JOB_ARRIVED_AT_DROPOFF,
    JobStep.DELIVER: FactType.JOB_DELIVERED,
    JobStep.FAIL_ATTEMPT: FactType.JOB_UNDELIVERABLE,
    JobStep.RETRY: FactType.JOB_ENROUTE_TO_DROPOFF,
    JobStep.REASSIGN: FactType.JOB_REASSIGNED,
    JobStep.CANCEL: FactType.JOB_CANCELED,
    JobStep.EXPIRE: FactType.JOB_EXPIRED,
    JobStep.FAIL: FactType.JOB_FAILED,
}


def step(
    job: Job, event: JobStep, *, actor: Actor, now: datetime, reason: ReasonCode | None = None
) -> tuple[Job, Fact]:
    """Return the job after `event`, and the fact to record with it.

    The reason is of the step: the fact tells it, and the job has it while it is what came of that;
    one that is open again waits for a courier as any other.

    Raises:
        InvalidStateTransitionError: the lifecycle has no such step.
    """
    status = next_status("job", JOB_LIFECYCLE, job.status, event)
    job = replace(job, status=status, reason=reason)
    if event is JobStep.RELEASE:
        job = replace(job, opened_at=now)
    if event is JobStep.REASSIGN:
        job = _reopened(job, now)
    if status in JOB_ENDS:
        job = replace(job, ended_at=now, ended_by=actor, offer_id=None)
    after, fact = tell(job, FACT_OF_STEP[event], actor=actor, now=now)
    return (replace(after, reason=None) if event is JobStep.REASSIGN else after), fact


def _reopened(job: Job, now: datetime) -> Job:
    """Return the job as the next attempt: the same id, a search as long as the one before."""
    began_at = max(
        job.release_at, job.opened_at or job.release_at
    )  # older processes moved only this
    return replace(
        job,
        attempt=job.attempt + 1,
        release_at=now,
        opened_at=now,
        search_round=0,
        search_until=min(job.deadline_at, now + (job.search_until - began_at)),
        courier_id=None,
        bundle_id=None,
    )


def tell(
    job: Job,
    type: FactType,
    *,
    actor: Actor,
    now: datetime,
    search: SearchProgress | None = None,
) -> tuple[Job, Fact]:
    """Return the job with its next sequence number, and the fact that bears it."""
    job = replace(job, version=job.version + 1, last_sequence=job.last_sequence + 1)
    return job, Fact(
        type=type,
        market_id=job.market_id,
        actor=actor,
        at=now,
        body=snapshot(job, search=search),
        job_id=job.id,
        sequence=job.last_sequence,
        merchant_id=job.merchant_id,
        courier_id=job.courier_id,
        offer_id=job.offer_id,
    )


def check_cancelable(job: Job, *, reason: ReasonCode) -> None:
    """Check that the job may be canceled.

    Raises:
        NotCancelableError: the parcel is with the courier, or the job has ended.
        InvalidParamsError: the reason is not one for canceling.
    """
    if reason in (ReasonCode.NO_SUPPLY, ReasonCode.FAILED_TO_RETURN):
        raise InvalidParamsError("not a reason to cancel", field="/reason")
    if job.has_ended or job.is_aboard:
        raise NotCancelableError(f"the job is {job.status}")


def snapshot(job: Job, *, search: SearchProgress | None = None) -> JobSnapshot:
    """Return what may be told of the job: no addresses, contacts or instructions."""
    return JobSnapshot(
        id=job.id,
        merchant_id=job.merchant_id,
        status=job.status,
        version=job.version,
        attempt=job.attempt,
        reference=job.reference,
        fee_cents=job.fee_cents,
        currency=job.currency,
        created_at=job.created_at,
        ready_at=job.ready_at,
        due_at=job.due_at,
        ended_at=job.ended_at,
        courier_id=job.courier_id,
        bundle_id=job.bundle_id,
        ended_by=job.ended_by,
        reason=job.reason,
        stops=tuple(stops_domain.snapshot(stop) for stop in job.stops),
        search=search,
        extended_until=job.extended_until,
        opened_at=job.opened_at,
    )
