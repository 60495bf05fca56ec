"""Proofs: what a stop asks of its courier before it is done, and whether what was given will do."""

import hmac
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from service.domain.errors import (
    InvalidParamsError,
    ProofAttemptsExhaustedError,
    ProofInvalidError,
    ProofMismatchError,
    ProofRequiredError,
)
from service.domain.ids import CourierId, JobId, ProofId, StopId
from service.domain.picture import Picture, PictureType
from service.domain.vocabulary import ProofKind

CODE_DIGITS_COUNT = 6  # of a code that we make
CODE_TRIES_COUNT_MAX = 5  # different ones, of one courier at one stop
# Different ones for one code: another attempt or another courier begins anew, and not for ever.
CODE_TRIES_OF_JOB_COUNT_MAX = 10
PICTURES_COUNT_MAX = 6  # of one stop

BYTES_MAX: Mapping[ProofKind, int] = {ProofKind.PHOTO: 1_048_576, ProofKind.SIGNATURE: 131_072}
_SIDE_PX_MIN = 16
_SIDE_PX_MAX: Mapping[ProofKind, int] = {ProofKind.PHOTO: 8_192, ProofKind.SIGNATURE: 2_048}
_TYPES: Mapping[ProofKind, frozenset[PictureType]] = {
    ProofKind.PHOTO: frozenset(PictureType),
    ProofKind.SIGNATURE: frozenset({PictureType.PNG}),
}


class Proof(Struct, frozen=True, kw_only=True):
    """One proof as it is on record; a code that was right has no picture."""

    id: ProofId
    job_id: JobId
    stop_id: StopId
    courier_id: CourierId
    kind: ProofKind
    media_type: PictureType | None
    width_px: int | None
    height_px: int | None
    bytes_count: int | None
    sha256: bytes | None
    created_at: datetime
    lat_deg: float | None  # where the courier was seen last; null: not known
    lng_deg: float | None
    accuracy_m: float | None


class AcceptedProof(Struct, frozen=True, kw_only=True):
    """A picture by which a stop was completed: this much is known of it for good."""

    id: ProofId
    kind: ProofKind
    sha256: str  # of the picture, hexadecimal


class Evidence(Struct, frozen=True, kw_only=True):
    """What there is to decide on when a courier says that a stop is done."""

    said_code: str | None = None
    right_code: str | None = None
    tried_codes: frozenset[str] = frozenset()  # wrong ones that this courier said here before
    tried_codes_of_job: frozenset[str] = frozenset()  # and those that anybody said instead of it
    pictures: tuple[AcceptedProof, ...] = ()  # uploaded for this stop, and named


NO_EVIDENCE = Evidence()


def check(required: Sequence[ProofKind], evidence: Evidence) -> tuple[ProofKind, ...]:
    """Return what is proven: all that is required, and pictures that were not asked for.

    Pictures are looked at first, so that nobody spends a guess on a stop that is not done anyway.

    Raises:
        ProofRequiredError: something is missing.
        ProofMismatchError: the code is wrong.
        ProofAttemptsExhaustedError: too many wrong ones were said before.
    """
    proven = {picture.kind for picture in evidence.pictures}
    for kind in required:
        if kind is not ProofKind.CODE and kind not in proven:
            raise ProofRequiredError(f"this stop asks for a {kind}")
    if ProofKind.CODE in required:
        _check_code(evidence)
        proven.add(ProofKind.CODE)
    return tuple(sorted(proven))


def _check_code(evidence: Evidence) -> None:
    said = evidence.said_code
    if said is None:
        raise ProofRequiredError("this stop asks for a code")
    if _tries_left_count(evidence) <= 0:
        raise ProofAttemptsExhaustedError("too many wrong codes; dispatch has been told")
    if evidence.right_code is None or not hmac.compare_digest(said, evidence.right_code):
        left_count = _tries_left_count(evidence, said)
        raise ProofMismatchError(f"the code is wrong; tries left: {left_count}")


def _tries_left_count(evidence: Evidence, *said: str) -> int:
    """Return how many wrong codes may be said yet, after this one."""
    here_count = len(evidence.tried_codes.union(said))
    of_job_count = len(evidence.tried_codes_of_job.union(said))
    return min(CODE_TRIES_COUNT_MAX - here_count, CODE_TRIES_OF_JOB_COUNT_MAX - of_job_count)


def is_last_try(evidence: Evidence) -> bool:
    """Return whether the wrong code that was said is the last that may be."""
    assert evidence.said_code is not None
    return _tries_left_count(evidence, evidence.said_code) <= 0


def check_wanted(kinds: Collection[ProofKind], code: str | None, *, field: str) -> None:
    """Check what a merchant asks for at a stop: a code of their own makes sense where one is asked.

    Raises:
        InvalidParamsError: nobody would ask for it.
    """
    if code is not None and ProofKind.CODE not in kinds:
        raise InvalidParamsError("a code is given and none is asked for", field=f"{field}/code")


def check_picture(kind: ProofKind, picture: Picture, *, bytes_count: int) -> None:
    """Check that an upload will do as a proof of this kind.

    Raises:
        ProofInvalidError: it will not.
    """
    if bytes_count > BYTES_MAX[kind]:
        raise ProofInvalidError(f"a {kind} has at most {BYTES_MAX[kind]} bytes")
    if picture.type not in _TYPES[kind]:
        raise ProofInvalidError(f"a {kind} is no {picture.type}")
    for side_px in (picture.width_px, picture.height_px):
        if not _SIDE_PX_MIN <= side_px <= _SIDE_PX_MAX[kind]:
            raise ProofInvalidError(
                f"a {kind} has sides of {_SIDE_PX_MIN} to {_SIDE_PX_MAX[kind]} pixels"
            )


def superseded(kept: Sequence[tuple[ProofId, ProofKind]], kind: ProofKind) -> ProofId | None:
    """Return the picture that one more of this kind takes the place of; None while there is room.

    Whoever takes it again means the newer one, and nobody is stuck at a door with too many.

    Args:
        kept: the pictures of the stop, oldest first.
        kind: of the new one.
    """
    if len(kept) < PICTURES_COUNT_MAX:
        return None
    return next((id_ for id_, one in kept if one is kind), kept[0][0])
