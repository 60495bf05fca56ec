"""The bodies of the REST interface, one struct per audience, so that no field leaks by default."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from service.domain.facts import SearchProgress
from service.domain.geo import Latitude, Longitude
from service.domain.ids import (
    BundleId,
    CourierId,
    JobId,
    MerchantId,
    OfferId,
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
    ProofKind,
    ReasonCode,
    Requirement,
    SizeClass,
    Vehicle,
    WaiverReason,
)
from service.wire.text import (
    Address,
    Code,
    FeeCents,
    Instant,
    Instructions,
    ItemsCount,
    Name,
    Phone,
    Reference,
    WeightG,
)


class _Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client sends. Unknown fields are refused: they are bugs or probes."""


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    """What a client is told."""


# ------------------------------------------------------------------ merchant: jobs
class ContactBody(_Request, frozen=True):
    name: Name
    phone: Phone | None = None


class PlaceBody(_Request, frozen=True):
    """Where, whom to meet there, and what the courier has to bring as a proof. Degrees are WGS84.

    Where a `code` is asked for and not given, we make one of six digits.
    """

    lat_deg: Latitude
    lng_deg: Longitude
    address: Address
    contact: ContactBody | None = None
    instructions: Instructions | None = None
    required_proofs: Annotated[list[ProofKind], Meta(max_length=3)] = []
    code: Code | None = None


class ItemBody(_Request, frozen=True):
    """What is to be carried, as a whole."""

    size_class: SizeClass = SizeClass.MEDIUM
    weight_g: WeightG = 1_000
    items_count: ItemsCount = 1


class PostJobBody(_Request, frozen=True):
    """A same-day job. Without `ready_at` it is ready now; without a fee the default applies.

    What `is_unmixed` rides only with parcels of the same pickup, like hot food.
    """

    pickup: PlaceBody
    dropoff: PlaceBody
    item: ItemBody = ItemBody()
    ready_at: Instant | None = None
    due_at: Instant | None = None
    vehicles: Annotated[list[Vehicle], Meta(min_length=1, max_length=5)] | None = None
    requirements: Annotated[list[Requirement], Meta(max_length=5)] = []
    is_unmixed: bool = False
    reference: Reference | None = None
    fee_cents: FeeCents | None = None


class CancelJobBody(_Request, frozen=True):
    reason: ReasonCode


class StopBody(_Body, frozen=True):
    id: StopId
    kind: StopKind
    attempt: int
    status: StopStatus
    lat_deg: float
    lng_deg: float
    address: str
    contact: ContactBody | None
    instructions: str | None
    arrived_at: datetime | None
    completed_at: datetime | None
    failed_at: datetime | None
    failure_reason: ReasonCode | None
    required_proofs: tuple[ProofKind, ...] = ()
    given_proofs: tuple[ProofKind, ...] = ()
    waived_proofs: tuple[ProofKind, ...] = ()
    waiver_reason: WaiverReason | None = None


class JobBody(_Body, frozen=True):
    """A job as its merchant sees it."""

    id: JobId
    status: JobStatus
    version: int
    attempt: int
    reference: str | None
    item: ItemBody
    requirements: tuple[Requirement, ...]
    vehicles: tuple[Vehicle, ...]
    is_unmixed: bool
    fee_cents: int
    currency: str
    created_at: datetime
    ready_at: datetime
    due_at: datetime
    search_until: datetime
    ended_at: datetime | None
    courier_id: CourierId | None
    bundle_id: BundleId | None
    ended_by: Actor | None
    reason: ReasonCode | None  # why it is not on its way any more; null while it is open
    stops: tuple[StopBody, ...]
    extended_until: datetime | None = None  # by ops; `due_at` stays what was promised


class TrackedJob(JobBody, frozen=True):
    """A job with the token of its recipient's link; null if it cannot be told any more.

    The codes are what sender and recipient say to the courier; null where none is asked for, or it
    was said.
    """

    tracking_token: str | None = None
    pickup_code: str | None = None
    dropoff_code: str | None = None


class JobPage(_Body, frozen=True):
    """`next_cursor` asks for what follows; null at the end."""

    jobs: tuple[JobBody, ...]
    next_cursor: str | None


class JobView(_Body, frozen=True):
    """A job as events tell it: without addresses, contacts and instructions."""

    id: JobId
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
    stops: tuple["StopView", ...]
    search: SearchProgress | None
    extended_until: datetime | None = None


class StopView(_Body, frozen=True):
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
    waived_proofs: tuple[ProofKind, ...] = ()
    waiver_reason: WaiverReason | None = None
    accepted_proofs: tuple[AcceptedProof, ...] = ()
    reached_at: datetime | None = None  # by the phone, where the arrival was told late


class EventBody(_Body, frozen=True):
    """The envelope of an event: `sequence` counts a job's events without gap."""

    id: str
    type: str
    created_at: datetime
    sequence: int
    api_version: str
    livemode: bool
    market_id: str
    data: JobView


# ------------------------------------------------------------------ courier
class TicketBody(_Body, frozen=True):
    """A one-time ticket for the websocket: `?ticket=...`."""

    ticket: str
    expires_in_s: int


# ------------------------------------------------------------------ ops
class OpsStop(_Body, frozen=True):
    id: StopId
    kind: StopKind
    attempt: int
    status: StopStatus
    lat_deg: float
    lng_deg: float
    route_position: int | None
    arrived_at: datetime | None
    completed_at: datetime | None
    required_proofs: tuple[ProofKind, ...] = ()
    given_proofs: tuple[ProofKind, ...] = ()
    waived_proofs: tuple[ProofKind, ...] = ()
    waiver_reason: WaiverReason | None = None
    reached_at: datetime | None = None  # by the phone, where the arrival was told late


class OpsJob(_Body, frozen=True):
    id: JobId
    merchant_id: MerchantId
    status: JobStatus
    version: int
    attempt: int
    search_round: int
    reference: str | None
    size_class: SizeClass
    weight_g: int
    requirements: tuple[Requirement, ...]
    vehicles: tuple[Vehicle, ...]
    fee_cents: int
    created_at: datetime
    opened_at: datetime | None  # since when it waits for a courier
    ready_at: datetime
    due_at: datetime
    extended_until: datetime | None
    search_until: datetime
    ended_at: datetime | None
    offer_id: OfferId | None
    courier_id: CourierId | None
    bundle_id: BundleId | None
    ended_by: Actor | None
    reason: ReasonCode | None
    stops: tuple[OpsStop, ...]


class OpsJobPage(_Body, frozen=True):
    jobs: tuple[OpsJob, ...]
    next_cursor: str | None


class OpsCourier(_Body, frozen=True):
    id: CourierId
    name: str
    status: CourierStatus
    vehicle: Vehicle
    live_jobs_count: int
    shift_ends_at: datetime | None
    suspension: Suspension | None  # while it lasts
    lat_deg: float | None
    lng_deg: float | None
    position_at: datetime | None


class OpsCourierPage(_Body, frozen=True):
    couriers: tuple[OpsCourier, ...]
    next_cursor: str | None


class OpsOffer(_Body, frozen=True):
    id: OfferId
    courier_id: CourierId
    bundle_id: BundleId | None
    status: OfferStatus
    mode: OfferMode
    job_ids: tuple[JobId, ...]
    pay: Pay
    created_at: datetime
    sent_at: datetime | None  # first written to the courier's socket
    acknowledged_at: datetime | None  # the app has it: the time to answer runs
    seen_at: datetime | None
    answered_at: datetime | None
    expires_at: datetime
    answer: str | None
    policy_version: int
    tick_id: int | None


class OpsOfferPage(_Body, frozen=True):
    offers: tuple[OpsOffer, ...]
    next_cursor: str | None


class AssignJobBody(_Request, frozen=True):
    """Put the job to this courier, whatever the matching says; the courier still decides.

    Said again while that offer waits for an answer, it is the same offer.
    """

    courier_id: CourierId


class ReassignJobBody(_Request, frozen=True):
    """Free the job of who has it; with `attempt`, of who has it at that one, and of nobody later.

    So the same may be said again when the answer was lost.
    """

    reason: ReasonCode
    attempt: Annotated[int, Meta(ge=1)] | None = None


class FailJobBody(_Request, frozen=True):
    reason: ReasonCode


class SetCourierStatusBody(_Request, frozen=True):
    """Take a courier off the matching; going online is for the courier alone."""

    status: Literal["paused", "offline"]
    reason: ReasonCode


class PauseMarketBody(_Request, frozen=True):
    is_paused: bool


class MarketBody(_Body, frozen=True):
    id: str
    name: str
    currency: str
    timezone: str  # IANA: the clocks of its people
    is_paused: bool
    policy_version: int
    center_lat_deg: float
    center_lng_deg: float
    service_radius_m: float


# ------------------------------------------------------------------ problems
class ProblemBody(_Body, frozen=True):
    """RFC 9457. `code` is stable; `detail` is for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    field: str | None = None
