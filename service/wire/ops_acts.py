"""The bodies of what ops do by hand to couriers and deadlines, its undoing, and of records."""

from typing import Annotated

import msgspec

from service.domain.audit_log import AuditAction
from service.domain.drop_out import Fate, JobsInHand
from service.domain.ids import JobId
from service.domain.vocabulary import (
    ProofKind,
    RatingTag,
    ReasonCode,
    SuspensionReason,
    WaiverReason,
)
from service.wire.rest import OpsCourier, OpsJob
from service.wire.text import Instant


class _Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a client sends. Unknown fields are refused: they are bugs or probes."""


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    """What a client is told."""


class SuspendCourierBody(_Request, frozen=True):
    """Without `until` it lasts until somebody ends it.

    What was picked up is brought (`finish`), or decided by ops as an exception (`reassign`); the
    rest goes to others. It must be said only while there is something on board.
    """

    reason: SuspensionReason
    until: Instant | None = None
    jobs_in_hand: JobsInHand | None = None


class ReassignAllBody(_Request, frozen=True):
    reason: ReasonCode


class JobFate(_Body, frozen=True):
    """What became of a job of a courier who dropped out."""

    job_id: JobId
    fate: Fate


class ReassignedBody(_Body, frozen=True):
    courier: OpsCourier
    jobs: tuple[JobFate, ...]


class ExtendDeadlineBody(_Request, frozen=True):
    """From `due_at`, what was promised, to as much later as the policy's `extension_s_max`."""

    deadline_at: Instant
    reason: ReasonCode


class WaiveProofBody(_Request, frozen=True):
    """All the proofs that a stop is done without; none: all that are required are asked for."""

    waived_proofs: Annotated[list[ProofKind], msgspec.Meta(max_length=3)]
    reason: WaiverReason


class ArriveForCourierBody(_Request, frozen=True):
    """With `attempt`, the job's, only of who has it at that one, and of nobody later."""

    reason: WaiverReason
    attempt: Annotated[int, msgspec.Meta(ge=1)] | None = None


class CompleteForCourierBody(_Request, frozen=True):
    """With `waives_proofs`, what the stop asks for and was not uploaded is waived.

    With `attempt`, the job's, only of who has it at that one, and of nobody later.
    """

    reason: WaiverReason
    waives_proofs: bool = False
    attempt: Annotated[int, msgspec.Meta(ge=1)] | None = None


class OpsRating(_Body, frozen=True):
    """What the recipient thought of the delivery, without words. It ranks nobody."""

    score: int
    tags: tuple[RatingTag, ...]


class OpsJobRecord(OpsJob, frozen=True):
    """A job with whose it is, and what is known of it afterwards."""

    merchant_name: str | None = None
    rating: OpsRating | None = None


class OfferAnswers(_Body, frozen=True):
    """What became of a courier's offers of the last thirty days, the newest 1,000 at most.

    It is for people to know, and ranks nobody.
    """

    offers_count: int
    accepted_count: int
    declined_count: int
    expired_seen_count: int  # ran out, and had been looked at


class OpsCourierRecord(OpsCourier, frozen=True):
    """A courier with what is known of the last weeks."""

    answers: OfferAnswers


class NearCourier(OpsCourier, frozen=True):
    """A courier who could be asked for a job."""

    distance_m: float  # from its pickup, as the crow flies
    has_refused: bool  # this job: declined, or let run out
    can_carry: bool


class NearCouriersBody(_Body, frozen=True):
    couriers: tuple[NearCourier, ...]  # the nearest first


class UndoneBody(_Body, frozen=True):
    """What was taken back."""

    action: AuditAction
    subject: str
