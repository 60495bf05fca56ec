"""Whether a courier is at a stop, or was: by where the phone is, or was without a network.

Who rides through a dead zone says "I am here" there and is elsewhere when that is heard. Then the
place counts at which it was said, if it fits all else that is known of where the courier was.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from service.domain.courier import Fix, accept_fix
from service.domain.errors import StalePositionError, TooFarFromStopError
from service.domain.geo import distance_m
from service.domain.job import Job
from service.domain.policy import Policy
from service.domain.stop import Stop

TOLD_LATE_S_MAX = 3 * 3_600.0  # of market time; whoever is away for longer asks ops


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
    stop: Stop, job: Job, past: Fix, *, seen: Iterable[Fix], policy: Policy, now: datetime
) -> None:
    """Check that the courier was at the stop when saying so.

    `past` is the phone's own reading, `received_at` when it was taken, in market time; `seen` what
    was heard of the courier's place before and after that, in any order.

    Raises:
        StalePositionError: too long ago, before the job's last stop was reached, or nobody rides so
            fast from or to where the courier was seen.
        TooFarFromStopError: it was elsewhere.
    """
    at = accept_fix(None, past).received_at
    if not now - timedelta(seconds=TOLD_LATE_S_MAX) <= at <= now:
        raise StalePositionError("the position is too old")
    if any(at < reached for one in job.stops if (reached := one.reached_at or one.arrived_at)):
        raise StalePositionError("the position is older than the stop before")
    _check_near(stop, past, policy)
    for fix in seen:
        earlier, later = (past, fix) if at <= fix.received_at else (fix, past)
        accept_fix(earlier, later)


def _check_near(stop: Stop, fix: Fix, policy: Policy) -> None:
    away_m = distance_m(fix.point, stop.point)
    if away_m > policy.arrival_radius_m + fix.accuracy_m:
        raise TooFarFromStopError(f"{away_m:.0f} m away from the stop")
