"""A deadline that ops move: the matching and the offers go by it, and the promise stays.

What was promised (`due_at`) is what a delivery is measured by; so an extension makes nobody on
time, it only lets the matching go on looking and couriers plan with what is still possible.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from service.domain import job as jobs_domain
from service.domain.errors import InvalidParamsError, InvalidStateTransitionError
from service.domain.facts import Fact, FactType
from service.domain.job import Job
from service.domain.lifecycle import JobStatus
from service.domain.policy import Policy
from service.domain.vocabulary import Actor


def extend(job: Job, *, until: datetime, policy: Policy, now: datetime) -> tuple[Job, Fact]:
    """Return the job with this deadline, and the fact to record; the promise takes it back.

    While nobody has the job, the search for a courier lasts as long as the deadline lets it.

    Raises:
        InvalidStateTransitionError: the job has ended.
        InvalidParamsError: earlier than the promise, or further beyond it than the policy allows.
    """
    if job.has_ended:
        raise InvalidStateTransitionError("job", job.status, "be extended")
    if not job.due_at <= until <= job.due_at + timedelta(seconds=policy.extension_s_max):
        raise InvalidParamsError(
            f"a deadline is at most {policy.extension_s_max:.0f} s later than the promise",
            field="/deadline_at",
        )
    job = replace(job, extended_until=None if until == job.due_at else until)
    if job.status in (JobStatus.SCHEDULED, JobStatus.OPEN):
        is_extended = job.extended_until is not None
        search_until = job.deadline_at if is_extended else min(job.search_until, job.due_at)
        job = replace(job, search_until=search_until)
    return jobs_domain.tell(job, FactType.JOB_UPDATED, actor=Actor.OPS, now=now)
