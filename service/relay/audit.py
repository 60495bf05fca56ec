"""Compares the live index with Postgres again and again, and repairs what differs."""

import asyncio

import structlog

from service.domain.errors import UnavailableError
from service.live import index as live_index
from service.relay.drift import Drift, find_drift
from service.relay.index import MarketIndex
from service.relay.rebuild import rebuild

log = structlog.get_logger()


async def check_index(index: MarketIndex, *, lease_epoch: int) -> None:
    """Rebuild the index if it is not whole or another relay's work, else repair what differs.

    Whatever goes wrong with Redis is made good here on a later call, so nothing is raised for it.
    """
    epoch = f"{index.runtime.epoch}:{lease_epoch}"
    try:
        if await live_index.index_epoch(index.runtime.redis, index.market_id) != epoch:
            await rebuild(index, epoch)
        else:
            await repair(index)
    except UnavailableError as error:
        log.warning("index_unreachable", market=index.market_id, error=repr(error))


async def repair(index: MarketIndex) -> Drift:
    """Repair and return what differs now and still does when the relay has had time to write it.

    Raises:
        UnavailableError: Redis or Postgres is away.
    """
    runtime, market_id = index.runtime, index.market_id
    drift = await find_drift(runtime, market_id)
    if drift.count > 0:
        await asyncio.sleep(2.0 * runtime.settings.relay_poll_s)
        drift &= await find_drift(runtime, market_id)
    if drift.count > 0:
        await index.apply(job_ids=drift.job_ids, courier_ids=drift.courier_ids)
        log.warning(
            "index_repaired",
            market=market_id,
            jobs_count=len(drift.jobs),
            couriers_count=len(drift.couriers),
        )
    return drift
