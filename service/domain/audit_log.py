"""The audit log: what people did by hand, in a chain of hashes that tells of any change to it.

Every entry's hash covers the hash of the one before it, so none can be changed, left out or put in
without changing all that follow. Who could write the whole chain anew is found by a head that was
kept elsewhere. Entries have no personal data: ids, statuses, amounts and reasons.

A look tells what somebody did all day, and ends: it is blanked in its time, but for when and what
kind it was. So the hash of a look covers its content by a digest, which stays, as the hash does.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from service.domain.courier import Courier
from service.domain.ids import MarketId
from service.domain.job import Job
from service.domain.ledger import Transfer
from service.domain.vocabulary import Actor

Value = str | int | float | bool | None


class AuditAction(StrEnum):
    """What was done; named as the action that does it."""

    ADD_OPERATOR = "add_operator"
    ADJUST_JOB = "adjust_job"
    ADMIT_OPERATOR = "admit_operator"  # to one more market
    ARRIVE_FOR_COURIER = "arrive_for_courier"  # at a stop, at ops' word
    ASSIGN_JOB = "assign_job"
    BREAK_GLASS = "break_glass"  # one person did alone what takes two, from the shell
    CANCEL_JOB = "cancel_job"
    CHANGE_ENDPOINT = "change_endpoint"
    CHANGE_POLICY = "change_policy"
    CHANGE_ROLE = "change_role"
    COMPLETE_FOR_COURIER = "complete_for_courier"  # a stop, at ops' word
    CREATE_ENDPOINT = "create_endpoint"  # its secret is shown
    CREATE_KEY = "create_key"
    CREATE_MARKET = "create_market"
    DECLINE_ADJUSTMENT = "decline_adjustment"
    DECLINE_ROLE = "decline_role"
    DELETE_ENDPOINT = "delete_endpoint"
    DISABLE_OPERATOR = "disable_operator"
    END_HOLD = "end_hold"
    ERASE_DATA = "erase_data"
    EXPORT_DATA = "export_data"
    EXTEND_DEADLINE = "extend_deadline"
    FAIL_JOB = "fail_job"
    HOLD_JOB = "hold_job"  # what is known of it is not forgotten
    KEEP_PROGRAM = "keep_program"  # one of operators', by who has its key
    LINK_OPERATOR = "link_operator"  # to who is known to an issuer
    LOG_IN = "log_in"
    LOOK_AT_CONTACTS = "look_at_contacts"  # of a job: where its stops are, and who is there
    LOOK_AT_COURIER = "look_at_courier"  # where one is
    LOOK_AT_PROOF = "look_at_proof"  # its picture
    LOOK_AT_RECORD = "look_at_record"  # where couriers were
    PAUSE_MARKET = "pause_market"
    PROPOSE_ADJUSTMENT = "propose_adjustment"  # it is made when another approves
    PROPOSE_ROLE = "propose_role"
    REASSIGN_ALL = "reassign_all"  # of a courier who drops out
    REASSIGN_JOB = "reassign_job"
    REINSTATE_COURIER = "reinstate_courier"
    RESET_PASSWORD = "reset_password"  # noqa: S105  # the name of an action
    RESOLVE_EXCEPTION = "resolve_exception"
    RESTRICT_KEY = "restrict_key"  # to networks
    RESUME_MARKET = "resume_market"
    REVOKE_KEY = "revoke_key"
    ROTATE_SECRET = "rotate_secret"  # noqa: S105  # no secret; the new one is shown
    SEND_MESSAGE = "send_message"
    SETTLE_JOB = "settle_job"
    SET_STATUS = "set_status"  # of a courier
    SHOW_SECRET = "show_secret"  # noqa: S105  # no secret; one is shown again, to the same request
    SUSPEND_COURIER = "suspend_courier"
    UNLINK_OPERATOR = "unlink_operator"
    UNSEAL_DATA = "unseal_data"  # what is known of recipients lies in plain text again
    WAIVE_PROOF = "waive_proof"  # of a stop, or ask for it again
    WITHDRAW_OFFER = "withdraw_offer"
    WITHDRAW_OPERATOR = "withdraw_operator"  # from a market they were admitted to


LOOKS = frozenset(action for action in AuditAction if action.startswith("look_at_"))
LOOK_RETENTION_DAYS_MIN = 30  # the table refuses to have anything blanked before


class Origin(Struct, frozen=True, kw_only=True):
    """Who asks for something, and by which request."""

    actor: Actor
    principal_id: UUID | None = None
    credential_id: str | None = None
    request_id: str | None = None
    client_address: str | None = None
    undoes: int | None = None  # the number of the entry whose act this takes back


SHELL = Origin(actor=Actor.OPS)  # whoever has the shell of the deployment


class AuditEntry(Struct, frozen=True, kw_only=True):
    """What was done, as the action that does it tells it."""

    market_id: MarketId
    origin: Origin
    action: AuditAction
    subject: str  # what it was done to: job:<id>, market:<id>, key:<id>, exception:<id>, ...
    before: Mapping[str, Value] = {}
    after: Mapping[str, Value] = {}
    reason: str | None = None


class Link(Struct, frozen=True, kw_only=True):
    """A place in a chain: behind an entry, or at the beginning."""

    number: int
    sha256: str


BEGINNING = Link(number=0, sha256="0" * 64)


class SealedEntry(Struct, frozen=True, kw_only=True):
    """An entry in its chain. The order of the fields up to `sha256` is part of the hash."""

    market_id: MarketId
    number: int
    at: datetime  # real time
    actor: Actor
    principal_id: UUID | None
    credential_id: str | None
    action: AuditAction
    subject: str
    before: str  # JSON
    after: str  # JSON
    reason: str | None
    request_id: str | None
    client_address: str | None
    previous_sha256: str
    sha256: str
    content_sha256: str | None  # of a look: of what is blanked in its time
    blanked_at: datetime | None  # real time


BLANK: Mapping[str, Value] = {
    "principal_id": None,
    "credential_id": None,
    "subject": "look:blanked",
    "before": "{}",
    "after": "{}",
    "reason": None,
    "request_id": None,
    "client_address": None,
}
_FIELDS = SealedEntry.__struct_fields__
_HASHED = _FIELDS[: _FIELDS.index("sha256")]
_HASHED_OF_LOOK = (*(name for name in _HASHED if name not in BLANK), "content_sha256")


def traits_of(job: Job) -> Mapping[str, Value]:
    """Return what an entry tells of a job."""
    courier_id = None if job.courier_id is None else str(job.courier_id)
    return {"status": job.status, "attempt": job.attempt, "courier_id": courier_id}


def traits_of_account(courier: Courier) -> Mapping[str, Value]:
    """Return what an entry tells of a courier whose account is changed."""
    until = courier.suspended_until
    return {
        "status": courier.status,
        "account_status": courier.account_status,
        "suspended_until": None if until is None else until.isoformat(),
    }


def subject_of(transfer: Transfer) -> str:
    """Return what entries about the transfer name as their subject."""
    return f"transfer:{transfer.id}"


def traits_of_transfer(transfer: Transfer) -> Mapping[str, Value]:
    """Return what an entry tells of a transfer beside its reason: all of it, to be checked by."""
    return {
        "job_id": str(transfer.job_id),
        "kind": transfer.kind,
        "debit": transfer.debit,
        "credit": transfer.credit,
        "amount_cents": transfer.amount_cents,
        "currency": transfer.currency,
        "at": transfer.at.isoformat(),
    }


def seal(entries: Sequence[AuditEntry], *, after: Link, at: datetime) -> list[SealedEntry]:
    """Return the entries as they follow in the chain, each under its hash."""
    sealed: list[SealedEntry] = []
    for entry in entries:
        origin = entry.origin
        unsealed = SealedEntry(
            market_id=entry.market_id,
            number=after.number + 1,
            at=at,
            actor=origin.actor,
            principal_id=origin.principal_id,
            credential_id=origin.credential_id,
            action=entry.action,
            subject=entry.subject,
            before=_json(entry.before),
            after=_json(_noted(entry)),
            reason=entry.reason,
            request_id=origin.request_id,
            client_address=origin.client_address,
            previous_sha256=after.sha256,
            sha256="",
            content_sha256=None,
            blanked_at=None,
        )
        sealed.append(_hashed(unsealed))
        after = Link(number=sealed[-1].number, sha256=sealed[-1].sha256)
    return sealed


def _noted(entry: AuditEntry) -> Mapping[str, Value]:
    undoes = entry.origin.undoes
    return entry.after if undoes is None else {**entry.after, "undoes": undoes}


def _json(values: Mapping[str, Value]) -> str:
    return msgspec.json.encode(values, order="sorted").decode()


def _hashed(entry: SealedEntry) -> SealedEntry:
    if entry.action in LOOKS:
        entry = replace(entry, content_sha256=content_digest(entry))
    return replace(entry, sha256=digest(entry))


def content_digest(entry: SealedEntry) -> str:
    """Return the SHA-256, in hexadecimal, of what is blanked of a look, as a JSON array."""
    return _sha256_of(entry, BLANK)


def digest(entry: SealedEntry) -> str:
    """Return the SHA-256, in hexadecimal, of all fields before it, as a JSON array.

    Where the content has a digest of its own, that stands at the end for all of the content.
    """
    return _sha256_of(entry, _HASHED if entry.content_sha256 is None else _HASHED_OF_LOOK)


def _sha256_of(entry: SealedEntry, names: Iterable[str]) -> str:
    values = [getattr(entry, name) for name in names]
    return hashlib.sha256(msgspec.json.encode(values)).hexdigest()


def blanked(entry: SealedEntry, *, at: datetime) -> SealedEntry:
    """Return what is left of a look."""
    return replace(entry, **BLANK, blanked_at=at)


def breaks(
    entries: Iterable[SealedEntry], *, after: Link, blanked_before: datetime
) -> Iterator[str]:
    """Yield where the entries do not follow from each other, or not from `after`.

    Args:
        entries: in their order.
        after: the place in the chain before them.
        blanked_before: looks may be blanked that were before this instant, and nothing else.
    """
    for entry in entries:
        if entry.number != after.number + 1:
            yield f"entry {entry.number} follows entry {after.number}"
        if entry.previous_sha256 != after.sha256:
            yield f"entry {entry.number} was not written behind the one before it"
        if entry.sha256 != digest(entry):
            yield f"entry {entry.number} is not what was hashed"
        if entry.blanked_at is not None:
            yield from _wrongly_blanked(entry, blanked_before)
        elif entry.content_sha256 not in (None, content_digest(entry)):
            yield f"entry {entry.number} tells something else than was hashed"
        after = Link(number=entry.number, sha256=entry.sha256)


def _wrongly_blanked(entry: SealedEntry, blanked_before: datetime) -> Iterator[str]:
    if entry.action not in LOOKS or entry.content_sha256 is None:
        yield f"entry {entry.number} is blanked and no look"
    if entry.at > blanked_before:
        yield f"entry {entry.number} was blanked before its time"
    if any(getattr(entry, name) != blank for name, blank in BLANK.items()):
        yield f"entry {entry.number} is blanked and tells something"
