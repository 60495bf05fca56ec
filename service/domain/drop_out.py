"""A courier who drops out: what others can still fetch is freed, of the rest ops decide.

Parcels do not change hands by themselves, so one that was picked up stays with its courier, and its
job is `undeliverable` until somebody has decided: another attempt, or given up.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec.structs import replace

from service.domain import courier as couriers_domain
from service.domain import job as jobs_domain
from service.domain import stop as stops_domain
from service.domain.errors import ParcelsAboardError
from service.domain.facts import FactType
from service.domain.ids import JobId
from service.domain.job import Job
from service.domain.lifecycle import (
    JOB_BEFORE_CUSTODY,
    JOB_LIFECYCLE,
    CourierStatus,
    JobStep,
    StopStatus,
    StopStep,
)
from service.domain.stop import Stop
from service.domain.vocabulary import Actor, ReasonCode
from service.domain.work import Work, settle, without


class Fate(StrEnum):
    """What becomes of a job in the hands of a courier who drops out."""

    REOPENED = "reopened"  # others can have it, at the age that it had
    UNDELIVERABLE = "undeliverable"  # on board: an exception waits for ops
    KEPT = "kept"  # on board: to be brought, waiting for ops, or on its way back already


class JobsInHand(StrEnum):
    """What is to become of the jobs in hand of a courier who is suspended."""

    FINISH = "finish"
    REASSIGN = "reassign"


def check_nothing_aboard(work: Work) -> None:
    """Check that nobody waits for a parcel that the courier has.

    Raises:
        ParcelsAboardError: one has been picked up.
    """
    aboard_count = sum(job.is_aboard for job in work.live_jobs)
    if aboard_count > 0:
        raise ParcelsAboardError(f"the courier has {aboard_count} parcels: finish, or reassign")


def _end_shift(work: Work, *, now: datetime) -> Work:
    """Return the work of a courier who takes no more of it: off duty, or `ending` with jobs."""
    if work.courier.status in (CourierStatus.OFFLINE, CourierStatus.ENDING):
        return work
    courier = couriers_domain.go_offline(work.courier, now=now)
    told = couriers_domain.tell(courier, FactType.COURIER_STATUS_CHANGED, actor=Actor.OPS, now=now)
    return replace(work, courier=courier, facts=(*work.facts, told))


def drop_out(
    work: Work,
    *,
    reason: ReasonCode,
    now: datetime,
    decided: Mapping[JobId, Fate] | None = None,
) -> Work:
    """Return the work with its shift ended and its jobs decided, those of the route in its order.

    What becomes of them is as `fates` says, unless it was decided otherwise.
    """
    work = _end_shift(work, now=now)
    return decide(work, fates(work) if decided is None else decided, reason=reason, now=now)


def decide(work: Work, decided: Mapping[JobId, Fate], *, reason: ReasonCode, now: datetime) -> Work:
    """Return the work with its jobs decided; the shift goes on, if there is one.

    A job that is freed keeps its age, so that it stands where it stood among those that wait.
    """
    before = work
    for job_id, fate in decided.items():
        if fate is Fate.REOPENED:
            work = _reopened(work, work.jobs[job_id], reason, now)
        elif fate is Fate.UNDELIVERABLE:
            work = _undeliverable(work, work.jobs[job_id], reason, now)
    return work if work is before else settle(work, Actor.OPS, now)


def fates(work: Work) -> Mapping[JobId, Fate]:
    """Return what becomes of each job in hand if the courier drops out, in the order of the route.

    Jobs without a stop to go to come last.
    """
    in_order = dict.fromkeys(stop.job_id for stop in work.route)
    in_order |= dict.fromkeys(job.id for job in work.live_jobs)
    return {job_id: _fate(work.jobs[job_id]) for job_id in in_order}


def fates_if_finished(work: Work) -> Mapping[JobId, Fate]:
    """Return the same for a courier who still brings what has been picked up."""
    return {
        job_id: fate if fate is Fate.REOPENED else Fate.KEPT for job_id, fate in fates(work).items()
    }


def _fate(job: Job) -> Fate:
    if job.status in JOB_BEFORE_CUSTODY:
        return Fate.REOPENED
    can_fail = (job.status, JobStep.FAIL_ATTEMPT) in JOB_LIFECYCLE
    return Fate.UNDELIVERABLE if can_fail else Fate.KEPT


def _reopened(work: Work, job: Job, reason: ReasonCode, now: datetime) -> Work:
    work = without(work, job, JobStep.REASSIGN, actor=Actor.OPS, now=now, reason=reason)
    freed = replace(work.jobs[job.id], opened_at=job.opened_at)
    return replace(work, jobs={**work.jobs, job.id: freed})


def _undeliverable(work: Work, job: Job, reason: ReasonCode, now: datetime) -> Work:
    stops = tuple(_left(stop, reason, now) if stop.is_unfinished else stop for stop in job.stops)
    failed, fact = jobs_domain.step(
        replace(job, stops=stops), JobStep.FAIL_ATTEMPT, actor=Actor.OPS, now=now, reason=reason
    )
    return replace(work, jobs={**work.jobs, job.id: failed}, facts=(*work.facts, fact))


def _left(stop: Stop, reason: ReasonCode, now: datetime) -> Stop:
    """Return the stop that is not done: failed, or skipped if nobody was on the way to it."""
    if stop.status is StopStatus.PENDING:
        return stops_domain.step(stop, StopStep.SKIP, now=now)
    return stops_domain.step(stop, StopStep.FAIL, now=now, reason=reason)
