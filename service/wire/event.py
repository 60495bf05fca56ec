"""A fact about a job in the envelope that merchants know."""

from datetime import datetime

import msgspec

from service.domain.facts import FactType, JobSnapshot, event_id
from service.domain.ids import MarketId
from service.wire.rest import EventBody, JobView

API_VERSION = "2026-11-01"


class PastEventBody(msgspec.Struct, frozen=True, kw_only=True):
    """An event as a timeline tells it: `data` is null where only another release can read it."""

    id: str
    type: str
    created_at: datetime
    sequence: int
    api_version: str
    livemode: bool
    market_id: str
    data: JobView | None


class EventPage(msgspec.Struct, frozen=True, kw_only=True):
    events: tuple[PastEventBody, ...]
    next_cursor: str | None


def event_body(
    snapshot: JobSnapshot,
    *,
    fact_id: int,
    type: FactType,
    at: datetime,
    sequence: int,
    market_id: MarketId,
    livemode: bool,
) -> EventBody:
    """Return the event of this recorded fact; `sequence` counts the job's facts without gap."""
    return EventBody(
        id=event_id(fact_id),
        type=type,
        created_at=at,
        sequence=sequence,
        api_version=API_VERSION,
        livemode=livemode,
        market_id=market_id,
        data=job_view(snapshot),
    )


def job_view(snapshot: JobSnapshot) -> JobView:
    """Return the job as its merchant's events tell it."""
    return msgspec.convert(snapshot, JobView, from_attributes=True)
