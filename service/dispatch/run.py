"""The dispatch process: one loop for every market of the database."""

import asyncio
from functools import partial

from service.dispatch.loop import run_market
from service.dispatch.warm_up import warm_up
from service.domain.errors import DomainError
from service.domain.ids import MarketId
from service.runtime import Runtime
from service.store import markets
from service.tasks import keep_running
from service.travel.guard import GuardedSource
from service.travel.opening import open_source

MARKETS_REREAD_S = 2.0


async def run_dispatch(runtime: Runtime, stop: asyncio.Event) -> None:
    """Dispatch until `stop` is set; then let the next process in at once.

    The kernels are compiled before any lease is asked for: that may take longer than a lease lasts.

    Raises:
        OSError, msgspec.ValidationError: the road file that the settings name cannot be read.
    """
    await asyncio.to_thread(warm_up)
    async with open_source(runtime.settings) as source, asyncio.TaskGroup() as group:
        markets_loop = partial(run_markets, runtime, source)
        loops = group.create_task(keep_running("dispatch_markets", markets_loop))
        await stop.wait()
        loops.cancel()


async def run_markets(runtime: Runtime, source: GuardedSource | None) -> None:
    """Run a loop for each market, also for those that are created meanwhile; never returns."""
    running = set[MarketId]()
    async with asyncio.TaskGroup() as group:
        while True:
            for market_id in await list_markets(runtime):
                if market_id not in running:
                    running.add(market_id)
                    work = partial(run_market, runtime, market_id, source)
                    group.create_task(keep_running("dispatch_market", work))
            await asyncio.sleep(MARKETS_REREAD_S)


async def list_markets(runtime: Runtime) -> list[MarketId]:
    """Return every market, or none while Postgres is away."""
    try:
        async with runtime.pool.connection() as conn:
            return [key.id for key in await markets.list_market_ids(conn)]
    except DomainError:
        return []
