"""Who decides what a command leaves open: a seed, or what was decided before.

Each has `one_of(items)`, `whole(low, high)` with both ends, and `some_of(items, at_most)`, which
are different ones, at least one, in any order. Who decides on commands has `one_that(items, holds)`
as well: one of the items of which that holds.
"""

from random import Random

from msgspec import Struct


class Seeded:
    """The same seed decides the same."""

    def __init__(self, seed):
        self._random = Random(seed).random

    def one_of(self, items):
        return items[int(self._random() * len(items))]

    def one_that(self, items, holds):
        while True:
            item = self.one_of(items)
            if holds(item):
                return item

    def whole(self, low, high):
        return low + int(self._random() * (high - low + 1))

    def some_of(self, items, at_most):
        left = list(items)
        count = self.whole(1, min(at_most, len(left)))
        return [left.pop(int(self._random() * len(left))) for _ in range(count)]


class Choice(Struct, frozen=True):
    value: object
    place: int = 0  # among the items that there were


class Recorded:
    """Whatever others decide, written down."""

    def __init__(self, choices):
        self._choices, self.made = choices, []

    def one_of(self, items):
        value = self._choices.one_of(items)
        self.made.append(Choice(value, items.index(value)))
        return value

    def whole(self, low, high):
        value = self._choices.whole(low, high)
        self.made.append(Choice(value))
        return value

    def some_of(self, items, at_most):
        values = self._choices.some_of(items, at_most)
        self.made.append(Choice(values))
        return values


class Repeated:
    """What was decided before; where that is not to be had any more, something near it."""

    def __init__(self, made):
        self._made = iter(made)

    def one_of(self, items):
        choice = self._next(items[0])
        return choice.value if choice.value in items else items[choice.place % len(items)]

    def whole(self, low, high):
        return max(low, min(high, self._next(low).value))

    def some_of(self, items, at_most):
        values = [value for value in self._next(items[:1]).value if value in items]
        return values[:at_most] or list(items[:1])

    def _next(self, otherwise):
        return next(self._made, Choice(otherwise))
