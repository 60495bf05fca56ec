"""The messages of the courier protocol: two closed unions, told apart by `type`.

Instants are UTC; durations end in `_ms` or `_s`; degrees are WGS84, latitude first. Server messages
that bear a `seq` are numbered without gap per courier and can be asked for again with `resume`.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from service.domain.geo import Latitude, Longitude
from service.domain.ids import BundleId, CourierId, JobId, OfferId, ProofId, StopId
from service.domain.lifecycle import CourierStatus, JobStatus, OfferMode, StopKind
from service.domain.message import QuickReply
from service.domain.pricing import Pay
from service.domain.proof import PICTURES_COUNT_MAX
from service.domain.suspension import Suspension
from service.domain.vocabulary import Actor, ReasonCode, Vehicle
from service.wire.messages import MessageBody, MessageText, check_said
from service.wire.route import Assignment
from service.wire.text import Code, Instant, Note, Sequence, Ticket

Ref = Annotated[str, Meta(min_length=1, max_length=36, description="echoed by `done` or `refused`")]


class _Incoming(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True
):
    """From the courier's app. Unknown fields are refused: they are bugs or probes.

    One with a `ref` is answered, by `done` or `refused`; one without, only if it is refused.
    """

    ref: Ref | None = None


class _Outgoing(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=True):
    """To the courier's app."""


# ------------------------------------------------------------------ from the courier
class Resume(_Incoming, frozen=True, tag="resume"):
    """The first message: continue after this event, or begin (both null)."""

    epoch: str | None = None
    after_seq: Sequence | None = None


class Authenticate(_Incoming, frozen=True, tag="authenticate"):
    """Renew the connection, with a new one-time ticket of the same courier."""

    ticket: Ticket


class Ack(_Incoming, frozen=True, tag="ack"):
    """The app has this offer: the time to answer begins.

    One that comes while the app is in the background is acknowledged with `shown` false, and once
    more when the courier sees it: an offer that was never seen counts against nobody.
    """

    offer_id: OfferId
    shown: bool = True


class ReportPosition(_Incoming, frozen=True, tag="report_position"):
    """A GPS reading. `seq` grows by at least one per report on this connection."""

    seq: Sequence
    lat_deg: Latitude
    lng_deg: Longitude
    accuracy_m: Annotated[float, Meta(ge=0.0, le=100_000.0)] = 0.0
    fixed_at: Instant | None = None


class AcceptOffer(_Incoming, frozen=True, tag="accept_offer"):
    """Take the offered jobs; `done` confirms it, and `assignment_changed` tells the route.

    Repeating it changes nothing.
    """

    offer_id: OfferId


class DeclineOffer(_Incoming, frozen=True, tag="decline_offer"):
    """A reason is welcome and has no consequence."""

    offer_id: OfferId
    reason: Note = ""


class Capacity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    weight_g: Annotated[int, Meta(ge=0, le=10_000_000)]
    volume_l: Annotated[int, Meta(ge=0, le=100_000)]
    jobs_count: Annotated[int, Meta(ge=0, le=15)]  # at once, on board or to be fetched


class SetStatus(_Incoming, frozen=True, tag="set_status"):
    """Go online (with vehicle, capacity and shift end), pause, or go offline."""

    status: Literal["online", "paused", "offline"]
    vehicle: Vehicle | None = None
    capacity: Capacity | None = None
    shift_ends_at: Instant | None = None


class PastFix(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the phone was, by its own reading so long ago, of real time."""

    lat_deg: Latitude
    lng_deg: Longitude
    accuracy_m: Annotated[float, Meta(ge=0.0, le=100_000.0)] = 0.0
    age_ms: Annotated[int, Meta(ge=0, le=86_400_000)]


class ArriveAtStop(_Incoming, frozen=True, tag="arrive_at_stop"):
    """The courier is at the next stop, as a position reported before shows.

    Or was, without a network: then `fix` is where and how long ago that was said. It counts where
    the reported position does not show the arrival, for three hours of market time.
    """

    stop_id: StopId
    fix: PastFix | None = None


class GivenProof(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the stop asks for: the code that was said, and the ids of pictures that are uploaded."""

    code: Code | None = None
    ids: Annotated[tuple[ProofId, ...], Meta(max_length=PICTURES_COUNT_MAX)] = ()


class CompleteStop(_Incoming, frozen=True, tag="complete_stop"):
    """The parcel was picked up, or delivered, with what the stop requires as `proof`."""

    stop_id: StopId
    proof: GivenProof = GivenProof()


class FailStop(_Incoming, frozen=True, tag="fail_stop"):
    """The stop cannot be done, for this reason."""

    stop_id: StopId
    reason: ReasonCode


class SendMessage(_Incoming, frozen=True, tag="send_message"):
    """Say something about a job in hand, or one that has ended within the hour.

    Either a text or a quick reply. The `ref` is needed, a UUID of its own: said again by the same,
    it is the same message.
    """

    job_id: JobId
    text: MessageText | None = None
    quick_reply: QuickReply | None = None

    def __post_init__(self) -> None:
        check_said(self.text, self.quick_reply)
        if self.ref is None:
            raise ValueError("a message needs a ref")


ClientMessage = (
    Resume
    | Authenticate
    | Ack
    | ReportPosition
    | AcceptOffer
    | DeclineOffer
    | SetStatus
    | ArriveAtStop
    | CompleteStop
    | FailStop
    | SendMessage
)


# ------------------------------------------------------------------ to the courier
class Hello(_Outgoing, frozen=True, tag="hello"):
    """First on every connection: who you are, how far your stream is, and the server's time."""

    courier_id: CourierId
    market_id: str
    epoch: str
    seq: int
    server_time: datetime
    time_scale: float
    resume_within_ms: int
    position_interval_ms: int
    session_ms: int  # how long the connection lasts, unless it is renewed by `authenticate`


class Authenticated(_Outgoing, frozen=True, tag="authenticated"):
    """The connection is renewed: it lasts for so long from now."""

    session_ms: int


class OfferLeg(msgspec.Struct, frozen=True, kw_only=True):
    stop_id: StopId
    job_id: JobId
    kind: StopKind
    lat_deg: float
    lng_deg: float
    address: str
    distance_m: float
    arrival_at: datetime
    due_at: datetime | None
    pay_cents: int


class OfferMade(_Outgoing, frozen=True, tag="offer_made"):
    """Jobs put to this courier, in full: each leg, each distance, each deadline, each cent.

    `expires_in_ms` counts from the acknowledgement, in market time over `time_scale`.
    """

    seq: int
    offer_id: OfferId
    bundle_id: BundleId | None
    mode: OfferMode
    job_ids: tuple[JobId, ...]
    legs: tuple[OfferLeg, ...]
    pay: Pay
    expires_in_ms: int
    expires_at: datetime


class OfferRevoked(_Outgoing, frozen=True, tag="offer_revoked"):
    """The offer is no longer to be had: take it off the screen."""

    seq: int
    offer_id: OfferId
    reason: str


class AssignmentChanged(_Outgoing, frozen=True, tag="assignment_changed"):
    """The courier's route is now this, whole.

    It is told as it is when it is sent: the `job_updated` of a job that it leaves out may follow.
    """

    seq: int
    assignment: Assignment


class JobUpdated(_Outgoing, frozen=True, tag="job_updated"):
    """A job in hand has a new status; `open`: it is for others now.

    It may come after an `assignment_changed` or a snapshot that shows it already: then it
    says what became of a job that has left the route. `actor` is whose doing it was, if not the
    courier's own.
    """

    seq: int
    job_id: JobId
    status: JobStatus
    version: int
    reason: ReasonCode | None = None
    actor: Actor | None = None


class JobMessage(_Outgoing, frozen=True, tag="job_message"):
    """Something was said about a job, by others or by the courier."""

    seq: int
    message: MessageBody


NoticeKind = Literal["status_changed", "suspended", "reinstated"]


class Notice(_Outgoing, frozen=True, tag="notice"):
    """Something to know, with the courier's status.

    `suspended` tells why and until when; `reinstated` that the courier may go online again. `actor`
    is whose doing it was, if not the courier's own.
    """

    seq: int
    notice: NoticeKind
    status: CourierStatus
    suspension: Suspension | None = None
    actor: Actor | None = None


class Hint(_Outgoing, frozen=True, tag="hint"):
    """A tip for who is idle: jobs are expected around here. It may be ignored.

    Not part of the numbered stream: a newer one replaces it, and work or `expires_in_ms` end it.
    """

    lat_deg: float  # the middle of a cell of about 0.7 km2
    lng_deg: float
    expires_in_ms: int
    reason: Literal["demand"]


class OpenOffer(msgspec.Struct, frozen=True, kw_only=True):
    """The open offer as part of a snapshot; the fields are those of `offer_made`."""

    offer_id: OfferId
    bundle_id: BundleId | None
    mode: OfferMode
    job_ids: tuple[JobId, ...]
    legs: tuple[OfferLeg, ...]
    pay: Pay
    expires_in_ms: int
    expires_at: datetime


class CourierState(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an app needs to draw its screen from nothing."""

    status: CourierStatus
    vehicle: Vehicle
    capacity: Capacity
    shift_ends_at: datetime | None
    assignment: Assignment
    offer: OpenOffer | None
    suspension: Suspension | None = None  # while it lasts: no going online
    messages: tuple[MessageBody, ...] = ()  # the latest about the jobs in hand, in order


class Snapshot(_Outgoing, frozen=True, tag="snapshot"):
    """The answer to `resume`.

    Recovered: the missed events follow and `state` is null. Not recovered: forget what you had;
    `state` is the truth as of `seq`, and events continue after it.
    """

    epoch: str
    seq: int
    recovered: bool
    state: CourierState | None


class Drain(_Outgoing, frozen=True, tag="drain"):
    """The server is about to restart: reconnect after this time."""

    reconnect_in_ms: int


class Done(_Outgoing, frozen=True, tag="done"):
    """The message that had this reference was carried out, for good.

    Not part of the numbered stream: who lost the connection before it says the same again.
    """

    ref: str


class Refused(_Outgoing, frozen=True, tag="refused"):
    """A message was not carried out, and nothing changed.

    After `unavailable` that is not known: whoever needs to know says it again. With `retry_in_ms`
    it says "not now": the same, said after so long, may be carried out.
    """

    code: str
    detail: str
    ref: str | None = None
    retry_in_ms: int | None = None


ServerMessage = (
    Hello
    | Authenticated
    | Snapshot
    | OfferMade
    | OfferRevoked
    | AssignmentChanged
    | JobUpdated
    | JobMessage
    | Notice
    | Hint
    | Drain
    | Done
    | Refused
)

decode_client_message = msgspec.json.Decoder(ClientMessage).decode
decode_position = msgspec.json.Decoder(ReportPosition).decode
decode_server_message = msgspec.json.Decoder(ServerMessage).decode
encode = msgspec.json.Encoder().encode
