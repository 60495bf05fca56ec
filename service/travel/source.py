"""What a source of road travel times is: places in, a table of seconds and metres out."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from service.domain.geo import Point
from service.domain.vocabulary import Vehicle

F64 = NDArray[np.float64]


class Profile(StrEnum):
    """Whose roads they are: what a vehicle may use, and how fast."""

    FOOT = "foot"
    BIKE = "bike"
    CAR = "car"


PROFILE_OF = {
    Vehicle.FOOT: Profile.FOOT,
    Vehicle.BIKE: Profile.BIKE,
    Vehicle.SCOOTER: Profile.CAR,
    Vehicle.CAR: Profile.CAR,
    Vehicle.VAN: Profile.CAR,
}


class Table(NamedTuple):
    """Fastest ways from O origins to D destinations; both NaN where there is none."""

    seconds: F64  # (O, D)
    metres: F64  # (O, D) along the fastest way


class SourceError(Exception):
    """The source did not answer in time, or not with a table that makes sense."""


class Source(Protocol):
    """Tells travel times along the roads."""

    @property
    def name(self) -> str:
        """Return what the source is called in records and settings."""
        ...

    async def table(
        self, profile: Profile, origins: Sequence[Point], destinations: Sequence[Point]
    ) -> Table:
        """Return the fastest ways from every origin to every destination.

        Raises:
            SourceError: there is no answer, or none that makes sense.
        """
        ...


def table_of(seconds: F64, metres: F64, *, origins_count: int, destinations_count: int) -> Table:
    """Return an answer as a table, its unlikely parts as not known.

    Raises:
        SourceError: it is not of the size that was asked for.
    """
    shape = (origins_count, destinations_count)
    if seconds.shape != shape or metres.shape != shape:
        raise SourceError(f"a table of {seconds.shape} and {metres.shape} for {shape}")
    is_way = np.isfinite(seconds) & np.isfinite(metres) & (seconds >= 0.0) & (metres >= 0.0)
    return Table(np.where(is_way, seconds, np.nan), np.where(is_way, metres, np.nan))
