"""A look: an operator has seen where somebody is or was, what proves a delivery, or whom to call.

The list and the map of all couriers are what a market is run by: seeing them is no look.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from service.domain.audit_log import AuditAction, AuditEntry, Origin
from service.domain.errors import InvalidStateTransitionError
from service.domain.ids import CourierId, JobId, MarketId, ProofId
from service.domain.job import Job

RECORD_MINUTES = 15  # of the record make one subject: so a replay is told in a few entries
SALT_BYTES = 16


class Look(Struct, frozen=True, kw_only=True):
    """What somebody has looked at; of nothing that acts are about, so that it undoes no undoing."""

    origin: Origin
    action: AuditAction
    subject: str
    job_id: JobId | None = None


def looks_at_record(origin: Origin, *, from_at: datetime, to_at: datetime) -> Sequence[Look]:
    """Return the looks at a span of market time: one for each quarter of an hour it touches."""
    span = timedelta(minutes=RECORD_MINUTES)
    first = from_at.astimezone(UTC).replace(second=0, microsecond=0)
    at = first - timedelta(minutes=first.minute % RECORD_MINUTES)
    looks = list[Look]()
    while at < to_at:
        subject = f"record:{at:%Y-%m-%dT%H:%M}Z"
        looks.append(Look(origin=origin, action=AuditAction.LOOK_AT_RECORD, subject=subject))
        at += span
    return looks


def look_at_courier(origin: Origin, *, courier_id: CourierId) -> Look:
    """Return the look at where one courier is."""
    subject = f"whereabouts:{courier_id}"
    return Look(origin=origin, action=AuditAction.LOOK_AT_COURIER, subject=subject)


def look_at_proof(origin: Origin, *, proof_id: ProofId, job_id: JobId) -> Look:
    """Return the look at a picture."""
    return Look(
        origin=origin, action=AuditAction.LOOK_AT_PROOF, subject=f"proof:{proof_id}", job_id=job_id
    )


def look_at_contacts(origin: Origin, job: Job) -> Look:
    """Return the look at whom to call about a job, and where they live.

    Raises:
        InvalidStateTransitionError: the job is over, and nobody is to be called.
    """
    if job.has_ended:
        raise InvalidStateTransitionError("job", job.status, "have its contacts shown")
    return Look(
        origin=origin,
        action=AuditAction.LOOK_AT_CONTACTS,
        subject=f"contacts:{job.id}",
        job_id=job.id,
    )


def entry_of(look: Look, *, market_id: MarketId, salt: bytes) -> AuditEntry:
    """Return what the audit log is told of a look.

    `salt` is random, of `SALT_BYTES`: it is hashed and blanked with the rest, so that nobody finds
    by trying what a digest that stays was of, whose request had an id of its own choice.
    """
    job = {} if look.job_id is None else {"job_id": str(look.job_id)}
    return AuditEntry(
        market_id=market_id,
        origin=look.origin,
        action=look.action,
        subject=look.subject,
        after={**job, "salt": salt.hex()},
    )
