"""Compares the live index with Postgres again and again, and repairs what differs."""

import structlog

from service.domain.errors import UnavailableError
from service.live import index as live_index
from service.relay.drift import NO_DRIFT, Drift, find_drift
from service.relay.index import MarketIndex
from service.relay.rebuild import rebuild

log = structlog.get_logger()


class Audit:
    """Remembers from one look to the next what differed: the relay may have been about to write it.

    Call it at an interval that leaves the relay time for that.
    """

    def __init__(self, index: MarketIndex) -> None:
        self._index = index
        self._suspected = NO_DRIFT

    async def check(self, *, lease_epoch: int) -> None:
        """Rebuild the index if it is not whole or another relay's work, else repair what differs.

        Whatever goes wrong with Redis is made good on a later call, so nothing is raised for it.
        """
        index = self._index
        epoch = f"{index.runtime.epoch}:{lease_epoch}"
        try:
            if await live_index.index_epoch(index.runtime.redis, index.market_id) != epoch:
                await rebuild(index, epoch)
            else:
                await self.repair()
        except UnavailableError as error:
            log.warning("index_unreachable", market=index.market_id, error=repr(error))

    async def repair(self) -> Drift:
        """Repair and return what differs in the same way as at the last look.

        Raises:
            UnavailableError: Redis or Postgres is away.
        """
        runtime, market_id = self._index.runtime, self._index.market_id
        found = await find_drift(runtime, market_id)
        drift, self._suspected = found & self._suspected, found
        if drift.count > 0:
            await self._index.apply(job_ids=drift.job_ids, courier_ids=drift.courier_ids)
            log.warning(
                "index_repaired",
                market=market_id,
                jobs_count=len(drift.jobs),
                couriers_count=len(drift.couriers),
            )
        return drift
