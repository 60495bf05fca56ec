"""Predictions for ways that couriers have finished: what the correction is learned from."""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np

from matching.cells import center_of
from service.domain.geo import Point
from service.travel.guard import GuardedSource
from service.travel.source import Profile, SourceError


class PastWay(NamedTuple):
    """From a cell to another one."""

    profile: Profile
    origin: int
    destination: int


class PastWays:
    """Seconds of past ways by the source, remembered as long as they are asked for."""

    def __init__(
        self, source: GuardedSource, *, cells_count_max: int, requests_count_max: int
    ) -> None:
        self._source = source
        self._part_count_max = max(1, cells_count_max // 2)  # ways of one request
        self._requests_count_max = requests_count_max  # each time
        self._seconds: dict[PastWay, float] = {}

    async def seconds(self, ways: Collection[PastWay]) -> dict[PastWay, float]:
        """Return what is known of these ways, NaN for no way; the rest is asked for next time.

        One request after the other, because nobody waits for it. A source that fails is not asked
        further this time.
        """
        asked = set(ways)
        self._seconds = {way: s for way, s in self._seconds.items() if way in asked}
        unknown = sorted(asked - self._seconds.keys())
        try:
            for profile in Profile:
                of_profile = [way for way in unknown if way.profile is profile]
                end = min(len(of_profile), self._part_count_max * self._requests_count_max)
                for begin in range(0, end, self._part_count_max):
                    await self._ask(profile, of_profile[begin : begin + self._part_count_max])
        except SourceError:
            pass  # the guard counts it and says so; what is known is enough for now
        return dict(self._seconds)

    async def _ask(self, profile: Profile, ways: list[PastWay]) -> None:
        origins = sorted({way.origin for way in ways})
        destinations = sorted({way.destination for way in ways})
        table = await self._source.table(
            profile,
            [Point(*center_of(cell)) for cell in origins],
            [Point(*center_of(cell)) for cell in destinations],
        )
        from_row = {cell: row for row, cell in enumerate(origins)}
        to_row = {cell: row for row, cell in enumerate(destinations)}
        for way in ways:
            seconds = table.seconds[from_row[way.origin], to_row[way.destination]]
            self._seconds[way] = float(seconds) if seconds > 0.0 else np.nan
