"""What the clients of a run saw, as plain data for the invariants."""

from datetime import datetime

from msgspec import Struct

from service.domain.ids import CourierId, JobId, OfferId
from service.simulation.clients.job_board import PostedJob
from service.simulation.clients.receiver import EventHeard


class StreamSeen(Struct, frozen=True, kw_only=True):
    """One client's numbered stream."""

    owner: str  # courier:<id>, merchant:<id>, market:<id>
    seq: int | None  # of the last event; None if it never was connected
    is_live: bool  # connected at the end
    restarts_count: int
    violations: tuple[str, ...]
    close_code: int | None  # of the last socket that ended


class OfferAnswered(Struct, frozen=True, kw_only=True):
    """An offer that a courier accepted, and what the courier's app was told."""

    offer_id: OfferId
    courier_id: CourierId
    job_ids: tuple[JobId, ...]
    is_assigned: bool  # the jobs were seen in hand
    refusal: str | None  # the code of a refusal for good


class OfferHeard(Struct, frozen=True, kw_only=True):
    """An offer as it reached a courier's phone."""

    courier_id: CourierId
    job_ids: tuple[JobId, ...]
    heard_at: datetime  # real time


class WebhooksSeen(Struct, frozen=True, kw_only=True):
    """What a merchant's own server was told, in the order of arrival."""

    url: str
    events: tuple[EventHeard, ...]
    unsigned_count: int


class Witness(Struct, frozen=True, kw_only=True):
    """Everything the clients of one run can testify to."""

    posted: tuple[PostedJob, ...]
    refused_count_by_code: dict[str, int]  # of jobs that were not taken
    unanswered_count: int  # posts of which nobody knows whether they were carried out
    board_violations: tuple[str, ...]
    streams: tuple[StreamSeen, ...]
    answered: tuple[OfferAnswered, ...]
    heard: tuple[OfferHeard, ...]
    webhooks: tuple[WebhooksSeen, ...]
    driven_m: float
