"""Which of the jobs that a tick leaves open go on record: those with news, and now and then all."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from service.dispatch.search import is_news
from service.domain.facts import JobLeftOpen
from service.domain.ids import JobId
from service.domain.policy import Policy

STORED_COUNT_MAX = 100  # of one tick; the others come with the next ones
STORED_S_MIN = 10.0  # between two records of a job: filters come and go with every position
STORED_S_MAX = 300.0  # the same thing is put on record again, so that it is seen to have lasted


class Noted(Struct, frozen=True, kw_only=True):
    """What was last put on record of a job, and when (market time)."""

    said: JobLeftOpen
    at: datetime


def due(
    left_open: Sequence[JobLeftOpen],
    noted: Mapping[JobId, Noted],
    *,
    policy: Policy,
    now: datetime,
) -> tuple[JobLeftOpen, ...]:
    """Return the jobs to put on record now, bounded: those never noted, then the oldest notes."""
    new = [job for job in left_open if job.job_id not in noted]
    known = [
        (noted[job.job_id].at, job)
        for job in left_open
        if job.job_id in noted and _is_due(job, noted[job.job_id], policy=policy, now=now)
    ]
    oldest = [job for _, job in sorted(known, key=lambda pair: pair[0])]
    return tuple((new + oldest)[:STORED_COUNT_MAX])


def remembered(
    left_open: Sequence[JobLeftOpen],
    noted: Mapping[JobId, Noted],
    stored: Sequence[JobLeftOpen],
    *,
    now: datetime,
) -> dict[JobId, Noted]:
    """Return what is noted after these were stored; jobs that are no longer open are forgotten."""
    fresh = {job.job_id: Noted(said=job, at=now) for job in stored}
    kept = {job.job_id: noted[job.job_id] for job in left_open if job.job_id in noted}
    return kept | fresh


def _is_due(job: JobLeftOpen, before: Noted, *, policy: Policy, now: datetime) -> bool:
    age = now - before.at
    if age < timedelta(seconds=STORED_S_MIN):
        return False
    return age >= timedelta(seconds=STORED_S_MAX) or _is_changed(job, before.said, policy)


def _is_changed(job: JobLeftOpen, before: JobLeftOpen, policy: Policy) -> bool:
    """Return whether there is news; rounds count as for the merchant, who is told of them too."""
    return (
        job.outcome is not before.outcome
        or job.removed_count_by_filter.keys() != before.removed_count_by_filter.keys()
        or is_news(policy, told_round=before.search_round, search_round=job.search_round)
    )
