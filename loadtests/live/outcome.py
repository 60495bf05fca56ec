"""What a scenario hands back: sizes, figures, targets, what must never be, and what to draw."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from msgspec import Struct

from loadtests.live.sampling import Share

QUANTILES_COUNT = 100  # kept of a distribution, so that it can be drawn


class Target(Struct, frozen=True, kw_only=True):
    """A figure of the issue's table, beside what was measured."""

    name: str
    unit: str
    wanted: Literal["at most", "at least"]
    limit: float
    measured: float | None  # None: it could not be measured, and is not met

    @property
    def is_met(self) -> bool:
        if self.measured is None:
            return False
        if self.wanted == "at most":
            return self.measured <= self.limit
        return self.measured >= self.limit


class Distribution(Struct, frozen=True, kw_only=True):
    """Of all samples; None where there were none. `quantiles` go from the least to the most."""

    count: int
    p50: float | None = None
    p90: float | None = None
    p99: float | None = None
    most: float | None = None
    quantiles: tuple[float, ...] = ()


class Panel(Struct, frozen=True, kw_only=True):
    """One pair of axes: lines by name, or bars; limits are drawn across."""

    title: str
    across: str
    up: str
    lines: dict[str, list[tuple[float, float]]] = {}
    bars: dict[str, float] = {}
    limits: dict[str, float] = {}
    is_logarithmic: bool = False  # upwards


class Outcome(Struct, frozen=True, kw_only=True):
    """The result of one run."""

    sizes: dict[str, object]
    targets: tuple[Target, ...]
    broken: tuple[str, ...]  # invariants that did not hold, in words
    figures: dict[str, object]
    processor_s: dict[str, dict[str, float]]  # by part of the run, by process
    profile: dict[str, tuple[Share, ...]]  # by process, when it was asked for
    panels: tuple[Panel, ...]


def distribution(values: Sequence[float]) -> Distribution:
    """Return the percentiles of all values, each one of them: some may be infinite."""
    if not values:
        return Distribution(count=0)
    found = np.array(values)
    shares = np.linspace(0.0, 1.0, QUANTILES_COUNT + 1)
    return Distribution(
        count=len(values),
        **{
            name: round(float(np.quantile(found, share, method="higher")), 4)
            for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("most", 1.0))
        },
        quantiles=tuple(np.quantile(found, shares, method="higher").round(4).tolist()),
    )


def curve(values: Distribution) -> list[tuple[float, float]]:
    """Return a distribution as a line: the percentage across, the value up."""
    count = max(1, len(values.quantiles) - 1)
    return [(100.0 * i / count, value) for i, value in enumerate(values.quantiles)]


def holds(condition: object, otherwise: str) -> tuple[str, ...]:
    """Return nothing when the condition holds, or what did not."""
    return () if condition else (otherwise,)
