"""What has happened: facts are recorded in the transaction that decided them, and told from there.

Facts carry no personal data: no names, addresses, phones or instructions.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from service.domain.ids import (
    BundleId,
    CourierId,
    EndpointId,
    ExceptionId,
    JobId,
    MarketId,
    MerchantId,
    MessageId,
    OfferId,
    OperatorId,
    StopId,
)
from service.domain.lifecycle import (
    CourierStatus,
    JobStatus,
    OfferMode,
    OfferStatus,
    StopKind,
    StopStatus,
)
from service.domain.pricing import Pay
from service.domain.proof import AcceptedProof
from service.domain.suspension import Suspension
from service.domain.vocabulary import (
    Actor,
    ExceptionKind,
    Outcome,
    ProofKind,
    ReasonCode,
    Severity,
    Vehicle,
    WaiverReason,
)


class FactType(StrEnum):
    JOB_CREATED = "job.created"
    JOB_SCHEDULED = "job.scheduled"
    JOB_OPENED = "job.opened"
    JOB_SEARCH_UPDATED = "job.search_updated"
    JOB_ASSIGNED = "job.assigned"
    JOB_REASSIGNED = "job.reassigned"
    JOB_BUNDLED = "job.bundled"
    JOB_UPDATED = "job.updated"
    JOB_ENROUTE_TO_PICKUP = "job.enroute_to_pickup"
    JOB_ARRIVED_AT_PICKUP = "job.arrived_at_pickup"
    JOB_PICKED_UP = "job.picked_up"
    JOB_ENROUTE_TO_DROPOFF = "job.enroute_to_dropoff"
    JOB_ARRIVED_AT_DROPOFF = "job.arrived_at_dropoff"
    JOB_DELIVERED = "job.delivered"
    JOB_UNDELIVERABLE = "job.undeliverable"
    JOB_CANCELED = "job.canceled"
    JOB_EXPIRED = "job.expired"
    JOB_FAILED = "job.failed"
    OFFER_MADE = "offer.made"
    OFFER_SEEN = "offer.seen"
    OFFER_ACCEPTED = "offer.accepted"
    OFFER_DECLINED = "offer.declined"
    OFFER_EXPIRED = "offer.expired"
    OFFER_REVOKED = "offer.revoked"
    OFFER_UNREACHABLE = "offer.unreachable"
    COURIER_STATUS_CHANGED = "courier.status_changed"
    COURIER_ROUTE_CHANGED = "courier.route_changed"
    COURIER_SUSPENDED = "courier.suspended"
    COURIER_REINSTATED = "courier.reinstated"
    EXCEPTION_OPENED = "exception.opened"
    EXCEPTION_UPDATED = "exception.updated"
    EXCEPTION_RESOLVED = "exception.resolved"
    MESSAGE_SENT = "message.sent"
    MARKET_PAUSED = "market.paused"
    MARKET_RESUMED = "market.resumed"
    MARKET_POLICY_CHANGED = "market.policy_changed"
    TICK_COMPLETED = "tick.completed"


class StopSnapshot(Struct, frozen=True, kw_only=True):
    id: StopId
    kind: StopKind
    attempt: int
    status: StopStatus
    lat_deg: float
    lng_deg: float
    arrived_at: datetime | None
    completed_at: datetime | None
    failed_at: datetime | None
    failure_reason: ReasonCode | None
    required_proofs: tuple[ProofKind, ...] = ()
    given_proofs: tuple[ProofKind, ...] = ()
    accepted_proofs: tuple[AcceptedProof, ...] = ()
    waived_proofs: tuple[ProofKind, ...] = ()
    waiver_reason: WaiverReason | None = None
    reached_at: datetime | None = None  # by the phone, where the arrival was told late


class SearchProgress(Struct, frozen=True, kw_only=True):
    """How the search for a courier goes."""

    search_round: int
    radius_m: float
    offers_count: int
    declined_count: int
    candidates_count: int
    pickup_s_best: float | None  # travel time of the best candidate, seconds


class JobSnapshot(Struct, frozen=True, kw_only=True, tag="job"):
    id: JobId
    merchant_id: MerchantId
    status: JobStatus
    version: int
    attempt: int
    reference: str | None
    fee_cents: int
    currency: str
    created_at: datetime
    ready_at: datetime
    due_at: datetime
    ended_at: datetime | None
    courier_id: CourierId | None
    bundle_id: BundleId | None
    ended_by: Actor | None
    reason: ReasonCode | None
    stops: tuple[StopSnapshot, ...]
    search: SearchProgress | None = None
    extended_until: datetime | None = None
    opened_at: datetime | None = None  # since when it waits; facts of older processes do not tell


class OfferSnapshot(Struct, frozen=True, kw_only=True, tag="offer"):
    id: OfferId
    courier_id: CourierId
    bundle_id: BundleId | None
    status: OfferStatus
    mode: OfferMode
    job_ids: tuple[JobId, ...]
    pay: Pay
    created_at: datetime
    seen_at: datetime | None
    answered_at: datetime | None
    expires_at: datetime
    answer: str | None
    policy_version: int
    tick_id: int | None
    sent_at: datetime | None = None
    acknowledged_at: datetime | None = None


class CourierSnapshot(Struct, frozen=True, kw_only=True, tag="courier"):
    id: CourierId
    status: CourierStatus
    version: int
    vehicle: Vehicle
    live_jobs_count: int
    shift_ends_at: datetime | None
    suspension: Suspension | None = None


class ExceptionSnapshot(Struct, frozen=True, kw_only=True, tag="exception"):
    id: ExceptionId
    kind: ExceptionKind
    severity: Severity
    job_id: JobId | None
    courier_id: CourierId | None
    merchant_id: MerchantId | None = None
    endpoint_id: EndpointId | None = None
    opened_at: datetime
    due_at: datetime | None = None  # then it is too late, or decides itself
    resolved_at: datetime | None
    resolution: str | None
    version: int = 1  # as the row's; facts of before had none


class MessageSnapshot(Struct, frozen=True, kw_only=True, tag="message"):
    """That something was said about a job; what, is read where it is kept."""

    id: MessageId
    job_id: JobId
    number: int  # of the job's messages, from 1
    courier_id: CourierId


class MarketSnapshot(Struct, frozen=True, kw_only=True, tag="market"):
    id: MarketId
    is_paused: bool


class PolicyChange(Struct, frozen=True, kw_only=True):
    """One parameter of a policy, before and after."""

    name: str
    before: int | float | bool | str | None
    after: int | float | bool | str | None


class PolicySnapshot(Struct, frozen=True, kw_only=True, tag="policy"):
    """Who set a new version of a market's policy, and what is different in it."""

    version: int
    operator_id: OperatorId | None  # None: from the shell of the deployment
    changes: tuple[PolicyChange, ...]


class JobLeftOpen(Struct, frozen=True, kw_only=True):
    """What a tick says, in short, of a job that it offers to nobody."""

    job_id: JobId
    outcome: Outcome
    search_round: int
    candidates_count: int  # couriers near whom no filter removed
    removed_count_by_filter: dict[str, int]


class TickSummary(Struct, frozen=True, kw_only=True, tag="tick"):
    """One round of the dispatch loop in numbers; durations in milliseconds of real time."""

    tick_id: int | None
    policy_version: int
    jobs_count: int
    couriers_count: int
    pairs_count: int
    removed_count_by_filter: dict[str, int]
    offers_count: int
    bundled_jobs_count: int
    held_count: int
    refused_count: int  # pairs that were no longer free when the offers were written
    gather_ms: float
    solve_ms: float
    commit_ms: float
    open_count_by_outcome: dict[str, int] = {}  # of jobs that stay open, by why
    loop_lag_ms_max: float | None = None  # of the event loop, since the tick before
    travel_source: str = "straight"  # who tells how long a way takes
    travel_road_share: float = 0.0  # of the ways that mattered, by road; the rest straight lines
    travel_is_degraded: bool = False  # the source has failed, and is left alone for a while
    gap_share: float = 0.0  # no matching of single jobs costs less than ours times (1 - gap)
    rounds_count: int = 0  # of ruin and recreate, before the tick's time was up


FactBody = (
    JobSnapshot
    | OfferSnapshot
    | CourierSnapshot
    | ExceptionSnapshot
    | MessageSnapshot
    | MarketSnapshot
    | PolicySnapshot
    | TickSummary
)


class Fact(Struct, frozen=True, kw_only=True):
    """One thing that happened. Facts of a job are numbered without gap by `sequence`."""

    type: FactType
    market_id: MarketId
    actor: Actor
    at: datetime
    body: FactBody
    job_id: JobId | None = None
    sequence: int | None = None
    merchant_id: MerchantId | None = None
    courier_id: CourierId | None = None
    offer_id: OfferId | None = None


def event_id(fact_id: int) -> str:
    """Return the public id of a recorded fact."""
    return f"evt_{fact_id:012d}"


def owner_of_courier(courier_id: UUID) -> str:
    return f"courier:{courier_id}"


def courier_of_owner(owner: str) -> CourierId:
    """Return whose stream it is; the inverse of `owner_of_courier`."""
    return CourierId(UUID(owner.partition(":")[2]))


def owner_of_merchant(merchant_id: UUID) -> str:
    return f"merchant:{merchant_id}"


def owner_of_market(market_id: str) -> str:
    return f"market:{market_id}"
