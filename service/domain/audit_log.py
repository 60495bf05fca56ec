"""The audit log: what people did by hand, in a chain of hashes that tells of any change to it.

Every entry's hash covers the hash of the one before it, so none can be changed, left out or put in
without changing all that follow. Who could write the whole chain anew is found by a head that was
kept elsewhere. Entries have no personal data: ids, statuses, amounts and reasons.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from service.domain.ids import MarketId
from service.domain.job import Job
from service.domain.vocabulary import Actor

Value = str | int | float | bool | None


class AuditAction(StrEnum):
    """What was done; named as the action that does it."""

    ADJUST_JOB = "adjust_job"
    ASSIGN_JOB = "assign_job"
    CANCEL_JOB = "cancel_job"
    CHANGE_POLICY = "change_policy"
    CREATE_KEY = "create_key"
    CREATE_MARKET = "create_market"
    FAIL_JOB = "fail_job"
    PAUSE_MARKET = "pause_market"
    REASSIGN_JOB = "reassign_job"
    RESOLVE_EXCEPTION = "resolve_exception"
    RESUME_MARKET = "resume_market"
    REVOKE_KEY = "revoke_key"


class Origin(Struct, frozen=True, kw_only=True):
    """Who asks for something, and by which request."""

    actor: Actor
    principal_id: UUID | None = None
    credential_id: str | None = None
    request_id: str | None = None
    client_address: str | None = None


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
    """An entry in its chain. The order of the fields is part of the hash."""

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


def traits_of(job: Job) -> Mapping[str, Value]:
    """Return what an entry tells of a job."""
    courier_id = None if job.courier_id is None else str(job.courier_id)
    return {"status": job.status, "attempt": job.attempt, "courier_id": courier_id}


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
            after=_json(entry.after),
            reason=entry.reason,
            request_id=origin.request_id,
            client_address=origin.client_address,
            previous_sha256=after.sha256,
            sha256="",
        )
        sealed.append(replace(unsealed, sha256=digest(unsealed)))
        after = Link(number=sealed[-1].number, sha256=sealed[-1].sha256)
    return sealed


def _json(values: Mapping[str, Value]) -> str:
    return msgspec.json.encode(values, order="sorted").decode()


def digest(entry: SealedEntry) -> str:
    """Return the SHA-256, in hexadecimal, of all fields but the last, as a JSON array."""
    *fields, _ = msgspec.structs.astuple(entry)
    return hashlib.sha256(msgspec.json.encode(fields)).hexdigest()


def breaks(entries: Iterable[SealedEntry], *, after: Link) -> Iterator[str]:
    """Yield where the entries do not follow from each other, or not from `after`."""
    for entry in entries:
        if entry.number != after.number + 1:
            yield f"entry {entry.number} follows entry {after.number}"
        if entry.previous_sha256 != after.sha256:
            yield f"entry {entry.number} was not written behind the one before it"
        if entry.sha256 != digest(entry):
            yield f"entry {entry.number} is not what was hashed"
        after = Link(number=entry.number, sha256=entry.sha256)
