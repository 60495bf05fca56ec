"""What is in an order of a category: its size, weight, items, requirements and instructions."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from service.domain.vocabulary import Requirement, SizeClass
from service.simulation.city.places import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    size_class: SizeClass
    weight_g: int
    items_count: int
    requirements: tuple[Requirement, ...]
    instructions: str  # may be empty


# Share of each size class, in the classes' order.
_SIZE_SHARES: Mapping[Category, tuple[float, ...]] = {
    Category.RESTAURANT: (0.60, 0.35, 0.05, 0.00),
    Category.SHOP: (0.35, 0.40, 0.20, 0.05),
    Category.PHARMACY: (0.90, 0.10, 0.00, 0.00),
    Category.FLORIST: (0.30, 0.55, 0.15, 0.00),
}
_WEIGHT_G: Mapping[SizeClass, tuple[int, int]] = {
    SizeClass.SMALL: (200, 1_500),
    SizeClass.MEDIUM: (800, 5_000),
    SizeClass.LARGE: (3_000, 12_000),
    SizeClass.XLARGE: (10_000, 30_000),
}
_ITEMS_COUNT_MAX: Mapping[SizeClass, int] = {
    SizeClass.SMALL: 3,
    SizeClass.MEDIUM: 6,
    SizeClass.LARGE: 12,
    SizeClass.XLARGE: 4,
}
# Share of orders with each requirement; none here needs two people.
_REQUIREMENT_SHARES: Mapping[Category, Mapping[Requirement, float]] = {
    Category.RESTAURANT: {Requirement.UPRIGHT: 0.10, Requirement.COLD_BAG: 0.06},
    Category.SHOP: {Requirement.FRAGILE: 0.10, Requirement.AGE_RESTRICTED: 0.08},
    Category.PHARMACY: {Requirement.COLD_BAG: 0.08, Requirement.AGE_RESTRICTED: 0.10},
    Category.FLORIST: {Requirement.FRAGILE: 0.30, Requirement.UPRIGHT: 0.50},
}
_INSTRUCTIONS = (
    "Ring twice, please.",
    "Leave it with the porter.",
    "Second floor, no lift.",
    "The entrance is in the yard.",
    "Please call, the bell is broken.",
    "Mind the dog, it is friendly.",
)
_INSTRUCTIONS_SHARE = 0.35


def draw_parcel(category: Category, rng: np.random.Generator) -> Parcel:
    """Return what one order of a pickup category holds."""
    size_class = list(SizeClass)[int(rng.choice(len(SizeClass), p=_SIZE_SHARES[category]))]
    lightest_g, heaviest_g = _WEIGHT_G[size_class]
    return Parcel(
        size_class=size_class,
        weight_g=int(rng.integers(lightest_g, heaviest_g, endpoint=True)),
        items_count=int(rng.integers(1, _ITEMS_COUNT_MAX[size_class], endpoint=True)),
        requirements=tuple(
            requirement
            for requirement, share in _REQUIREMENT_SHARES[category].items()
            if rng.random() < share
        ),
        instructions=str(rng.choice(_INSTRUCTIONS)) if rng.random() < _INSTRUCTIONS_SHARE else "",
    )
