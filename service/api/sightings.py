"""The merchants who follow their couriers from this process, and the one reader for all of them."""

import asyncio

import msgspec

from service.api.jobs_in_sight import JobsInSight
from service.api.rounds import look_around
from service.api.sockets import Socket
from service.api.turns import in_turns
from service.domain.ids import MarketId
from service.live import positions
from service.runtime import Runtime
from service.wire.watcher_stream import CourierSightings

_LANE = "sightings"


class Sightings:
    def __init__(self, runtime: Runtime, market_id: MarketId) -> None:
        self._runtime = runtime
        self._market_id = market_id
        self._jobs: dict[Socket, JobsInSight] = {}
        self._told: dict[Socket, CourierSightings] = {}
        self._somebody = asyncio.Event()

    def follow(self, socket: Socket, jobs: JobsInSight) -> None:
        """Tell the merchant of the couriers on these jobs, which may change meanwhile."""
        self._jobs[socket] = jobs
        self._told[socket] = CourierSightings(couriers=())
        self._somebody.set()

    def leave(self, socket: Socket) -> None:
        """Tell nothing more on this socket."""
        self._jobs.pop(socket, None)
        self._told.pop(socket, None)
        if not self._jobs:
            self._somebody.clear()

    async def tell(self) -> None:
        """Tell every merchant where their couriers are, again and again; never returns."""
        await look_around(
            "sightings",
            self._market_id,
            somebody=self._somebody,
            interval_s=self._runtime.settings.sighting_interval_s,
            look=self._look,
        )

    async def _look(self) -> None:
        wanted = {courier_id for jobs in self._jobs.values() for courier_id in jobs.courier_ids()}
        fixes = await positions.read_fixes(self._runtime.redis, self._market_id, sorted(wanted))
        async for socket, jobs in in_turns(list(self._jobs.items())):
            if self._jobs.get(socket) is not jobs:
                continue  # it is gone
            # A stream that is behind may not have told yet that a job is done.
            if socket.stream.is_behind or socket.is_waiting(_LANE):
                continue
            sightings = jobs.sightings(fixes)
            if sightings != self._told[socket]:
                self._told[socket] = sightings
                socket.replace(_LANE, msgspec.json.encode(sightings))
