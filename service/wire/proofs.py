"""Proofs of pickup and delivery as those who may read them are told, and a merchant's looks."""

from datetime import datetime

import msgspec

from service.domain.ids import ProofId, StopId
from service.domain.lifecycle import StopKind
from service.domain.proof import AcceptedProof
from service.domain.vocabulary import ProofKind, WaiverReason
from service.wire.text import Color


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    """What a client is told."""


class ProofBody(_Body, frozen=True):
    """A proof on record, which never changes. A code that was right has no picture.

    The place is where the courier was seen last, at `created_at`; null where nobody knew.
    """

    id: ProofId
    stop_id: StopId
    kind: ProofKind
    media_type: str | None
    width_px: int | None
    height_px: int | None
    bytes_count: int | None
    sha256: str | None  # hexadecimal, of the picture as it is kept: without EXIF
    created_at: datetime
    lat_deg: float | None
    lng_deg: float | None
    accuracy_m: float | None


class StopProofs(_Body, frozen=True):
    """What a stop asks for, and what it got when it was completed."""

    stop_id: StopId
    kind: StopKind
    attempt: int
    required_proofs: tuple[ProofKind, ...]
    given_proofs: tuple[ProofKind, ...]
    accepted_proofs: tuple[AcceptedProof, ...]  # the pictures that the courier named for it
    waived_proofs: tuple[ProofKind, ...]  # by ops: it is completed without
    waiver_reason: WaiverReason | None


class ProofList(_Body, frozen=True):
    """All of a job; pictures go after 30 days, and what was given is known for good."""

    stops: tuple[StopProofs, ...]
    proofs: tuple[ProofBody, ...]


class AppearanceBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a merchant looks on the page of a delivery; null: one of twelve colours, by the name."""

    color: Color | None
