"""Where jobs are expected: by the last hour, newest most, and the same hour of past weeks."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from matching.cells import cell_of, center_of
from service.dispatch.rows import DemandPlace
from service.live.keys import CELL_RESOLUTION
from service.store.demand import OpenedJob

DEMAND_PLACES_COUNT_MAX = 300
RECENT_S = 3_600.0  # of the past that counts as now
SMOOTHING_S = 1_200.0  # a job so long ago counts 1/e of one just opened
WEEKS_COUNT = 4
WEEKS_SHARE = 0.5  # of what is expected, when there are all of the weeks

# What a steady job an hour sums up to, so that the sum over it is a rate: the integral of the
# weight over the hour.
_RECENT_WEIGHT_H = SMOOTHING_S / 3_600.0 * (1.0 - math.exp(-RECENT_S / SMOOTHING_S))


def demand_of(
    recent: Iterable[OpenedJob], weeks: Sequence[Sequence[OpenedJob]], *, now: datetime
) -> tuple[DemandPlace, ...]:
    """Return the cells with the most jobs expected per hour, those first, at most so many.

    Args:
        recent: jobs opened in the hour before `now`.
        weeks: jobs of the hour that began a week before `now`, two weeks before, and so on; a week
            without any is taken for one that nothing is known of.
        now: market time.
    """
    known = [week for week in weeks if week]
    weeks_share = WEEKS_SHARE * len(known) / WEEKS_COUNT
    per_h = defaultdict[int, float](float)
    for cell, rate in recent_per_h(recent, now=now).items():
        per_h[cell] += (1.0 - weeks_share) * rate
    for cell, count in Counter(_cell_of(job) for week in known for job in week).items():
        per_h[cell] += weeks_share * count / len(known)
    most = sorted(per_h, key=lambda cell: (-per_h[cell], cell))[:DEMAND_PLACES_COUNT_MAX]
    return tuple(DemandPlace(*center_of(cell), per_h[cell]) for cell in most)


def recent_per_h(recent: Iterable[OpenedJob], *, now: datetime) -> dict[int, float]:
    """Return jobs per hour by cell, smoothed exponentially over the last hour."""
    sums = defaultdict[int, float](float)
    for job in recent:
        age_s = max(0.0, (now - job.opened_at).total_seconds())
        if age_s <= RECENT_S:
            sums[_cell_of(job)] += math.exp(-age_s / SMOOTHING_S)
    return {cell: weight / _RECENT_WEIGHT_H for cell, weight in sums.items()}


def _cell_of(job: OpenedJob) -> int:
    return cell_of(job.lat_deg, job.lng_deg, resolution=CELL_RESOLUTION)
