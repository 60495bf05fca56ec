"""Builds the live index from Postgres: after Redis lost it, and when another relay takes over."""

import structlog

from service.live import index as live_index
from service.relay.index import MarketIndex

log = structlog.get_logger()


async def rebuild(index: MarketIndex, epoch: str) -> None:
    """Make the index what the rows say, and mark it as built under this epoch.

    An index with a mark of another epoch was whole once: it is used while it is mended. What is
    there without a mark is not worth mending, and goes first. Who is left out leaves it whole.

    Raises:
        UnavailableError: Redis or Postgres is away, or Redis was flushed meanwhile; the index has
            not got the mark.
    """
    redis, market_id = index.runtime.redis, index.market_id
    if await live_index.index_epoch(redis, market_id) is None:
        await live_index.clear(redis, market_id)
    await live_index.begin_build(redis, market_id, epoch)
    drift = await index.find_drift()
    await index.apply(job_ids=drift.job_ids, courier_ids=drift.courier_ids)
    await live_index.mark_built(redis, market_id, epoch)
    log.info(
        "index_rebuilt",
        market=market_id,
        epoch=epoch,
        jobs_count=len(drift.jobs),
        couriers_count=len(drift.couriers),
    )
