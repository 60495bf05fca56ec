"""A source behind a circuit breaker, with so many requests at once; it says when it goes down."""

import asyncio
from collections.abc import Sequence

import structlog

from service.clock import monotonic_s
from service.domain.geo import Point
from service.settings import Settings
from service.travel.breaker import Breaker, BreakerState, admit, fail, succeed
from service.travel.source import Profile, Source, SourceError, Table

log = structlog.get_logger()


class GuardedSource:
    """The one way to a source, for every market of this process."""

    def __init__(self, source: Source, settings: Settings) -> None:
        self._source = source
        self._turns = asyncio.Semaphore(settings.travel_requests_count_max)
        self._breaker = Breaker(
            failures_count_max=settings.travel_failures_count_max, rest_s=settings.travel_rest_s
        )

    @property
    def name(self) -> str:
        return self._source.name

    @property
    def is_degraded(self) -> bool:
        """Return whether the source has failed so often that it is left alone."""
        return self._breaker.state is not BreakerState.CLOSED

    async def table(
        self, profile: Profile, origins: Sequence[Point], destinations: Sequence[Point]
    ) -> Table:
        """Return the table of the source; see `Source.table`.

        Raises:
            SourceError: it has none, or is left alone for now.
        """
        async with self._turns:
            admitted = admit(self._breaker, at_s=monotonic_s())
            if admitted is None:
                raise SourceError(f"{self.name} is left alone for now")
            self._breaker = admitted
            try:
                table = await self._source.table(profile, origins, destinations)
            except SourceError as error:
                self._change(fail(self._breaker, at_s=monotonic_s()), error=repr(error))
                raise
            self._change(succeed(self._breaker), error=None)
            return table

    def _change(self, breaker: Breaker, *, error: str | None) -> None:
        """Take the new state; tell the first opening and the closing, not each probe."""
        before, self._breaker = self._breaker, breaker
        if before.state is BreakerState.CLOSED and breaker.state is BreakerState.OPEN:
            log.warning("travel_degraded", source=self.name, error=error)
        elif before.state is BreakerState.HALF_OPEN and breaker.state is BreakerState.CLOSED:
            log.info("travel_restored", source=self.name)
