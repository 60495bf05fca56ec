"""How demand for each category rises and falls over the hours of a day."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from service.simulation.city.places import Category

HOURS_COUNT = 24

# Jobs in each hour of the day, from midnight, relative to the category's busiest hour.
DEMAND: Mapping[Category, tuple[float, ...]] = {
    Category.RESTAURANT: (
        0.10, 0.05, 0.02, 0.02, 0.02, 0.02, 0.05, 0.15, 0.20, 0.20, 0.30, 0.65,
        0.90, 0.70, 0.35, 0.25, 0.30, 0.55, 0.95, 1.00, 0.80, 0.50, 0.30, 0.18,
    ),
    Category.SHOP: (
        0.02, 0.02, 0.02, 0.02, 0.02, 0.02, 0.05, 0.20, 0.50, 0.80, 1.00, 0.95,
        0.80, 0.75, 0.80, 0.90, 1.00, 0.95, 0.80, 0.50, 0.25, 0.10, 0.05, 0.02,
    ),
    Category.PHARMACY: (
        0.15, 0.10, 0.08, 0.08, 0.08, 0.10, 0.20, 0.45, 0.80, 1.00, 0.95, 0.80,
        0.65, 0.60, 0.65, 0.75, 0.90, 0.95, 0.80, 0.60, 0.40, 0.30, 0.25, 0.20,
    ),
    Category.FLORIST: (
        0.01, 0.01, 0.01, 0.01, 0.01, 0.02, 0.10, 0.40, 0.80, 1.00, 1.00, 0.80,
        0.60, 0.60, 0.70, 0.80, 0.90, 0.85, 0.50, 0.20, 0.05, 0.02, 0.01, 0.01,
    ),
}  # fmt: skip
_PICKUP_SHARE: Mapping[Category, float] = {
    Category.RESTAURANT: 0.62,
    Category.SHOP: 0.24,
    Category.PHARMACY: 0.09,
    Category.FLORIST: 0.05,
}
_OFFICE_SHARE_IN_OFFICE_HOURS, _OFFICE_SHARE_ELSE = 0.45, 0.04
_OFFICE_HOURS = range(9, 18)


def pickup_weights() -> NDArray[np.float64]:
    """Return (24, 4) demand by hour and pickup category, in the categories' order."""
    return np.column_stack([np.array(DEMAND[c]) * share for c, share in _PICKUP_SHARE.items()])


def office_share(hour: int) -> float:
    """Return the share of drop-offs that go to offices, in an hour of the day (0 to 23)."""
    return _OFFICE_SHARE_IN_OFFICE_HOURS if hour in _OFFICE_HOURS else _OFFICE_SHARE_ELSE
