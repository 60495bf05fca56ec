"""Chance that falls the same on every machine: a multiplicative generator in one int64.

Multiplier and modulus after L'Ecuyer, Tables of linear congruential generators of different sizes
and good lattice structure (1999). A product stays below 2^62, so that it never overflows.
"""

import numpy as np

from matching.arrays import I64
from matching.kernel import lean_kernel

_MULTIPLIER = 1_583_458_089
_MODULUS = 2_147_483_647


def dice_of(seed: int) -> I64:
    """Return the dice of a seed, (1,)."""
    return np.array([1 + (seed * 2_654_435_761 + 104_729) % (_MODULUS - 1)], np.int64)


@lean_kernel
def roll(dice: I64) -> float:
    """Return a number from 0 to 1, without 1."""
    dice[0] = dice[0] * _MULTIPLIER % _MODULUS
    return (dice[0] - 1) / (_MODULUS - 1.0)


@lean_kernel
def pick(dice: I64, count: int) -> int:
    """Return a whole number from 0 to below the count."""
    return int(roll(dice) * count)
