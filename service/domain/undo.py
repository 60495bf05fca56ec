"""What takes back something that was done by hand, if anything honestly does.

A parcel does not come back, a merchant who was told of a cancellation has gone elsewhere: such acts
have no inverse here. What is taken back is the act, not what others made of it meanwhile.
"""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from service.domain.audit_log import AuditAction, SealedEntry
from service.domain.errors import UndoTooLateError
from service.domain.ids import CourierId, JobId, OfferId, StopId
from service.domain.lifecycle import AccountStatus, CourierStatus
from service.domain.vocabulary import ProofKind, ReasonCode, WaiverReason

UNDO_S_MAX = 60.0  # real time; pages offer it for half of that


class Withdraw(Struct, frozen=True):
    """An offer by hand."""

    offer_id: OfferId


class OfferAgain(Struct, frozen=True):
    """A job that was freed, to the courier who had it and still decides."""

    job_id: JobId
    courier_id: CourierId
    attempt: int  # which it was freed for: nobody else has had it


class MoveBack(Struct, frozen=True):
    """A deadline."""

    job_id: JobId
    deadline_at: datetime
    reason: ReasonCode
    holder_id: CourierId | None  # who had the job: nobody has taken it by the new deadline


class SetPaused(Struct, frozen=True):
    """A market."""

    is_paused: bool


class Resume(Struct, frozen=True):
    """A courier who was paused."""

    courier_id: CourierId
    reason: ReasonCode
    version: int  # of the courier as paused: who wants the pause as well keeps it


class Reinstate(Struct, frozen=True):
    """A courier who was suspended; jobs that went to others stay with them."""

    courier_id: CourierId


class Waive(Struct, frozen=True):
    """The proofs of a stop that were waived before, or none."""

    job_id: JobId
    stop_id: StopId
    kinds: tuple[ProofKind, ...]
    reason: WaiverReason


Inverse = Withdraw | OfferAgain | MoveBack | SetPaused | Resume | Reinstate | Waive


class _Noted(Struct, frozen=True, kw_only=True):
    """What entries tell of before and after, as far as it matters here."""

    status: str | None = None
    version: int | None = None
    attempt: int | None = None
    account_status: str | None = None
    suspended_until: datetime | None = None
    offer_id: OfferId | None = None
    courier_id: CourierId | None = None
    deadline_at: datetime | None = None
    stop_id: StopId | None = None
    waived_proofs: str = ""  # in one word each
    waiver_reason: WaiverReason | None = None
    undoes: int | None = None


def inverse_of(entry: SealedEntry, *, now: datetime) -> Inverse:
    """Return what takes the entry's act back.

    Args:
        entry: what was done.
        now: market time: a suspension that was over by then was none.

    Raises:
        UndoTooLateError: nothing does, or it took back another act itself.
    """
    before = msgspec.json.decode(entry.before, type=_Noted)
    after = msgspec.json.decode(entry.after, type=_Noted)
    inverse = None if after.undoes is not None else _inverse(entry, before, after, now)
    if inverse is None:
        raise UndoTooLateError(f"{entry.action} cannot be undone")
    return inverse


def undoes(entry: SealedEntry) -> int | None:
    """Return the number of the entry whose act this one took back."""
    return msgspec.json.decode(entry.after, type=_Noted).undoes


def _inverse(entry: SealedEntry, before: _Noted, after: _Noted, now: datetime) -> Inverse | None:
    match entry.action:
        case AuditAction.ASSIGN_JOB if after.offer_id is not None:
            return Withdraw(after.offer_id)
        case AuditAction.REASSIGN_JOB if before.courier_id and after.attempt:
            return OfferAgain(JobId(_id_in(entry.subject)), before.courier_id, after.attempt)
        case AuditAction.EXTEND_DEADLINE if before.deadline_at is not None:
            job_id = JobId(_id_in(entry.subject))
            reason = ReasonCode(entry.reason)
            return MoveBack(job_id, before.deadline_at, reason, after.courier_id)
        case AuditAction.WAIVE_PROOF if before.stop_id is not None:
            kinds = tuple(map(ProofKind, before.waived_proofs.split()))
            reason = before.waiver_reason or WaiverReason(entry.reason)
            return Waive(JobId(_id_in(entry.subject)), before.stop_id, kinds, reason)
        case AuditAction.PAUSE_MARKET | AuditAction.RESUME_MARKET:
            return SetPaused(entry.action is AuditAction.RESUME_MARKET)
        case _:
            return _inverse_of_courier(entry, before, after, now)


def _inverse_of_courier(
    entry: SealedEntry, before: _Noted, after: _Noted, now: datetime
) -> Inverse | None:
    was_at_work = before.status in (CourierStatus.ONLINE, CourierStatus.BUSY)
    is_paused = after.status == CourierStatus.PAUSED
    match entry.action:
        case AuditAction.SET_STATUS if was_at_work and is_paused and after.version:
            courier_id = CourierId(_id_in(entry.subject))
            return Resume(courier_id, ReasonCode(entry.reason), after.version)
        case AuditAction.SUSPEND_COURIER if _was_free(before, now):
            return Reinstate(CourierId(_id_in(entry.subject)))
        case _:
            return None


def _was_free(before: _Noted, now: datetime) -> bool:
    until = before.suspended_until
    is_over = until is not None and until <= now
    return before.account_status == AccountStatus.ACTIVE or is_over


def _id_in(subject: str) -> UUID:
    return UUID(subject.partition(":")[2])
