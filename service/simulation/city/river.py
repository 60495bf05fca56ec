"""The river's course through the city plane, and which places it keeps dry."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LONG_BEND_M, _SHORT_BEND_M = 5_200.0, 1_900.0  # lengths of the two waves of the course


@dataclass(frozen=True, slots=True, kw_only=True)
class River:
    """A band around two summed waves that runs north to south; metres of the city plane."""

    name: str
    east_m: float  # of the middle of its course
    long_swing_m: float
    short_swing_m: float
    long_phase_rad: float
    short_phase_rad: float
    half_width_m: float  # measured due east

    def course_m(self, north_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the metres east of the middle of the water, (K,) for (K,) metres north."""
        long_rad = 2.0 * math.pi * north_m / _LONG_BEND_M + self.long_phase_rad
        short_rad = 2.0 * math.pi * north_m / _SHORT_BEND_M + self.short_phase_rad
        return (
            self.east_m
            + self.long_swing_m * np.sin(long_rad)
            + self.short_swing_m * np.sin(short_rad)
        )

    def is_west(self, at_m: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return (K,) whether points, (K, 2) metres east and north, lie west of the middle."""
        return at_m[:, 0] < self.course_m(at_m[:, 1])

    def is_water(self, at_m: NDArray[np.float64], *, margin_m: float = 0.0) -> NDArray[np.bool_]:
        """Return (K,) whether points, (K, 2) metres east and north, lie in or near the water."""
        return np.abs(at_m[:, 0] - self.course_m(at_m[:, 1])) < self.half_width_m + margin_m


def draw_river(name: str, rng: np.random.Generator) -> River:
    """Return a river somewhat east of the centre, 120 to 180 m wide."""
    return River(
        name=name,
        east_m=float(rng.uniform(500.0, 900.0)),
        long_swing_m=float(rng.uniform(300.0, 500.0)),
        short_swing_m=float(rng.uniform(60.0, 140.0)),
        long_phase_rad=float(rng.uniform(0.0, 2.0 * math.pi)),
        short_phase_rad=float(rng.uniform(0.0, 2.0 * math.pi)),
        half_width_m=float(rng.uniform(60.0, 90.0)),
    )
