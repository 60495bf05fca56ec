"""The relay loop of one market: what came out of each batch goes to the bus and to the index."""

import asyncio
from contextlib import suppress

import structlog

from service.domain.errors import UnavailableError
from service.live import bus
from service.live.keys import Channel
from service.live.subscription import Subscription
from service.relay.batch import Batch, relay_batch
from service.relay.index import MarketIndex
from service.relay.touched import touched_by
from service.store.leadership import Leadership, LostLeaseError

log = structlog.get_logger()


async def relay_facts(index: MarketIndex, leadership: Leadership, wake: asyncio.Event) -> None:
    """Relay what there is, then wait to be woken, or for the poll interval; never returns."""
    while True:
        wake.clear()
        with suppress(LostLeaseError):  # another relay is at it: `leadership` will tell
            await relay_waiting(index, leadership)
        with suppress(TimeoutError):
            async with asyncio.timeout(index.runtime.settings.relay_poll_s):
                await wake.wait()


async def relay_waiting(index: MarketIndex, leadership: Leadership) -> None:
    """Relay batch after batch until one is not full, while this process has the lease.

    Raises:
        LostLeaseError: another relay has this market, or was here meanwhile.
        UnavailableError: Postgres is away.
    """
    batch_count_max = index.runtime.settings.relay_batch_count_max
    is_full = True
    while is_full and leadership.epoch is not None:
        batch = await relay_batch(
            index.runtime, index.market_id, leadership=leadership, epoch=leadership.epoch
        )
        is_full = len(batch.facts) == batch_count_max
        if batch.facts:
            await spread(index, batch)


async def spread(index: MarketIndex, batch: Batch) -> None:
    """Tell the sockets, bring the index up to date, and wake the dispatcher if it has to decide.

    All of this may fail: sockets look into Postgres, the audit mends the index, and the dispatcher
    wakes by itself.
    """
    redis, market_id = index.runtime.redis, index.market_id
    touched = touched_by(batch.facts)
    try:
        await bus.publish_events(redis, market_id, batch.messages)
        await index.apply(job_ids=touched.job_ids, courier_ids=touched.courier_ids)
        if touched.wakes_dispatch:
            await bus.publish_wake_dispatch(redis, market_id)
    except UnavailableError as error:
        log.debug("index_unreachable", market=market_id, error=repr(error))


async def listen(index: MarketIndex, wake: asyncio.Event) -> None:
    """Set the event whenever somebody has recorded facts; never returns."""
    sources = [(index.market_id, Channel.WAKE_RELAY)]
    async with Subscription(index.runtime.settings, sources) as messages:
        async for _ in messages:
            wake.set()
