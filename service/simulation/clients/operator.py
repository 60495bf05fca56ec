"""A simulated dispatcher at ops: watches the feed, and decides about failed deliveries."""

import asyncio
import random
from collections import Counter
from contextlib import suppress

import msgspec

from service.client.rest import RefusedError, Rest, UnansweredError
from service.client.streams import ops_connection
from service.domain.ids import JobId
from service.domain.vocabulary import ExceptionKind
from service.simulation.clients.feed import Failure, Feed
from service.wire.exceptions import OpsExceptionPage, ResolveExceptionBody
from service.wire.rest import PauseMarketBody
from service.wire.watcher_stream import OpsMessage, OpsSnapshot, Watch

FAILURES_COUNT_MAX = 10_000  # waiting for a decision; more is a broken run
ATTEMPTS_COUNT_MAX = 2
LOOK_INTERVAL_S = 1.0
WHOLE_CITY = Watch(  # wherever it is, in cells of some kilometres
    south_deg=-90.0, west_deg=-180.0, north_deg=90.0, east_deg=180.0, zoom=11.0, frames_per_s=1.0
)

_FAILURES = f"/v1/ops/exceptions?only_open=true&kind={ExceptionKind.ATTEMPT_FAILED}&limit=100"
_decode_exceptions = msgspec.json.Decoder(OpsExceptionPage).decode


class OperatorClient:
    """One operator; `run` watches and decides until the server says not to come back."""

    def __init__(self, rest: Rest, *, rng: random.Random) -> None:
        self.feed = Feed()
        self._rest = rest
        self._failures: asyncio.Queue[Failure] = asyncio.Queue(FAILURES_COUNT_MAX)
        self._failed_count: Counter[JobId] = Counter()
        self._must_read = False
        self._must_watch = False
        self.connection = ops_connection(rest, hear=self._hear, rng=rng)

    async def run(self) -> None:
        """Watch the feed, and decide about what fails."""
        async with asyncio.TaskGroup() as group:
            decider = group.create_task(self._decide())
            await self.connection.run()
            decider.cancel()

    async def pause_market(self) -> None:
        """Stop new offers and new jobs.

        Raises:
            RefusedError, UnansweredError: it was not done, or that is not known.
        """
        await self._rest.send("PUT", "/v1/ops/market/pause", PauseMarketBody(is_paused=True))

    async def _hear(self, message: OpsMessage) -> None:
        failure = self.feed.hear(message)
        if failure is not None:
            self._failures.put_nowait(failure)
        elif isinstance(message, OpsSnapshot):
            self._must_watch = True  # a new socket shows nothing of the map by itself
            self._must_read |= not message.recovered  # what failed before is not told again

    async def _decide(self) -> None:
        while True:
            if self._must_watch:
                self._must_watch = not await self.connection.send(WHOLE_CITY)
            if self._must_read:
                self._must_read = False
                for failure in await self._open_failures():
                    await self._resolve(failure)
            try:
                async with asyncio.timeout(LOOK_INTERVAL_S):
                    failure = await self._failures.get()
            except TimeoutError:
                continue
            await self._resolve(failure)

    async def _open_failures(self) -> list[Failure]:
        try:
            page = await self._rest.send("GET", _FAILURES)
        except (RefusedError, UnansweredError):
            self._must_read = True
            return []
        return [
            Failure(exception.id, exception.job_id)
            for exception in _decode_exceptions(page).exceptions
            if exception.kind is ExceptionKind.ATTEMPT_FAILED and exception.job_id is not None
        ]

    async def _resolve(self, failure: Failure) -> None:
        """Let the courier try once more, and give up after that."""
        self._failed_count[failure.job_id] += 1
        is_last = self._failed_count[failure.job_id] >= ATTEMPTS_COUNT_MAX
        body = ResolveExceptionBody(resolution="fail" if is_last else "retry")
        path = f"/v1/ops/exceptions/{failure.exception_id}/resolution"
        with suppress(RefusedError, UnansweredError):  # the job was canceled, or the feed will tell
            await self._rest.send("POST", path, body)
