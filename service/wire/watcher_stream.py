"""The messages of the merchant's stream and of the ops feed: to watch, not to command."""

from datetime import datetime
from typing import Literal

import msgspec

from service.domain.facts import FactBody, JobLeftOpen, TickSummary
from service.domain.ids import CourierId
from service.wire.rest import EventBody, JobView
from service.wire.text import Sequence, Ticket


class _Incoming(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", forbid_unknown_fields=True
):
    """From a watcher. Unknown fields are refused: they are bugs or probes."""


class _Outgoing(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=True):
    """To a watcher."""


class WatchResume(_Incoming, frozen=True, tag="resume"):
    """The first message: continue after this event, or begin (both null)."""

    epoch: str | None = None
    after_seq: Sequence | None = None


class WatchAuthenticate(_Incoming, frozen=True, tag="authenticate"):
    """Renew the connection, with a new one-time ticket of the same watcher."""

    ticket: Ticket


WatchMessage = WatchResume | WatchAuthenticate

decode_watcher_message = msgspec.json.Decoder(WatchMessage).decode


class WatchHello(_Outgoing, frozen=True, tag="hello"):
    """First on every connection."""

    stream: Literal["merchant", "ops"]
    owner_id: str  # the merchant's id, or the market's
    epoch: str
    seq: int
    server_time: datetime
    time_scale: float
    resume_within_ms: int
    session_ms: int  # how long the connection lasts, unless it is renewed by `authenticate`


class WatchAuthenticated(_Outgoing, frozen=True, tag="authenticated"):
    """The connection is renewed: it lasts for so long from now."""

    session_ms: int


class MerchantSnapshot(_Outgoing, frozen=True, tag="snapshot"):
    """The answer to `resume`; `jobs` are the live ones, when not recovered."""

    epoch: str
    seq: int
    recovered: bool
    jobs: tuple[JobView, ...] | None


class MerchantEvent(_Outgoing, frozen=True, tag="event"):
    """Something happened to one of the merchant's jobs."""

    seq: int
    event: EventBody


class OpsSnapshot(_Outgoing, frozen=True, tag="snapshot"):
    """The answer to `resume`. What there is now is read over REST; events continue after `seq`."""

    epoch: str
    seq: int
    recovered: bool


class OpsEventBody(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as ops see it; `offer.made` from the tick says why: the record of the decision."""

    id: str
    type: str
    created_at: datetime
    actor: str
    market_id: str
    sequence: int | None
    data: FactBody
    reasons: dict[str, object] | None = None


class OpsEventPage(msgspec.Struct, frozen=True, kw_only=True):
    """The same over REST: a page of one job's facts."""

    events: tuple[OpsEventBody, ...]
    next_cursor: str | None


class OpsEvent(_Outgoing, frozen=True, tag="event"):
    """Everything that happens in a market, in the order in which it was decided."""

    seq: int
    event: OpsEventBody


class ExpectedJobs(msgspec.Struct, frozen=True, kw_only=True):
    """The middle of a cell of about 0.7 km2, and how many jobs an hour are expected there."""

    lat_deg: float
    lng_deg: float
    jobs_per_h: float


class OpsTick(_Outgoing, frozen=True, tag="tick"):
    """A tick of the dispatch loop, as it happens; not part of the numbered stream.

    `open_jobs` is the whole state as of this tick, for at most 100 jobs: a newer message replaces
    an older one. `demand` are the at most 50 cells with the most jobs expected.
    """

    at: datetime
    tick: TickSummary
    open_jobs: tuple[JobLeftOpen, ...] = ()
    demand: tuple[ExpectedJobs, ...] = ()


class CourierPosition(msgspec.Struct, frozen=True, kw_only=True):
    courier_id: CourierId
    lat_deg: float
    lng_deg: float
    at: datetime


class OpsPositions(_Outgoing, frozen=True, tag="positions"):
    """The newest positions of couriers that moved since the last such message."""

    positions: tuple[CourierPosition, ...]


class WatchDrain(_Outgoing, frozen=True, tag="drain"):
    """The server is about to restart: reconnect after this time."""

    reconnect_in_ms: int


class WatchRefused(_Outgoing, frozen=True, tag="refused"):
    """A message was not understood."""

    code: str
    detail: str


MerchantMessage = (
    WatchHello | WatchAuthenticated | MerchantSnapshot | MerchantEvent | WatchDrain | WatchRefused
)
OpsMessage = (
    WatchHello
    | WatchAuthenticated
    | OpsSnapshot
    | OpsEvent
    | OpsTick
    | OpsPositions
    | WatchDrain
    | WatchRefused
)

decode_merchant_message = msgspec.json.Decoder(MerchantMessage).decode
decode_ops_message = msgspec.json.Decoder(OpsMessage).decode
