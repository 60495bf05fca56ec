"""What one courier has in hand: live jobs and the route through their stops.

A `Work` holds the rows that a transaction has locked. Each function returns the work as it is
after the change, together with the facts to record; who calls it writes down the difference.
"""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from service.domain import courier as couriers_domain
from service.domain import job as jobs_domain
from service.domain import proof as proofs_domain
from service.domain import stop as stops_domain
from service.domain.arrival import Seen, check_here, check_there
from service.domain.courier import Courier, Fix
from service.domain.errors import NotFoundError
from service.domain.facts import Fact, FactType
from service.domain.ids import BundleId, JobId, StopId
from service.domain.job import Job
from service.domain.lifecycle import (
    JobStatus,
    JobStep,
    StopKind,
    StopStatus,
    StopStep,
)
from service.domain.load import NOTHING, Load
from service.domain.policy import Policy
from service.domain.proof import NO_EVIDENCE, Evidence
from service.domain.recipient_wish import RecipientWish, wished
from service.domain.stop import Stop
from service.domain.vocabulary import Actor, ProofKind, ReasonCode

PICKUP_ATTEMPTS_COUNT_MAX = 3


class Work(Struct, frozen=True, kw_only=True):
    courier: Courier
    jobs: dict[JobId, Job]  # those in hand when the work was opened, and those taken since
    facts: tuple[Fact, ...] = ()

    @property
    def live_jobs(self) -> list[Job]:
        """The jobs that the courier is answerable for, by id."""
        mine = (job for job in self.jobs.values() if job.courier_id == self.courier.id)
        return sorted((job for job in mine if not job.has_ended), key=lambda job: job.id)

    @property
    def route(self) -> list[Stop]:
        """The unfinished stops, in the order of the route; one that was reached stays first."""
        return stops_domain.in_order(stop for job in self.live_jobs for stop in job.stops)


def take(
    work: Work,
    jobs: Iterable[Job],
    *,
    stop_ids: tuple[StopId, ...],
    bundle_id: BundleId | None,
    now: datetime,
) -> Work:
    """Return the work with these open jobs taken on, the route in the order of `stop_ids`.

    Raises:
        CapacityExceededError: the route would carry more than the declared capacity.
        InvalidStateTransitionError: a job is no longer open, or the courier is off duty.
    """
    position_of = {stop_id: position for position, stop_id in enumerate(stop_ids)}
    courier_id = work.courier.id
    for job in jobs:
        taken = replace(job, courier_id=courier_id, bundle_id=bundle_id, offer_id=None)
        taken = replace(taken, stops=tuple(_carried(stop, work) for stop in taken.stops))
        work = _stepped(work, taken, JobStep.ASSIGN, actor=Actor.COURIER, now=now)
        if bundle_id is not None:
            work = _told(work, job.id, FactType.JOB_BUNDLED, now)
    last = len(position_of)
    for job in work.live_jobs:
        ordered = tuple(
            replace(stop, route_position=position_of.get(stop.id, last))
            if stop.is_unfinished
            else stop
            for stop in job.stops
        )
        work = _with_job(work, replace(job, stops=ordered))
    return settle(work, Actor.COURIER, now)


def arrive(work: Work, stop_id: StopId, *, fix: Fix | None, policy: Policy, now: datetime) -> Work:
    """Return the work with the courier at the stop.

    Raises:
        NotFoundError: the stop is not on the courier's route.
        InvalidStateTransitionError: it is not the next stop.
        StalePositionError, TooFarFromStopError: the courier's position does not show it.
    """
    job, stop = _find(work, stop_id)
    if stop.status is StopStatus.ARRIVED:
        return work  # said twice
    check_here(stop, fix, policy, now)
    return _arrived(work, job, stops_domain.step(stop, StopStep.ARRIVE, now=now), now)


def arrive_late(
    work: Work, stop_id: StopId, *, past: Fix, seen: Seen, policy: Policy, now: datetime
) -> Work:
    """Return the work with the courier at the stop, as a place shows that was told late.

    Raises:
        NotFoundError, InvalidStateTransitionError: as `arrive` says.
        StalePositionError, TooFarFromStopError: as `arrival.check_there` says.
    """
    job, stop = _find(work, stop_id)
    check_there(stop, work.live_jobs, past, seen=seen, policy=policy, now=now)
    stepped = stops_domain.step(stop, StopStep.ARRIVE, now=now)
    return _arrived(work, job, replace(stepped, reached_at=past.received_at), now)


def arrive_by_word(work: Work, stop_id: StopId, *, now: datetime) -> Work:
    """Return the work with the courier at the stop, as ops say: no position shows it.

    Raises:
        NotFoundError, InvalidStateTransitionError: as `arrive` says.
    """
    job, stop = _find(work, stop_id)
    stepped = stops_domain.step(stop, StopStep.ARRIVE, now=now)
    return _arrived(work, job, stepped, now, actor=Actor.OPS)


def _arrived(
    work: Work, job: Job, stop: Stop, now: datetime, *, actor: Actor = Actor.COURIER
) -> Work:
    step = _ARRIVALS[stop.kind]
    return settle(_stepped(work, _with_stop(job, stop), step, actor=actor, now=now), actor, now)


_ARRIVALS = {
    StopKind.PICKUP: JobStep.ARRIVE_AT_PICKUP,
    StopKind.DROPOFF: JobStep.ARRIVE_AT_DROPOFF,
    StopKind.RETURN: JobStep.ARRIVE_AT_RETURN,
}
_COMPLETIONS = {
    StopKind.PICKUP: JobStep.PICK_UP,
    StopKind.DROPOFF: JobStep.DELIVER,
    StopKind.RETURN: JobStep.RETURN,
}


def complete(
    work: Work,
    stop_id: StopId,
    *,
    now: datetime,
    evidence: Evidence = NO_EVIDENCE,
    actor: Actor = Actor.COURIER,
) -> Work:
    """Return the work with the stop done and proven: the parcel picked up, or delivered.

    Raises:
        NotFoundError: the stop is not on the courier's route.
        InvalidStateTransitionError: the courier has not arrived.
        ProofRequiredError, ProofMismatchError, ProofAttemptsExhaustedError: as `proof.check` says.
    """
    job, stop = _find(work, stop_id)
    completed = stops_domain.step(stop, StopStep.COMPLETE, now=now)
    given = proofs_domain.check(stop.asked_proofs, evidence)
    job = _with_stop(job, replace(completed, given_proofs=given, accepted_proofs=evidence.pictures))
    work = _stepped(work, job, _COMPLETIONS[stop.kind], actor=actor, now=now)
    return settle(work, actor, now)


def fail(work: Work, stop_id: StopId, *, reason: ReasonCode, now: datetime) -> Work:
    """Return the work after a stop that could not be done.

    A failed pickup frees the job for another courier, or cancels it after too many attempts.
    A failed drop-off makes it `undeliverable`: the courier keeps the parcel until ops decide, and
    jobs for which that leaves no room go to others.

    Raises:
        NotFoundError: the stop is not on the courier's route.
        InvalidStateTransitionError: it is not the stop that the courier is at or going to.
    """
    job, stop = _find(work, stop_id)
    failed = stops_domain.step(stop, StopStep.FAIL, now=now, reason=reason)
    if stop.kind is StopKind.PICKUP:
        is_last = job.attempt >= PICKUP_ATTEMPTS_COUNT_MAX
        step = JobStep.CANCEL if is_last else JobStep.REASSIGN
        return drop(work, job.id, step, actor=Actor.COURIER, now=now, reason=reason)
    job = _with_stop(job, failed)
    work = _stepped(work, job, JobStep.FAIL_ATTEMPT, actor=Actor.COURIER, now=now, reason=reason)
    return settle(_relieved(work, now), Actor.COURIER, now)


def _relieved(work: Work, now: datetime) -> Work:
    """Return the work without what the courier has no room for any more, last pickups first.

    What is on board has fitted until now, so there is room when no pickup is left.
    """
    while not peak_load(work).fits(work.courier.capacity):
        last = next(stop for stop in reversed(work.route) if stop.kind is StopKind.PICKUP)
        work = without(
            work,
            work.jobs[last.job_id],
            JobStep.REASSIGN,
            actor=Actor.SYSTEM,
            now=now,
            reason=ReasonCode.COURIER_ISSUE,
        )
    return work


def retry(work: Work, job_id: JobId, *, stop_id: StopId, actor: Actor, now: datetime) -> Work:
    """Return the work with a new drop-off attempt, last on the route.

    Raises:
        NotFoundError: the job is not in hand.
        InvalidStateTransitionError: it is not undeliverable.
    """
    job = _job(work, job_id)
    last = job.latest(StopKind.DROPOFF)
    again = replace(
        last,
        id=stop_id,
        attempt=last.attempt + 1,
        status=StopStatus.PENDING,
        route_position=1 + max((stop.route_position or 0 for stop in work.route), default=0),
        arrived_at=None,
        reached_at=None,
        failed_at=None,
        failure_reason=None,
        waived_proofs=(),
        waiver_reason=None,
    )
    job = replace(job, stops=(*job.stops, again))
    return settle(_stepped(work, job, JobStep.RETRY, actor=actor, now=now), actor, now)


def wish(work: Work, job_id: JobId, said: RecipientWish, *, now: datetime) -> Work:
    """Return the work with what the recipient says at the job's drop-off.

    Raises:
        NotFoundError: the job is not in hand.
        InvalidStateTransitionError: the leg to the drop-off has begun.
    """
    job = _job(work, job_id)
    after = wished(job, said)
    if after is job:
        return work  # said twice
    return settle(_with_job(work, after), Actor.SYSTEM, now)  # recipients are no actors


def drop(
    work: Work,
    job_id: JobId,
    step: JobStep,
    *,
    actor: Actor,
    now: datetime,
    reason: ReasonCode | None = None,
) -> Work:
    """Return the work without the job: canceled, failed, or open again for others.

    Raises:
        NotFoundError: the job is not in hand.
        InvalidStateTransitionError: the job cannot take this step now.
    """
    dropped = without(work, _job(work, job_id), step, actor=actor, now=now, reason=reason)
    return settle(dropped, actor, now)


def without(
    work: Work,
    job: Job,
    step: JobStep,
    *,
    actor: Actor,
    now: datetime,
    reason: ReasonCode | None,
) -> Work:
    """Return the work after this step of a job that leaves the courier's hands, not settled yet."""
    stop_step = StopStep.RELEASE if step is JobStep.REASSIGN else StopStep.SKIP
    stops = tuple(
        stops_domain.step(stop, stop_step, now=now) if stop.is_unfinished else stop
        for stop in job.stops
    )
    job = replace(job, stops=stops)
    return _stepped(work, job, step, actor=actor, now=now, reason=reason)


def settle(work: Work, actor: Actor, now: datetime) -> Work:
    """Return the work with its first stop under way, and the courier's load and status to match."""
    route = work.route
    for stop in route[1:]:
        if stop.status is StopStatus.ENROUTE:
            postponed = stops_domain.step(stop, StopStep.POSTPONE, now=now)
            work = _with_job(work, _with_stop(work.jobs[stop.job_id], postponed))
    if route and route[0].status is StopStatus.PENDING:
        work = _departed(work, route[0], actor, now)
    courier = couriers_domain.carry(
        work.courier,
        live_jobs_count=len(work.live_jobs),
        load=peak_load(work),
        now=now,
    )
    facts = [couriers_domain.tell(courier, FactType.COURIER_ROUTE_CHANGED, actor=actor, now=now)]
    if courier.status is not work.courier.status:
        facts.append(
            couriers_domain.tell(courier, FactType.COURIER_STATUS_CHANGED, actor=actor, now=now)
        )
    return replace(work, courier=courier, facts=(*work.facts, *facts))


def _departed(work: Work, stop: Stop, actor: Actor, now: datetime) -> Work:
    job = _with_stop(work.jobs[stop.job_id], stops_domain.step(stop, StopStep.DEPART, now=now))
    if job.status is JobStatus.ASSIGNED:
        return _stepped(work, job, JobStep.DEPART_TO_PICKUP, actor=actor, now=now)
    if job.status is JobStatus.PICKED_UP:
        return _stepped(work, job, JobStep.DEPART_TO_DROPOFF, actor=actor, now=now)
    return _with_job(work, job)


def ends_tries(before: Job, after: Job) -> bool:
    """Return whether nobody is any more at a stop of the job where a code is asked for."""
    doors = {
        stop.id
        for stop in before.stops
        if stop.status is StopStatus.ARRIVED and ProofKind.CODE in stop.required_proofs
    }
    return any(stop.id in doors and stop.status is not StopStatus.ARRIVED for stop in after.stops)


def peak_load(work: Work) -> Load:
    """Return the most that the route will have on board at once, from now to its end."""
    aboard = sum((job.load for job in work.live_jobs if job.is_aboard), NOTHING)
    peak = aboard
    for stop in work.route:
        load = work.jobs[stop.job_id].load
        aboard = aboard + load if stop.kind is StopKind.PICKUP else aboard - load
        peak = peak.peak(aboard)
    return peak


def _job(work: Work, job_id: JobId) -> Job:
    job = work.jobs.get(job_id)
    if job is None or job.courier_id != work.courier.id:
        raise NotFoundError("this courier has no such job")
    return job


def find_stop(work: Work, stop_id: StopId) -> Stop:
    """Return a stop of the jobs in hand.

    Raises:
        NotFoundError: the courier has no such stop.
    """
    return _find(work, stop_id)[1]


def _find(work: Work, stop_id: StopId) -> tuple[Job, Stop]:
    for job in work.live_jobs:
        for stop in job.stops:
            if stop.id == stop_id:
                return job, stop
    raise NotFoundError("this courier has no such stop")


def _carried(stop: Stop, work: Work) -> Stop:
    return replace(stop, courier_id=work.courier.id) if stop.is_unfinished else stop


def _with_stop(job: Job, stop: Stop) -> Job:
    return replace(job, stops=tuple(stop if s.id == stop.id else s for s in job.stops))


def _with_job(work: Work, job: Job) -> Work:
    return replace(work, jobs={**work.jobs, job.id: job})


def _told(work: Work, job_id: JobId, type: FactType, now: datetime) -> Work:
    job, fact = jobs_domain.tell(work.jobs[job_id], type, actor=Actor.SYSTEM, now=now)
    return replace(_with_job(work, job), facts=(*work.facts, fact))


def _stepped(
    work: Work,
    job: Job,
    step: JobStep,
    *,
    actor: Actor,
    now: datetime,
    reason: ReasonCode | None = None,
) -> Work:
    job, fact = jobs_domain.step(job, step, actor=actor, now=now, reason=reason)
    told = replace(fact, courier_id=work.courier.id)  # also who has just lost it
    return replace(_with_job(work, job), facts=(*work.facts, told))
