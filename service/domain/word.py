"""What ops do at a stop for a courier who can only phone: it is reached, or done, at their word.

A word proves nothing, so what the stop asks for is waived with it, or the stop is not done.
"""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from service.domain import work as works_domain
from service.domain.audit_log import Value, traits_of
from service.domain.errors import AlreadyAssignedError, ProofRequiredError
from service.domain.ids import JobId, StopId
from service.domain.job import Job
from service.domain.lifecycle import StopStatus
from service.domain.proof import AcceptedProof, Evidence
from service.domain.stop import Stop
from service.domain.vocabulary import Actor, ProofKind, WaiverReason
from service.domain.waiver import find_stop
from service.domain.work import Work


def check_attempt(job: Job, attempt: int | None) -> None:
    """Check that the job is with whom one speaks of, if that was said.

    Raises:
        AlreadyAssignedError: it is at another attempt.
    """
    if attempt is not None and job.attempt != attempt:
        raise AlreadyAssignedError("the job has changed hands since")


def traits_of_stop(job: Job, stop_id: StopId) -> Mapping[str, Value]:
    """Return what the audit log tells of the job and its stop."""
    stop = find_stop(job, stop_id)
    return {
        **traits_of(job),
        "stop_id": str(stop_id),
        "stop_status": stop.status,
        "waived_proofs": " ".join(stop.waived_proofs),
    }


def missing_proofs(stop: Stop, pictures: tuple[AcceptedProof, ...]) -> tuple[ProofKind, ...]:
    """Return what the stop asks for beyond these pictures; nobody says a code here."""
    shown = {picture.kind for picture in pictures}
    return tuple(kind for kind in stop.asked_proofs if kind not in shown)


def complete(
    work: Work,
    job_id: JobId,
    stop_id: StopId,
    *,
    pictures: tuple[AcceptedProof, ...],
    waives: bool,
    reason: WaiverReason,
    now: datetime,
) -> Work:
    """Return the work with the stop done, and reached if it was not yet.

    Args:
        work: of the courier who has the job.
        job_id: of the stop.
        stop_id: the next stop.
        pictures: all that the courier has uploaded for it.
        waives: whether what is missing is waived.
        reason: of the waiver, told to the merchant.
        now: when.

    Raises:
        NotFoundError: the stop is not on the courier's route.
        InvalidStateTransitionError: it is not the next stop.
        ProofRequiredError: something is missing, and not waived.
    """
    stop = works_domain.find_stop(work, stop_id)
    if stop.status is not StopStatus.ARRIVED:
        work = works_domain.arrive_by_word(work, stop_id, now=now)
    missing = missing_proofs(stop, pictures)
    if missing and not waives:
        raise ProofRequiredError(f"this stop asks for a {missing[0]}")
    if missing:
        work = _waived(work, job_id, stop_id, missing, reason)
    evidence = Evidence(pictures=pictures)
    return works_domain.complete(work, stop_id, now=now, evidence=evidence, actor=Actor.OPS)


def _waived(
    work: Work,
    job_id: JobId,
    stop_id: StopId,
    kinds: tuple[ProofKind, ...],
    reason: WaiverReason,
) -> Work:
    job = work.jobs[job_id]
    stops = tuple(
        replace(
            one, waived_proofs=tuple(sorted({*one.waived_proofs, *kinds})), waiver_reason=reason
        )
        if one.id == stop_id
        else one
        for one in job.stops
    )
    return replace(work, jobs={**work.jobs, job_id: replace(job, stops=stops)})
