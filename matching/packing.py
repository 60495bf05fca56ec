"""Which bundles to take, no item in two of them, so that they save the most together.

Greedy packings by several orders, the last by the worth that prices of items leave; then threshold
accepting (Dueck and Scheuer, 1990) from the best: a random bundle that is worth nearly its price
pushes out those that it overlaps with, unless that loses more than a threshold which falls to
nothing. The prices also prove how far from the best possible the packing is at most.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.kernel import kernel, lean_kernel
from matching.prices import Prices, prices_of, worths_of
from matching.units import Units

_NEARLY = 0.2  # of the mean saving: bundles worth that much less than their items cost are tried
_THRESHOLD = 0.08  # of the mean saving: loss accepted at the beginning
_SEED = np.uint64(88_172_645_463_325_252)  # of Marsaglia's xorshift: any but 0
_LEFT, _RIGHT, _LEFT_AGAIN, _HALF = np.uint64(13), np.uint64(7), np.uint64(17), np.uint64(32)
_MOVES_PER_STEP = 1_024  # between two thresholds


class Packing(NamedTuple):
    """Bundles that share no item."""

    row: I64  # ascending rows of the bundles taken
    saving: float  # of all of them
    bound: float  # no packing saves more


def pack(
    bundles: Units,
    saving: F64,
    items_count: int,
    *,
    moves_count_max: int = 200_000,
    rounds_count_max: int = 60,
) -> Packing:
    """Return a good packing, never worse than greedily by saving or by saving per item.

    Args:
        bundles: B bundles of distinct items.
        saving: (B,) > 0.
        items_count: items are rows below it.
        moves_count_max: of threshold accepting; 0.05 to 0.1 microseconds each.
        rounds_count_max: of the prices; 2 ns for each item of each bundle.
    """
    if len(saving) == 0:
        return Packing(np.empty(0, np.int64), 0.0, 0.0)
    size = np.diff(bundles.start)
    owners = [greedy(bundles, ranked(key), items_count) for key in (saving, saving / size)]
    reached = max(saving[rows_of(bundles, owner)].sum() for owner in owners)
    prices = prices_of(
        bundles, saving, items_count, reached=reached, rounds_count_max=rounds_count_max
    )
    worth = worths_of(bundles, saving, prices.price)
    owners.append(greedy(bundles, ranked(worth), items_count))
    owner = max(owners, key=lambda owner: float(saving[rows_of(bundles, owner)].sum()))
    tried = np.flatnonzero(worth > -_NEARLY * saving.mean())
    improved = owner.copy()
    exchange(bundles, saving, improved, tried, moves_count_max)
    return _better(bundles, saving, (owner, improved), prices)


def _better(bundles: Units, saving: F64, owners: tuple[I64, I64], prices: Prices) -> Packing:
    packings = [rows_of(bundles, owner) for owner in owners]
    row = max(packings, key=lambda row: float(saving[row].sum()))
    total = float(saving[row].sum())
    return Packing(row, total, max(total, prices.bound))  # which rounding could set below it


def ranked(key: F64) -> I64:
    """Return the rows, largest key first, the lower row first among equals."""
    return np.argsort(-key, kind="stable")


def rows_of(bundles: Units, owner: I64) -> I64:
    """Return the rows of the bundles that own items, ascending."""
    is_taken = np.zeros(len(bundles.start) - 1, np.bool_)
    is_taken[owner[owner >= 0]] = True
    return np.flatnonzero(is_taken)


@kernel
def greedy(bundles: Units, order: I64, items_count: int) -> I64:
    """Return the bundle that owns each item, -1 for none, if each in turn takes what is free."""
    owner = np.full(items_count, -1, np.int64)
    for rank in range(order.shape[0]):
        b, taken_count = int(order[rank]), 0
        for e in range(bundles.start[b], bundles.start[b + 1]):
            taken_count += 1 if owner[bundles.job[e]] >= 0 else 0
        if taken_count == 0:
            give(bundles, owner, b, b)
    return owner


@lean_kernel
def give(bundles: Units, owner: I64, bundle: int, new_owner: int) -> None:
    """Give the items of a bundle to another one, or -1."""
    for e in range(bundles.start[bundle], bundles.start[bundle + 1]):
        owner[bundles.job[e]] = new_owner


@lean_kernel
def exchange(bundles: Units, saving: F64, owner: I64, tried: I64, moves_count_max: int) -> None:
    """Push random bundles of those tried into the packing, as the falling threshold allows."""
    random, count = _SEED, np.uint64(tried.shape[0])
    highest, threshold = _THRESHOLD * saving.mean(), 0.0
    for move in range(moves_count_max if tried.shape[0] > 0 else 0):
        if move % _MOVES_PER_STEP == 0:
            threshold = highest * (1.0 - move / moves_count_max)
        random ^= random << _LEFT
        random ^= random >> _RIGHT
        random ^= random << _LEFT_AGAIN
        b = int(tried[int((random >> _HALF) * count >> _HALF)])
        if owner[bundles.job[bundles.start[b]]] == b:
            continue
        if saving[b] - lost(bundles, saving, owner, b) >= -threshold:
            for e in range(bundles.start[b], bundles.start[b + 1]):
                other = int(owner[bundles.job[e]])
                if other >= 0:
                    give(bundles, owner, other, -1)
            give(bundles, owner, b, b)


@lean_kernel
def lost(bundles: Units, saving: F64, owner: I64, bundle: int) -> float:
    """Return what the bundles save that own items of this one, each counted once."""
    total, begin = 0.0, bundles.start[bundle]
    for e in range(begin, bundles.start[bundle + 1]):
        other = int(owner[bundles.job[e]])
        times_seen = 0
        for before in range(begin, e):
            times_seen += 1 if owner[bundles.job[before]] == other else 0
        if other >= 0 and times_seen == 0:
            total += float(saving[other])
    return total
