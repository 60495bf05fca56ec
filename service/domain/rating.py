"""What a recipient thinks of a delivery: said once, when there is something to think of."""

from collections.abc import Iterable

from msgspec import Struct

from service.domain.errors import InvalidStateTransitionError
from service.domain.ids import CourierId
from service.domain.job import Job
from service.domain.lifecycle import JobStatus
from service.domain.vocabulary import RatingTag

SCORE_MAX = 5
TAGS_COUNT_MAX = len(RatingTag)


class Rating(Struct, frozen=True, kw_only=True):
    score: int  # 1 to 5
    tags: tuple[RatingTag, ...]
    comment: str | None


def rate(*, score: int, tags: Iterable[RatingTag], comment: str | None) -> Rating:
    """Return the rating: each tag once, in one order, so that the same is equal."""
    return Rating(score=score, tags=tuple(sorted(set(tags))), comment=comment)


def can_be_rated(job: Job) -> bool:
    """Return whether the parcel has been handed over."""
    return job.status is JobStatus.DELIVERED


def courier_to_rate(job: Job) -> CourierId:
    """Return whose delivery it was.

    Raises:
        InvalidStateTransitionError: nothing was delivered.
    """
    if not can_be_rated(job):
        raise InvalidStateTransitionError("job", job.status, "be rated")
    assert job.courier_id is not None  # Postgres checks it: who delivers has it
    return job.courier_id
