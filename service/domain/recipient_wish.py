"""What a recipient asks of the courier while there is time: how to deliver, where to leave it."""

from msgspec import Struct
from msgspec.structs import replace

from service.domain.errors import InvalidStateTransitionError
from service.domain.job import Job
from service.domain.lifecycle import JOB_BEFORE_CUSTODY, JobStatus, StopKind


class RecipientWish(Struct, frozen=True, kw_only=True):
    """Both are for the courier's eyes, beside what the merchant says of the place."""

    instructions: str | None
    safe_place: str | None


# Once the courier is on the way to the door nobody reads anything any more.
_IN_TIME = JOB_BEFORE_CUSTODY | {JobStatus.PICKED_UP}


def can_be_wished(job: Job) -> bool:
    """Return whether there is time: the leg to the drop-off has not begun."""
    return job.status in _IN_TIME


def check_in_time(job: Job) -> None:
    """Check that there is time.

    Raises:
        InvalidStateTransitionError: the leg to the drop-off has begun.
    """
    if not can_be_wished(job):
        raise InvalidStateTransitionError("job", job.status, "be given instructions")


def wished(job: Job, wish: RecipientWish) -> Job:
    """Return the job with the wish at its drop-off; the same object if nothing is new.

    Raises:
        InvalidStateTransitionError: the leg to the drop-off has begun.
    """
    check_in_time(job)
    was = job.latest(StopKind.DROPOFF)
    stop = replace(was, recipient_instructions=wish.instructions, safe_place=wish.safe_place)
    if stop == was:
        return job
    return replace(job, stops=tuple(stop if one is was else one for one in job.stops))
