"""Whether a courier is at a stop, or was: by where the phone is, or was without a network.

Who rides through a dead zone says "I am here" there and is elsewhere when that is heard. Then the
place counts at which it was said, if it fits all else that is known of where the courier was.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec import Struct

from service.domain.courier import Fix, accept_fix
from service.domain.errors import StalePositionError, TooFarFromStopError
from service.domain.geo import distance_m
from service.domain.job import Job
from service.domain.policy import Policy
from service.domain.stop import Stop

NOW_S_MAX = 15.0  # younger than this, where the phone is counts as where it was
TOLD_LATE_S_MAX = 3 * 3_600.0  # of market time; whoever is away for longer asks ops


class Seen(Struct, frozen=True, kw_only=True):
    """What is known of a courier about an instant that is over."""

    since: datetime  # the job is theirs
    fixes: tuple[Fix, ...]  # before and after it, in any order


def check_here(stop: Stop, fix: Fix | None, policy: Policy, now: datetime) -> None:
    """Check that the courier's last position is at the stop.

    Raises:
        StalePositionError, TooFarFromStopError: it does not show that.
    """
    if fix is None:
        raise StalePositionError("report a position first")
    if (now - fix.received_at).total_seconds() > policy.arrival_position_age_s_max:
        raise StalePositionError("the last position is too old")
    _check_near(stop, fix, policy)


def check_there(
    stop: Stop, jobs: Iterable[Job], past: Fix, *, seen: Seen, policy: Policy, now: datetime
) -> None:
    """Check that the courier was at the stop when saying so.

    Args:
        stop: the next one.
        jobs: all that the courier has in hand: stops are reached one after the other.
        past: the phone's own reading, `received_at` when it was taken, in market time.
        seen: what is known of the courier about that time.
        policy: how near is there.
        now: in market time.

    Raises:
        StalePositionError: too long ago, before the job was the courier's or the last stop was
            reached, or nobody rides so fast from or to where the courier was seen.
        TooFarFromStopError: it was elsewhere.
    """
    at = accept_fix(None, past).received_at
    if not max(seen.since, now - timedelta(seconds=TOLD_LATE_S_MAX)) <= at <= now:
        raise StalePositionError("the position is too old")
    reached = (one.reached_at or one.arrived_at for job in jobs for one in job.stops)
    if any(at < earlier for earlier in reached if earlier is not None):
        raise StalePositionError("the position is older than the stop before")
    _check_near(stop, past, policy)
    for fix in seen.fixes:
        earlier, later = (past, fix) if at <= fix.received_at else (fix, past)
        accept_fix(earlier, later)


def _check_near(stop: Stop, fix: Fix, policy: Policy) -> None:
    away_m = distance_m(fix.point, stop.point)
    if away_m > policy.arrival_radius_m + fix.accuracy_m:
        raise TooFarFromStopError(f"{away_m:.0f} m away from the stop")
