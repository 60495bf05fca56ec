"""The ways between the places of one market: looked up, and asked for without being waited for."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from matching.cells import center_of
from service.clock import monotonic_s
from service.domain.geo import Point
from service.settings import Settings
from service.travel.book import NO_WAY, Book
from service.travel.guard import GuardedSource
from service.travel.requests import Request, Wanted, plan_requests
from service.travel.source import Profile, SourceError, Table


class Wish(NamedTuple):
    """Ways that a tick would like to know between K cells."""

    cells: tuple[int, ...]  # unlike ones
    wanted: Mapping[Profile, Wanted]  # (K, K) each


class Ways:
    """What is known of the ways of one market, and what is being asked.

    `ask` gives what is known within a budget of time; `keep`, which runs beside it for ever, asks
    the source for the rest, so that an answer that is late is there for the next tick.
    """

    def __init__(self, source: GuardedSource, settings: Settings) -> None:
        self._source = source
        self._settings = settings
        self._book = Book(
            cells_count_max=settings.travel_cells_count_max, cache_s=settings.travel_cache_s
        )
        self._wish: Wish | None = None  # the latest alone: older ones are of no use any more
        self._wished = asyncio.Event()
        self._answered = asyncio.Event()

    @property
    def source(self) -> GuardedSource:
        return self._source

    async def ask(self, wish: Wish) -> Mapping[Profile, Table]:
        """Return (K, K) tables of what is known, NaN elsewhere, after `travel_budget_s` at most."""
        rows = self._book.enter(wish.cells, at_s=monotonic_s())
        if self._unknown(wish):
            self._wish = wish
            self._answered.clear()
            self._wished.set()
            try:
                async with asyncio.timeout(self._settings.travel_budget_s):
                    await self._answered.wait()
            except TimeoutError:
                pass  # what has been told by now is used, the rest by the next tick
        return {profile: _told(self._book.read(profile, rows)) for profile in wish.wanted}

    async def keep(self) -> None:
        """Ask for what the latest wish wants, one round after the other; never returns."""
        while True:
            await self._wished.wait()
            self._wished.clear()
            wish, self._wish = self._wish, None
            if wish is not None:
                await self._round(wish)
            if self._wish is None:
                self._answered.set()

    async def _round(self, wish: Wish) -> None:
        """Send the requests of one wish; at most so many, and those that fail are not repeated."""
        places = [Point(*center_of(cell)) for cell in wish.cells]
        async with asyncio.TaskGroup() as group:
            for profile, unknown in self._unknown(wish).items():
                requests = await asyncio.to_thread(
                    plan_requests,
                    unknown,
                    cells_count_max=self._settings.travel_table_cells_count_max,
                    requests_count_max=self._settings.travel_round_requests_count_max,
                )
                for request in requests:
                    group.create_task(self._send(wish, places, profile, request))

    async def _send(
        self, wish: Wish, places: Sequence[Point], profile: Profile, request: Request
    ) -> None:
        origins: list[int] = request.origins.tolist()
        destinations: list[int] = request.destinations.tolist()
        try:
            table = await self._source.table(
                profile, [places[row] for row in origins], [places[row] for row in destinations]
            )
        except SourceError:
            return  # the guard counts it and says so; the next tick wishes again
        self._book.write(
            profile,
            [wish.cells[row] for row in origins],
            [wish.cells[row] for row in destinations],
            table,
        )

    def _unknown(self, wish: Wish) -> dict[Profile, Wanted]:
        """Return what is wanted and not known, for each profile that lacks something."""
        rows = self._book.enter(wish.cells, at_s=monotonic_s())
        lacking = {
            profile: wanted * self._book.unknown(profile, rows)
            for profile, wanted in wish.wanted.items()
        }
        return {profile: wanted for profile, wanted in lacking.items() if wanted.any()}


def _told(table: Table) -> Table:
    """Return the table with NaN where there is no way, too: that is a straight line as well."""
    seconds, metres = (np.where(part == NO_WAY, np.nan, part) for part in table)
    return Table(seconds, metres)
