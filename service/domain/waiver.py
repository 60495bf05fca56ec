"""Proofs that ops waive: nobody is stuck at a door without the code, or with a broken camera.

A waiver is of one stop. It stays when the job goes to another courier, and ends with the attempt.
"""

from collections.abc import Collection
from datetime import datetime

from msgspec.structs import replace

from service.domain import job as jobs_domain
from service.domain.errors import (
    InvalidParamsError,
    InvalidStateTransitionError,
    NotFoundError,
)
from service.domain.facts import Fact, FactType
from service.domain.ids import StopId
from service.domain.job import Job
from service.domain.stop import Stop
from service.domain.vocabulary import Actor, ProofKind, WaiverReason


def find_stop(job: Job, stop_id: StopId) -> Stop:
    """Return the stop of the job.

    Raises:
        NotFoundError: it has no such stop.
    """
    for stop in job.stops:
        if stop.id == stop_id:
            return stop
    raise NotFoundError("the job has no such stop")


def waive(
    job: Job,
    stop_id: StopId,
    *,
    kinds: Collection[ProofKind],
    reason: WaiverReason,
    now: datetime,
) -> tuple[Job, Fact] | None:
    """Return the job whose stop is done without these proofs, and the fact; None: it was so before.

    Args:
        job: of the stop.
        stop_id: of a stop that is not over.
        kinds: all that are waived; none to ask for everything again.
        reason: told to the merchant.
        now: when.

    Raises:
        NotFoundError: the job has no such stop.
        InvalidStateTransitionError: the stop is over, or the job has ended.
        InvalidParamsError: the stop does not ask for such a proof.
    """
    stop = find_stop(job, stop_id)
    if job.has_ended:
        raise InvalidStateTransitionError("job", job.status, "be delivered without a proof")
    if not stop.is_unfinished:
        raise InvalidStateTransitionError("stop", stop.status, "be done without a proof")
    if not set(kinds) <= set(stop.required_proofs):
        raise InvalidParamsError("the stop asks for no such proof", field="/waived_proofs")
    waived = tuple(sorted(set(kinds)))
    changed = replace(stop, waived_proofs=waived, waiver_reason=reason if waived else None)
    if changed == stop:
        return None
    stops = tuple(changed if one is stop else one for one in job.stops)
    return jobs_domain.tell(
        replace(job, stops=stops), FactType.JOB_UPDATED, actor=Actor.OPS, now=now
    )
