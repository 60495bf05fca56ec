"""What one merchant knows of its jobs, from the answers to its requests and from its stream."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from service.domain.ids import CourierId, JobId
from service.domain.lifecycle import JOB_ENDS, JobStatus
from service.wire.rest import JobBody, JobView
from service.wire.watcher_stream import MerchantEvent, MerchantSnapshot

VIOLATIONS_COUNT_MAX = 20  # kept as text; more say nothing new


class PostedJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job that was answered with 201."""

    job_id: JobId
    reference: str | None
    answered_at: datetime  # real time
    created_at: datetime  # market time
    ready_at: datetime  # market time
    idle_courier_ids: frozenset[CourierId]  # who could have been sent when the answer came


class JobBoard:
    """The jobs of one merchant: those posted, and the status of each as last told."""

    def __init__(self) -> None:
        self.posted: list[PostedJob] = []
        self.refused_codes: list[str] = []  # of jobs that were not taken
        self.unanswered_references: list[str] = []  # whether there is such a job is not known
        self.status_of: dict[JobId, JobStatus] = {}
        self.violations: list[str] = []
        self._sequence_of: dict[JobId, int] = {}

    @property
    def live_count(self) -> int:
        return sum(status not in JOB_ENDS for status in self.status_of.values())

    def post(
        self, job: JobBody, *, answered_at: datetime, idle_courier_ids: frozenset[CourierId]
    ) -> None:
        """Note a job that the service took."""
        self.posted.append(
            PostedJob(
                job_id=job.id,
                reference=job.reference,
                answered_at=answered_at,
                created_at=job.created_at,
                ready_at=job.ready_at,
                idle_courier_ids=idle_courier_ids,
            )
        )
        self.status_of.setdefault(job.id, job.status)  # the stream may have been faster

    def hear_event(self, message: MerchantEvent) -> None:
        """Note an event; those of a job must be numbered without gap."""
        job, sequence = message.event.data, message.event.sequence
        before = self._sequence_of.get(job.id)
        if before is not None and sequence != before + 1:
            self._violated(f"event {sequence} of job {job.id} came after {before}")
        self._sequence_of[job.id] = sequence
        self.status_of[job.id] = job.status

    def hear_snapshot(self, message: MerchantSnapshot) -> None:
        """Note the live jobs, when the stream begins anew."""
        if message.jobs is None:
            return
        self._sequence_of.clear()
        self.hear_more(message.jobs)

    def hear_more(self, jobs: Iterable[JobView]) -> None:
        """Note live jobs of a snapshot."""
        for job in jobs:
            self.status_of[job.id] = job.status

    def _violated(self, text: str) -> None:
        if len(self.violations) < VIOLATIONS_COUNT_MAX:
            self.violations.append(text)


def is_cancelable(status: JobStatus | None) -> bool:
    """Return whether a merchant's app would show the button to cancel."""
    return status in (JobStatus.SCHEDULED, JobStatus.OPEN, JobStatus.ASSIGNED)
