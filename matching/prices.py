"""Prices of items: a bundle is worth what it saves less what its items could save elsewhere.

They answer the relaxed packing in which an item may be in many bundles and each time too many
costs its price: whatever the prices, that is worth at least as much as any packing. Found by the
subgradient method with a step towards a known packing (Polyak, 1969) along a direction that
remembers the last ones (Camerini, Fratta and Maffioli, 1975).
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64
from matching.kernel import kernel, lean_kernel
from matching.units import Units

_MEMORY = 0.6  # share of the last direction that stays
_PATIENCE_ROUNDS = 2  # without a better bound, before the step becomes shorter
_SHORTER = 0.7
_AIM = 1.03  # times a greedy packing: the bound is more often there than lower
_GAP_SHARE_MIN = 0.25  # of the way to that packing: the step stays a step down
_BETTER_SHARE = 1e-5  # of the bound: less is not called better


class Prices(NamedTuple):
    """Prices of I items, and what they prove."""

    price: F64  # (I,) >= 0
    bound: float  # no packing saves more


def prices_of(
    bundles: Units, saving: F64, items_count: int, *, reached: float, rounds_count_max: int
) -> Prices:
    """Return the prices with the least bound of so many rounds; more rounds never raise it.

    Args:
        bundles: B bundles of items.
        saving: (B,) > 0.
        items_count: of all items, in bundles or not.
        reached: what some packing saves.
        rounds_count_max: each looks once at every item of every bundle; at least 1.
    """
    size = np.diff(bundles.start)
    price = np.zeros(items_count)
    np.maximum.at(price, bundles.job, np.repeat(saving / np.maximum(size, 1), size))
    best = np.empty(items_count)
    bound = descend(bundles, saving, (price, best), float(reached), rounds_count_max)
    return Prices(best, float(bound))


@kernel
def descend(
    bundles: Units, saving: F64, prices: tuple[F64, F64], reached: float, rounds_count_max: int
) -> float:
    """Return the least bound, and leave its prices in the second array; the first one moves."""
    price, best = prices
    bound, share, rounds_in_vain = np.inf, 1.0, 0
    direction, excess = np.zeros(price.shape[0]), np.empty(price.shape[0])
    for _ in range(rounds_count_max):
        value = relax(bundles, saving, price, excess)
        rounds_in_vain = 0 if value < bound * (1.0 - _BETTER_SHARE) else rounds_in_vain + 1
        if value < bound:
            bound = value
            best[:] = price
        if rounds_in_vain >= _PATIENCE_ROUNDS:
            share *= _SHORTER
            rounds_in_vain = 0
        gap = max(value - _AIM * reached, _GAP_SHARE_MIN * (value - reached))
        move(price, direction, excess, share * gap)
    return bound


@kernel
def relax(bundles: Units, saving: F64, price: F64, excess: F64) -> float:
    """Return the worth of the relaxed packing; fill in by how much each item is in too few."""
    value = price.sum()
    excess[:] = 1.0
    for b in range(saving.shape[0]):
        worth = saving[b]
        for e in range(bundles.start[b], bundles.start[b + 1]):
            worth -= price[bundles.job[e]]
        if worth > 0.0:
            value += worth
            for e in range(bundles.start[b], bundles.start[b + 1]):
                excess[bundles.job[e]] -= 1.0
    return value


@lean_kernel
def move(price: F64, direction: F64, excess: F64, gap: float) -> None:
    """Lower prices of items in too few bundles, raise those in too many, by a step for the gap."""
    square = 1e-9
    for i in range(price.shape[0]):
        slope = 0.0 if excess[i] > 0.0 and price[i] <= 0.0 else excess[i]
        direction[i] = _MEMORY * direction[i] + slope
        square += direction[i] * direction[i]
    for i in range(price.shape[0]):
        price[i] = max(0.0, price[i] - gap / square * direction[i])


def worths_of(bundles: Units, saving: F64, price: F64) -> F64:
    """Return the (B,) savings less the prices of the items."""
    size = np.diff(bundles.start)
    bundle = np.repeat(np.arange(len(size)), size)
    return saving - np.bincount(bundle, price[bundles.job], len(size))
