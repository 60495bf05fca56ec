"""What is told to who has the link to a job, and may be said: no ids, no phones, no other doors."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from service.domain.lifecycle import StopKind, StopStatus
from service.domain.rating import SCORE_MAX, TAGS_COUNT_MAX
from service.domain.tracking import Stage
from service.domain.vocabulary import ProofKind, RatingTag, Vehicle
from service.wire.text import Instructions, SafePlace


class _Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a recipient sends."""


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    """What a recipient is told."""


class TrackingPosition(_Body, frozen=True):
    """Where the courier is, on a grid of 50 m."""

    lat_deg: float
    lng_deg: float


class TrackingCourier(_Body, frozen=True):
    """`position` is told only while this delivery is the courier's errand."""

    first_name: str
    vehicle: Vehicle
    position: TrackingPosition | None


class TrackingEta(_Body, frozen=True):
    """When the courier is expected, and the band around it."""

    at: datetime
    from_at: datetime
    to_at: datetime


class TrackingStop(_Body, frozen=True):
    """A stop of this delivery; where it is, is told of the drop-off only."""

    kind: StopKind
    status: StopStatus
    first_name: str | None
    address: str | None
    lat_deg: float | None
    lng_deg: float | None
    arrived_at: datetime | None
    completed_at: datetime | None
    given_proofs: tuple[ProofKind, ...]


class TrackingRating(_Body, frozen=True):
    score: int
    tags: tuple[RatingTag, ...]
    comment: str | None


class TrackingBody(_Body, frozen=True):
    """A delivery as its recipient sees it. `text` says the stage in plain words.

    `code` is what the courier asks for at the door; null where none is asked for, or it was said.
    `promised_at`: by when it is to be there, while it may come; `is_late`: it comes after that.
    """

    stage: Stage
    text: str
    merchant_name: str
    merchant_color: str | None
    eta: TrackingEta | None
    courier: TrackingCourier | None
    stops: tuple[TrackingStop, ...]
    instructions: str | None
    safe_place: str | None
    can_be_instructed: bool
    code: str | None
    has_photo: bool  # of where it was left: `.../photo`
    rating: TrackingRating | None
    can_be_rated: bool
    poll_after_s: int  # ask again in so many seconds, with `If-None-Match`
    promised_at: datetime | None = None
    is_late: bool = False


class RecipientInstructionsBody(_Request, frozen=True):
    """Both are set; what is left out is taken back."""

    instructions: Instructions | None = None
    safe_place: SafePlace | None = None


class RatingBody(_Request, frozen=True):
    score: Annotated[int, Meta(ge=1, le=SCORE_MAX)]
    tags: Annotated[list[RatingTag], Meta(max_length=TAGS_COUNT_MAX)] = []
    comment: Instructions | None = None
