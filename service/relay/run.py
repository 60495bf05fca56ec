"""The relay process: for every market a lease, and under it the loops that do the work."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from service.domain.ids import MarketId
from service.relay.audit import Audit
from service.relay.index import MarketIndex
from service.relay.indexing import Indexing
from service.relay.lag import count_exceptions, measure_lag
from service.relay.leading import while_leading
from service.relay.lookout import LOOKOUT_INTERVAL_S, Lookout
from service.relay.loop import listen, relay_facts
from service.relay.retention import (
    CODES_INTERVAL_S,
    LOOKS_INTERVAL_S,
    RECIPIENTS_INTERVAL_S,
    RECORDED_INTERVAL_S,
    RETENTION_INTERVAL_S,
    forget_codes,
    forget_looks,
    forget_positions,
    forget_recipients,
    forget_record,
    forget_recorded_ticks,
    forget_rows,
    forget_webhooks,
)
from service.relay.sweep import sweep
from service.relay.watch import WATCH_INTERVAL_S, Watch
from service.runtime import Runtime
from service.store import markets
from service.store.leadership import Leadership
from service.tasks import keep_running

MARKETS_INTERVAL_S = 2.0  # how soon a new market is noticed


async def run_relay(runtime: Runtime, stop: asyncio.Event) -> None:
    """Relay all markets until `stop` is set, then let the next relay in at once."""
    runtime.scraping.before(partial(measure_lag, runtime))
    runtime.scraping.before(partial(count_exceptions, runtime))
    async with asyncio.TaskGroup() as group:
        running = group.create_task(_run_markets(runtime))
        await stop.wait()
        running.cancel()


async def _run_markets(runtime: Runtime) -> None:
    async with asyncio.TaskGroup() as group:
        started: set[MarketId] = set()

        async def start_new_markets() -> None:
            while True:
                async with runtime.pool.connection() as conn:
                    found = [row.id for row in await markets.list_market_ids(conn)]
                for market_id in found:
                    if market_id not in started:
                        group.create_task(relay_market(runtime, market_id))
                        started.add(market_id)
                await asyncio.sleep(MARKETS_INTERVAL_S)

        await keep_running("relay:markets", start_new_markets)


async def relay_market(runtime: Runtime, market_id: MarketId) -> None:
    """Relay one market until cancelled; then give up its lease."""
    leadership = Leadership(
        runtime.pool,
        name=f"relay:{market_id}",
        holder=str(runtime.new_id()),
        ttl_s=runtime.settings.lease_ttl_s,
        renew_s=runtime.settings.lease_renew_s,
        failing_s_max=runtime.settings.lease_failing_s_max,
    )
    try:
        async with asyncio.TaskGroup() as group:
            for name, work in _loops(runtime, market_id, leadership).items():
                group.create_task(keep_running(f"relay:{name}:{market_id}", work))
    finally:
        await leadership.release()


async def _keep_index(audit: Audit, leadership: Leadership, epoch: int) -> None:
    is_kept = False
    try:
        is_kept = await audit.check(lease_epoch=epoch)
    finally:
        if is_kept:
            leadership.note_work()
        else:
            leadership.note_failure()


def _loops(
    runtime: Runtime, market_id: MarketId, leadership: Leadership
) -> Mapping[str, Callable[[], Awaitable[None]]]:
    settings = runtime.settings
    index = MarketIndex(runtime, market_id)
    indexing = Indexing(index)
    wake = asyncio.Event()
    watch = Watch(runtime, market_id)
    audit = Audit(index)
    lookout = Lookout(runtime, market_id, audit.take_differing_count)

    async def sweep_due(_: int) -> None:
        await sweep(runtime, market_id)

    async def forget_old(_: int) -> None:
        await forget_positions(runtime, market_id)
        await forget_rows(runtime)
        await forget_record(runtime)
        await forget_webhooks(runtime)

    async def forget_people(_: int) -> None:
        await forget_recipients(runtime, market_id)

    async def forget_said(_: int) -> None:
        await forget_codes(runtime)

    async def forget_seen(_: int) -> None:
        await forget_looks(runtime)

    async def forget_ticks(_: int) -> None:
        await forget_recorded_ticks(runtime, market_id)

    leading = partial(while_leading, leadership)
    return {
        "lease": leadership.keep,
        "listen": partial(listen, index, wake),
        "facts": partial(relay_facts, indexing, leadership, wake),
        "indexing": indexing.run,
        "index": partial(
            leading, partial(_keep_index, audit, leadership), interval_s=settings.audit_interval_s
        ),
        "sweep": partial(leading, sweep_due, interval_s=settings.sweep_interval_s),
        "watch": partial(leading, watch.look, interval_s=WATCH_INTERVAL_S),
        "lookout": partial(leading, lookout.look, interval_s=LOOKOUT_INTERVAL_S),
        "retention": partial(leading, forget_old, interval_s=RETENTION_INTERVAL_S),
        "recipients": partial(leading, forget_people, interval_s=RECIPIENTS_INTERVAL_S),
        "codes": partial(leading, forget_said, interval_s=CODES_INTERVAL_S),
        "looks": partial(leading, forget_seen, interval_s=LOOKS_INTERVAL_S),
        "recorded_ticks": partial(leading, forget_ticks, interval_s=RECORDED_INTERVAL_S),
    }
