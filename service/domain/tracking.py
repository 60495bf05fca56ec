"""What a recipient is told of a job: how far it is in plain words, and when it comes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from service.domain.forecast import StopAhead, arrivals
from service.domain.geo import Point
from service.domain.job import Job
from service.domain.lifecycle import JobStatus, StopKind
from service.domain.vocabulary import Vehicle

LASTS_S = 7_200.0  # a link, after the end of its job (market time)
SEEN_WITHIN_M = 50.0  # no better do recipients see where a courier is

POLL_LIVE_S = 5  # while there is something to see
POLL_QUIET_S = 30
POLL_ENDED_S = 300

BAND_SHARE = 0.25  # of what is left, to both sides: a rule of thumb, and not measured
BAND_S_MIN = 120.0
_MINUTE_S = 60


class Stage(StrEnum):
    BOOKED = "booked"
    COLLECTING = "collecting"
    ON_BOARD = "on_board"
    ON_THE_WAY = "on_the_way"
    HERE = "here"
    DELIVERED = "delivered"
    ATTEMPTED = "attempted"
    RETURNING = "returning"
    RETURNED = "returned"
    CANCELED = "canceled"
    FAILED = "failed"


STAGE_OF: Mapping[JobStatus, Stage] = {
    JobStatus.SCHEDULED: Stage.BOOKED,
    JobStatus.OPEN: Stage.BOOKED,
    JobStatus.ASSIGNED: Stage.COLLECTING,
    JobStatus.ENROUTE_TO_PICKUP: Stage.COLLECTING,
    JobStatus.ARRIVED_AT_PICKUP: Stage.COLLECTING,
    JobStatus.PICKED_UP: Stage.ON_BOARD,
    JobStatus.ENROUTE_TO_DROPOFF: Stage.ON_THE_WAY,
    JobStatus.ARRIVED_AT_DROPOFF: Stage.HERE,
    JobStatus.DELIVERED: Stage.DELIVERED,
    JobStatus.UNDELIVERABLE: Stage.ATTEMPTED,
    JobStatus.ENROUTE_TO_RETURN: Stage.RETURNING,
    JobStatus.ARRIVED_AT_RETURN: Stage.RETURNING,
    JobStatus.RETURNED: Stage.RETURNED,
    JobStatus.CANCELED: Stage.CANCELED,
    JobStatus.EXPIRED: Stage.FAILED,
    JobStatus.FAILED: Stage.FAILED,
}

WORDS: Mapping[Stage, str] = {
    Stage.BOOKED: "Your delivery is booked. A courier is being found for it.",
    Stage.COLLECTING: "A courier is collecting your delivery.",
    Stage.ON_BOARD: "Your courier has your delivery, and another stop to make first.",
    Stage.ON_THE_WAY: "Your courier is on the way to you.",
    Stage.HERE: "Your courier is at the door.",
    Stage.DELIVERED: "Delivered.",
    Stage.ATTEMPTED: "The delivery did not work out. What happens next is being decided.",
    Stage.RETURNING: "Your delivery is on its way back to the sender.",
    Stage.RETURNED: "Your delivery is back at the sender.",
    Stage.CANCELED: "This delivery was canceled.",
    Stage.FAILED: "This delivery could not be made. Please ask the sender.",
}

LATER = "Your delivery is booked for later. A courier will be found in time."

_COMING = frozenset({Stage.COLLECTING, Stage.ON_BOARD, Stage.ON_THE_WAY})


class Eta(Struct, frozen=True, kw_only=True):
    """When the courier is expected, and the band around it, all on the minute."""

    at: datetime
    from_at: datetime
    to_at: datetime


def is_coming(job: Job) -> bool:
    """Return whether a courier has it and it has not been at the door."""
    return STAGE_OF[job.status] in _COMING


def eta(
    job: Job,
    *,
    route: Sequence[StopAhead],
    planned_at: datetime | None,
    here: Point | None,
    vehicle: Vehicle,
    detour_factor: float,
    now: datetime,
) -> Eta | None:
    """Return when the job's courier is at the door; None when nobody can say.

    It follows from where the courier is and all that comes before on the route, so it is never
    earlier than what is left to do. While nobody sees the courier it is what the accepted offer
    planned, until that is over.

    Args:
        job: whose courier it is.
        route: the courier's stops ahead, in order.
        planned_at: by the accepted offer.
        here: where the courier is; None: not known.
        vehicle: the courier's.
        detour_factor: of the market's streets.
        now: market time.
    """
    if not is_coming(job):
        return None
    door_id = job.latest(StopKind.DROPOFF).id
    found = arrivals(route, here=here, vehicle=vehicle, detour_factor=detour_factor, now=now)
    expected_at = found.get(door_id, planned_at)
    if expected_at is None or (door_id not in found and expected_at <= now):
        return None
    left_s = (expected_at - now).total_seconds()
    margin_s = max(BAND_S_MIN, BAND_SHARE * left_s)
    return Eta(
        at=_on_the_minute(now, left_s),
        from_at=_on_the_minute(now, max(0.0, left_s - margin_s)),
        to_at=_on_the_minute(now, left_s + margin_s),
    )


def promised_at(job: Job) -> datetime | None:
    """Return by when it is to be at the door, while it may still come there."""
    is_awaited = STAGE_OF[job.status] is Stage.BOOKED or is_coming(job)
    return job.deadline_at if is_awaited else None


def is_late(job: Job, expected: Eta | None, now: datetime) -> bool:
    """Return whether it comes later than was promised, as far as anybody can say."""
    promised = promised_at(job)
    return promised is not None and max(now, expected.at if expected else now) > promised


def words_of(job: Job) -> str:
    """Return how far it is."""
    return LATER if job.status is JobStatus.SCHEDULED else WORDS[STAGE_OF[job.status]]


def _on_the_minute(now: datetime, after_s: float) -> datetime:
    """Return the nearest whole minute, so that it does not jitter on the page."""
    at = now + timedelta(seconds=after_s + _MINUTE_S / 2)
    return at.replace(second=0, microsecond=0)


def poll_after_s(job: Job) -> int:
    """Return in how many seconds it is worth while to ask again."""
    if job.has_ended:
        return POLL_ENDED_S
    return POLL_LIVE_S if STAGE_OF[job.status] in _COMING | {Stage.HERE} else POLL_QUIET_S


def first_name(name: str) -> str:
    """Return the first word of a name: as much as strangers are told."""
    return next(iter(name.split()), "")
