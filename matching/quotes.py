"""Quotes: what each candidate courier would cost each unit, sorted so that pairs are found fast."""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64


class Quotes(NamedTuple):
    """P feasible pairs of a unit and a courier, by unit, then by courier."""

    unit: I64  # (P,)
    courier: I64  # (P,)
    cost: F64  # (P,)


def rows_of(pairs: tuple[I64, I64], wanted: tuple[I64, I64]) -> I64:
    """Return the row of each wanted (unit, courier) among sorted pairs, -1 where there is none."""
    if len(pairs[0]) == 0:
        return np.full(len(wanted[0]), -1, np.int64)
    span = 1 + max(int(pairs[1].max()), int(wanted[1].max(initial=0)))
    keys, wanted_keys = pairs[0] * span + pairs[1], wanted[0] * span + wanted[1]
    rows = np.minimum(np.searchsorted(keys, wanted_keys), len(keys) - 1)
    is_there = (keys[rows] == wanted_keys) & (wanted[1] >= 0)
    return np.where(is_there, rows, -1).astype(np.int64)


def picked(quotes: Quotes, rows: I64) -> Quotes:
    """Return some of the quotes."""
    return Quotes(quotes.unit[rows], quotes.courier[rows], quotes.cost[rows])


def joined(first: Quotes, second: Quotes) -> Quotes:
    """Return the quotes of both, sorted."""
    unit = np.concatenate((first.unit, second.unit))
    courier = np.concatenate((first.courier, second.courier))
    both = Quotes(unit, courier, np.concatenate((first.cost, second.cost)))
    return picked(both, np.lexsort((courier, unit)))


def cheapest(quotes: Quotes, *, units_count: int) -> I64:
    """Return the (U,) row of each unit's cheapest quote, -1 for none; ties to the lower courier."""
    order = np.lexsort((quotes.courier, quotes.cost, quotes.unit))
    unit, first = np.unique(quotes.unit[order], return_index=True)
    rows = np.full(units_count, -1, np.int64)
    rows[unit] = order[first]
    return rows


def cheapest_few(quotes: Quotes, *, count_max: int) -> Quotes:
    """Return the cheapest few quotes of each unit."""
    order = np.lexsort((quotes.courier, quotes.cost, quotes.unit))
    unit = quotes.unit[order]
    rank = np.arange(len(order)) - np.searchsorted(unit, unit)
    return picked(quotes, np.sort(order[rank < count_max]))
