"""How much longer ways take than predicted, by hour of the week and vehicle, from finished rides.

A ratio of real to predicted time is learned in logarithms, so that half and double weigh the same.
With few rides it is shrunk (empirical Bayes: the mean of what was seen and of so many imagined
rides): an hour's ratio towards the vehicle's of all hours, and that one towards 1.
"""

from datetime import datetime, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from service.domain.vocabulary import Vehicle
from service.travel.source import F64

HOURS_COUNT = 168  # of a week; the first begins on Monday at midnight, by the market's clocks
RATIO_MIN, RATIO_MAX = 0.5, 2.0
RIDES_COUNT_HALF = 20  # so many rides of their own move a ratio half of the way
RIDE_RATIO_MAX = 4.0  # of a single ride, either way: beyond it, it was no ride but a break

VEHICLES = tuple(Vehicle)


class Rides(NamedTuple):
    """R finished rides."""

    vehicle: NDArray[np.intp]  # (R,) row of VEHICLES
    hour: NDArray[np.intp]  # (R,) of the week
    real_s: F64  # (R,) > 0
    predicted_s: F64  # (R,) > 0; NaN: not known


class Correction(NamedTuple):
    """What predicted times are multiplied with, and how much it was learned from."""

    ratio: F64  # (V, HOURS_COUNT) within RATIO_MIN and RATIO_MAX
    rides_count: int

    def of(self, vehicle: Vehicle, hour: int) -> float:
        """Return the ratio of a vehicle at an hour of the week."""
        return float(self.ratio[VEHICLES.index(vehicle), hour])


NO_CORRECTION = Correction(np.ones((len(VEHICLES), HOURS_COUNT)), 0)


def learn(rides: Rides) -> Correction:
    """Return the correction that the rides teach; those without a prediction teach nothing."""
    is_told = np.isfinite(rides.predicted_s) & (rides.predicted_s > 0.0) & (rides.real_s > 0.0)
    vehicle, hour = rides.vehicle[is_told], rides.hour[is_told]
    limit = np.log(RIDE_RATIO_MAX)
    seen = np.log(rides.real_s[is_told]) - np.log(rides.predicted_s[is_told])
    logs, counts = np.zeros((2, len(VEHICLES), HOURS_COUNT))
    np.add.at(logs, (vehicle, hour), np.clip(seen, -limit, limit))
    np.add.at(counts, (vehicle, hour), 1.0)
    overall = logs.sum(axis=1) / (counts.sum(axis=1) + RIDES_COUNT_HALF)
    by_hour = (logs + RIDES_COUNT_HALF * overall[:, np.newaxis]) / (counts + RIDES_COUNT_HALF)
    return Correction(np.clip(np.exp(by_hour), RATIO_MIN, RATIO_MAX), int(is_told.sum()))


def hour_of_week(at: datetime, timezone: tzinfo) -> int:
    """Return the hour of the week at an instant, by the clocks of the timezone."""
    local = at.astimezone(timezone)
    return local.weekday() * 24 + local.hour


def timezone_of(name: str) -> tzinfo:
    """Return the timezone of a market; UTC where the name is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
