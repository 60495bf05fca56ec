"""What facts have touched, on its way to the live index: beside the relay, which need not wait."""

import asyncio

import structlog

from service.domain.errors import UnavailableError
from service.domain.ids import CourierId, JobId
from service.live import bus
from service.relay.index import MarketIndex
from service.relay.touched import Touched

log = structlog.get_logger()

INTERVAL_S_MIN = 0.1  # from one writing to the next: who decides looks a few times a second
NOTED_COUNT_MAX = 10_000  # ids; then whoever notes more brings them up to date first


class Indexing:
    """Ids that several batches have touched are read and written once."""

    def __init__(self, index: MarketIndex) -> None:
        self.index = index
        self._job_ids: set[JobId] = set()
        self._courier_ids: set[CourierId] = set()
        self._wakes_dispatch = False
        self._news = asyncio.Event()

    async def note(self, touched: Touched) -> None:
        """Let these be written soon."""
        self._job_ids |= touched.job_ids
        self._courier_ids |= touched.courier_ids
        self._wakes_dispatch |= touched.wakes_dispatch
        self._news.set()
        if len(self._job_ids) + len(self._courier_ids) > NOTED_COUNT_MAX:
            await self.catch_up()

    async def run(self) -> None:
        """Write what is noted, again and again; never returns."""
        while True:
            await self._news.wait()
            self._news.clear()
            await self.catch_up()
            await asyncio.sleep(INTERVAL_S_MIN)

    async def catch_up(self) -> None:
        """Bring the index up to date, and wake the dispatcher if it has to decide.

        It may fail: the audit mends the index, and the dispatcher wakes by itself.
        """
        job_ids, self._job_ids = self._job_ids, set()
        courier_ids, self._courier_ids = self._courier_ids, set()
        wakes_dispatch, self._wakes_dispatch = self._wakes_dispatch, False
        runtime, market_id = self.index.runtime, self.index.market_id
        try:
            await self.index.apply(job_ids=job_ids, courier_ids=courier_ids)
            if wakes_dispatch:
                await bus.publish_wake_dispatch(runtime.redis, market_id)
        except UnavailableError as error:
            log.debug("index_unreachable", market=market_id, error=repr(error))
