"""The messages of the merchant's stream and of the ops feed: to watch, not to command."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from service.domain.facts import FactBody, JobLeftOpen, TickSummary
from service.domain.geo import Latitude, Longitude
from service.domain.ids import CourierId, JobId
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


class Watch(_Incoming, frozen=True, tag="watch"):
    """What the console shows, as on a map of 256-pixel tiles; it replaces what was watched before.

    A box with `west_deg` > `east_deg` crosses the antimeridian.
    """

    south_deg: Latitude
    west_deg: Longitude
    north_deg: Latitude
    east_deg: Longitude
    zoom: Annotated[float, Meta(ge=0.0, le=22.0)]
    frames_per_s: Annotated[float, Meta(ge=0.2, le=4.0)] = 1.0

    def __post_init__(self) -> None:
        if self.south_deg > self.north_deg:
            raise ValueError("south_deg is above north_deg")


class Unwatch(_Incoming, frozen=True, tag="unwatch"):
    """The console shows no map any more."""


MerchantClientMessage = WatchResume | WatchAuthenticate
OpsClientMessage = WatchResume | WatchAuthenticate | Watch | Unwatch
WatcherMessage = OpsClientMessage  # of either; what is not for merchants, they are refused

decode_watcher_message = msgspec.json.Decoder(WatcherMessage).decode


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
    """The answer to `resume`; `jobs` are the live ones, newest first, when not recovered.

    Unless `is_whole`, the rest follows in `more_jobs`, before any event.
    """

    epoch: str
    seq: int
    recovered: bool
    jobs: tuple[JobView, ...] | None
    is_whole: bool = True


class MoreJobs(_Outgoing, frozen=True, tag="more_jobs"):
    """More of the live jobs that the snapshot began to tell."""

    jobs: tuple[JobView, ...]
    is_last: bool = False


class MerchantEvent(_Outgoing, frozen=True, tag="event"):
    """Something happened to one of the merchant's jobs."""

    seq: int
    event: EventBody


class CourierSighting(msgspec.Struct, frozen=True, kw_only=True):
    """Where the courier of a job is; if not exactly, the middle of a cell of about 0.7 km2."""

    job_id: JobId
    courier_id: CourierId
    lat_deg: float
    lng_deg: float
    is_exact: bool
    at: datetime


class CourierSightings(_Outgoing, frozen=True, tag="courier_positions"):
    """Every courier that the merchant may see now, at most 500: who is not named is not seen.

    Not part of the numbered stream; a newer message replaces an older one. Couriers are seen
    exactly while the job's own stop is the one in hand, and coarsely between acceptance and that.
    """

    couriers: tuple[CourierSighting, ...]


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


class OpsPastEventBody(msgspec.Struct, frozen=True, kw_only=True):
    """The same over REST: `data` is null where only another release can read it."""

    id: str
    type: str
    created_at: datetime
    actor: str
    market_id: str
    sequence: int | None
    data: FactBody | None
    reasons: dict[str, object] | None = None


class OpsEventPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of one job's facts."""

    events: tuple[OpsPastEventBody, ...]
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
    """Close in: couriers in the box that have reported since the last such message, at most 500.

    `gone` have left the box, gone off duty or fallen silent. When `is_whole`, forget all positions
    and cells told before.
    """

    is_whole: bool = False
    positions: tuple[CourierPosition, ...] = ()
    gone: tuple[CourierId, ...] = ()


class CellLoad(msgspec.Struct, frozen=True, kw_only=True):
    """Supply, demand and wait in a cell, named by its H3 index and its middle.

    Waits are of the open jobs there that are on offer to nobody now, in market time.
    """

    cell: str
    lat_deg: float
    lng_deg: float
    couriers_count: int
    open_jobs_count: int
    longest_wait_s: int
    mean_wait_s: int


class OpsCells(_Outgoing, frozen=True, tag="cells"):
    """Far out, or with more couriers in the box than positions are told of: cells that changed.

    At most 500, of one H3 resolution, which follows the zoom; `gone` are empty now. When
    `is_whole`, forget all positions and cells told before.
    """

    resolution: int
    is_whole: bool = False
    cells: tuple[CellLoad, ...] = ()
    gone: tuple[str, ...] = ()


class WatchDrain(_Outgoing, frozen=True, tag="drain"):
    """The server is about to restart: reconnect after this time."""

    reconnect_in_ms: int


class WatchRefused(_Outgoing, frozen=True, tag="refused"):
    """A message was not understood."""

    code: str
    detail: str


MerchantMessage = (
    WatchHello
    | WatchAuthenticated
    | MerchantSnapshot
    | MoreJobs
    | MerchantEvent
    | CourierSightings
    | WatchDrain
    | WatchRefused
)
OpsMessage = (
    WatchHello
    | WatchAuthenticated
    | OpsSnapshot
    | OpsEvent
    | OpsTick
    | OpsPositions
    | OpsCells
    | WatchDrain
    | WatchRefused
)

decode_merchant_message = msgspec.json.Decoder(MerchantMessage).decode
decode_ops_message = msgspec.json.Decoder(OpsMessage).decode
