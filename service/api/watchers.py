"""Who watches: a merchant or a console, each with its stream, its snapshot, and what it may ask."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal, Protocol

import msgspec

from service.api.jobs_in_sight import JobsInSight
from service.api.market_fanout import MarketFanout
from service.api.recovery import Recovery
from service.api.sockets import Socket
from service.api.viewport import Viewport
from service.domain import job as jobs_domain
from service.domain.errors import ForbiddenError
from service.domain.facts import owner_of_market, owner_of_merchant
from service.domain.geo import Box
from service.domain.ids import JobId, MarketId, MerchantId
from service.domain.job import Job
from service.runtime import Runtime
from service.store import jobs
from service.store.row_security import reading_as
from service.wire.event import job_view
from service.wire.rest import JobView
from service.wire.watcher_stream import (
    MerchantEvent,
    MerchantSnapshot,
    MoreJobs,
    OpsSnapshot,
    Unwatch,
    Watch,
    decode_merchant_message,
)

PAGE_COUNT_MAX = 40  # jobs of one message: some 60 kB
LIVE_JOBS_COUNT_MAX = 10_000  # of one snapshot


class Watcher(Protocol):
    """What differs between watchers; `dress` sees each event of the stream before it is sent."""

    stream: Literal["merchant", "ops"]
    owner: str

    def dress(self, message: bytes, /) -> bytes: ...
    def snapshot(self, recovery: Recovery, /) -> AsyncIterator[msgspec.Struct]: ...
    def resumed(self, socket: Socket, fanout: MarketFanout, /) -> None: ...
    def look(self, socket: Socket, fanout: MarketFanout, message: Watch | Unwatch, /) -> None: ...


class MerchantWatcher:
    """Follows its own jobs, and the couriers on them."""

    stream: Literal["merchant", "ops"] = "merchant"

    def __init__(self, runtime: Runtime, merchant_id: MerchantId) -> None:
        self.owner = owner_of_merchant(merchant_id)
        self._runtime = runtime
        self._merchant_id = merchant_id
        self._jobs = JobsInSight()

    def dress(self, message: bytes) -> bytes:
        """Return the event as it is, having learnt from it whose courier is to be seen."""
        event = decode_merchant_message(message)
        if isinstance(event, MerchantEvent):
            self._jobs.note(event.event.data)
        return message

    async def snapshot(self, recovery: Recovery) -> AsyncIterator[msgspec.Struct]:
        """Yield the snapshot in parts; live jobs are read in any case, for their couriers."""
        is_first = True
        async for page, is_last in self._pages():
            for job in page:
                self._jobs.note(job)
            views = tuple(job_view(jobs_domain.snapshot(job)) for job in page)
            if is_first:
                yield self._first(recovery, views, is_whole=is_last)
            elif not recovery.is_recovered:
                yield MoreJobs(jobs=views, is_last=is_last)
            is_first = False

    def _first(
        self, recovery: Recovery, views: tuple[JobView, ...], *, is_whole: bool
    ) -> MerchantSnapshot:
        return MerchantSnapshot(
            epoch=str(self._runtime.epoch),
            seq=recovery.seq,
            recovered=recovery.is_recovered,
            jobs=None if recovery.is_recovered else views,
            is_whole=is_whole or recovery.is_recovered,
        )

    async def _pages(self) -> AsyncIterator[tuple[Sequence[Job], bool]]:
        """Yield the live jobs, newest first, and whether these are the last; at least once."""
        before_id: JobId | None = None
        for _ in range(LIVE_JOBS_COUNT_MAX // PAGE_COUNT_MAX):
            async with reading_as(self._runtime.pool, self._merchant_id) as conn:
                page = await jobs.list_live_jobs_of_merchant(
                    conn,
                    merchant_id=self._merchant_id,
                    before_id=before_id,
                    limit_count=PAGE_COUNT_MAX,
                )
            is_last = len(page) < PAGE_COUNT_MAX
            yield page, is_last
            if is_last:
                return
            before_id = page[-1].id

    def resumed(self, socket: Socket, fanout: MarketFanout) -> None:
        """Begin to tell where couriers are."""
        fanout.sightings.follow(socket, self._jobs)

    def look(self, _socket: Socket, _fanout: MarketFanout, _message: Watch | Unwatch) -> None:
        """Refuse: merchants see couriers on their own jobs only.

        Raises:
            ForbiddenError: always.
        """
        raise ForbiddenError("the map is for ops")


class OpsWatcher:
    """Sees all that happens in a market, and the part of the map that it asks for."""

    stream: Literal["merchant", "ops"] = "ops"

    def __init__(self, runtime: Runtime, market_id: MarketId) -> None:
        self.owner = owner_of_market(market_id)
        self._runtime = runtime

    def dress(self, message: bytes) -> bytes:
        """Return the event as it is."""
        return message

    async def snapshot(self, recovery: Recovery) -> AsyncIterator[msgspec.Struct]:
        """Yield the snapshot; what there is now is read over REST."""
        yield OpsSnapshot(
            epoch=str(self._runtime.epoch), seq=recovery.seq, recovered=recovery.is_recovered
        )

    def resumed(self, _socket: Socket, _fanout: MarketFanout) -> None:
        """Do nothing: a console says by itself what it shows of the map."""

    def look(self, socket: Socket, fanout: MarketFanout, message: Watch | Unwatch) -> None:
        """Watch this part of the map, or none."""
        match message:
            case Watch():
                fanout.viewing.watch(socket, _viewport(message))
            case Unwatch():
                fanout.viewing.unwatch(socket)


def _viewport(message: Watch) -> Viewport:
    box = Box(
        south_deg=message.south_deg,
        west_deg=message.west_deg,
        north_deg=message.north_deg,
        east_deg=message.east_deg,
    )
    return Viewport(box=box, zoom=message.zoom, frames_per_s=message.frames_per_s)
