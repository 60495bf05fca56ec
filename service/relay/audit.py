"""Compares the live index with Postgres again and again, and repairs what differs."""

import structlog

from service.domain.errors import UnavailableError
from service.live import index as live_index
from service.live.errors import LiveCorruptError
from service.live.soundness import check_sound, forgetting_corrupt
from service.live.writable import check_writable
from service.metrics import INDEX_AUDITS, INDEX_DRIFT_COUNT
from service.relay.drift import NO_DRIFT, Drift
from service.relay.index import MarketIndex
from service.relay.rebuild import rebuild
from service.relay.retention import forget_old_positions

KEPT = ("sound", "repaired", "rebuilt")

log = structlog.get_logger()


class Audit:
    """Remembers from one look to the next what differed: the relay may have been about to write it.

    Call it at an interval that leaves the relay time for that.
    """

    def __init__(self, index: MarketIndex) -> None:
        self._index = index
        self._suspected = self._repaired = NO_DRIFT
        self._differing_count = 0  # at the worst look since somebody asked

    def take_differing_count(self) -> int:
        """Return how many jobs and couriers differed, at the worst look since the last call."""
        count, self._differing_count = self._differing_count, 0
        return count

    async def check(self, *, lease_epoch: int) -> bool:
        """Rebuild the index if it is not whole or another relay's work, else repair what differs.

        Returns whether it is kept: it is as it should be, or was made so as far as is known.

        What is not of our making, or does not stay repaired, is forgotten with all that is kept of
        the market. Whatever goes wrong with Redis is made good on a later call, so nothing is
        raised for it.
        """
        redis, market_id = self._index.runtime.redis, self._index.market_id
        epoch = f"{self._index.runtime.epoch}:{lease_epoch}"
        try:
            async with forgetting_corrupt(redis, market_id):
                outcome = await self._compare(epoch)
        except LiveCorruptError:
            outcome = "corrupt"
            self._differing_count = max(self._differing_count, 1)  # nobody can say how many
        except UnavailableError as error:
            outcome = "unreachable"
            log.warning("index_unreachable", market=market_id, error=repr(error))
        INDEX_AUDITS.labels(market=market_id, outcome=outcome).inc()
        return outcome in KEPT

    async def _compare(self, epoch: str) -> str:
        """Return what was found, in a word.

        Raises:
            LiveCorruptError: what is kept is not of our making.
            UnavailableError: Redis or Postgres is away, or Redis takes no writes.
        """
        redis, market_id = self._index.runtime.redis, self._index.market_id
        # Of who is silent the cell's key has gone by itself, if nobody could forget it before.
        await forget_old_positions(self._index.runtime, market_id)
        await check_sound(redis, market_id)
        await check_writable(redis, market_id)  # where nothing differs, nothing else is written
        if await live_index.index_epoch(redis, market_id) != epoch:
            await rebuild(self._index, epoch)
            return "rebuilt"
        drift = await self.repair()
        self._differing_count = max(self._differing_count, drift.count)
        INDEX_DRIFT_COUNT.labels(market=market_id, kind="jobs").set(len(drift.jobs))
        INDEX_DRIFT_COUNT.labels(market=market_id, kind="couriers").set(len(drift.couriers))
        return "repaired" if drift.count > 0 else "sound"

    async def repair(self) -> Drift:
        """Repair and return what differs in the same way as at the last look.

        Raises:
            LiveCorruptError: it does not stay repaired.
            UnavailableError: Redis or Postgres is away.
        """
        found = await self._index.find_drift()
        drift, self._suspected = found & self._suspected, found
        repaired_before, self._repaired = self._repaired, NO_DRIFT
        if (drift & repaired_before).count > 0:
            self._suspected = NO_DRIFT
            raise LiveCorruptError("Redis: what was repaired differs as before")
        if drift.count > 0:
            await self._index.apply(job_ids=drift.job_ids, courier_ids=drift.courier_ids)
            drift = self._index.without_left_out(drift)  # that is a row's fault, not the index's
        if drift.count > 0:
            log.warning(
                "index_repaired",
                market=self._index.market_id,
                jobs_count=len(drift.jobs),
                couriers_count=len(drift.couriers),
            )
        self._repaired = drift
        return drift
