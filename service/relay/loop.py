"""The relay loop of one market: what came out of each batch goes to the bus and to the index."""

import asyncio
import math
from collections import Counter
from contextlib import suppress

import msgspec
import structlog

from service.clock import monotonic_s
from service.domain.errors import LockContentionError, UnavailableError
from service.live import bus
from service.live.keys import Channel
from service.live.subscription import Subscription
from service.metrics import FACTS
from service.relay.aside import put_aside
from service.relay.batch import check_cursor, relay_batch
from service.relay.caution import Caution
from service.relay.index import MarketIndex
from service.relay.indexing import Indexing
from service.relay.touched import touched_by
from service.settings import Settings
from service.store.leadership import Leadership, LostLeaseError

log = structlog.get_logger()

# From one round to the next: facts of a busy market share batches, a single one does not wait.
ROUND_INTERVAL_S_MIN = 0.025
CURSOR_INTERVAL_S = 2.0  # so soon a place that is gone is noticed: reading finds no facts then


async def relay_facts(indexing: Indexing, leadership: Leadership, wake: asyncio.Event) -> None:
    """Relay what there is, then wait to be woken, or for the poll interval; never returns.

    A fact that comes after silence is relayed at once, those that follow closely together.

    Raises:
        MissingCursorError: there is no place to relay from, at first or any more; it is looked
            for now and then.
        UnavailableError: Postgres is away.
    """
    runtime, market_id = indexing.index.runtime, indexing.index.market_id
    settings = runtime.settings
    caution, checked_s = caution_of(settings), -math.inf
    while True:
        wake.clear()
        began_s = monotonic_s()
        if began_s >= checked_s + CURSOR_INTERVAL_S:  # however often it is woken
            await check_cursor(runtime, market_id)
            checked_s = began_s
        with suppress(LostLeaseError):  # another relay is at it: `leadership` will tell
            await relay_waiting(indexing, leadership, caution)
        await asyncio.sleep(began_s + ROUND_INTERVAL_S_MIN - monotonic_s())
        with suppress(TimeoutError):
            async with asyncio.timeout(settings.relay_poll_s):
                await wake.wait()


def caution_of(settings: Settings) -> Caution:
    """Return the caution of a relay that has met nothing yet."""
    return Caution(settings.relay_batch_count_max, unknown_s=settings.relay_unknown_s)


async def relay_waiting(indexing: Indexing, leadership: Leadership, caution: Caution) -> None:
    """Relay batch after batch until one is not full, while this process has the lease.

    The sockets are told of each; if they cannot be, they look into Postgres. A fact that fails by
    itself, time and again, is put aside.

    Raises:
        LockContentionError: others hold the same rows.
        LostLeaseError: another relay has this market, or was here meanwhile.
        UnavailableError: Postgres is away.
    """
    runtime, market_id = indexing.index.runtime, indexing.index.market_id
    epoch, is_full = leadership.epoch, True
    while is_full and epoch is not None and leadership.epoch == epoch:
        limit_count = caution.limit_count
        try:
            batch = await relay_batch(
                runtime, market_id, leadership=leadership, epoch=epoch, limit_count=limit_count
            )
        except (LockContentionError, LostLeaseError, UnavailableError):
            raise  # whatever the facts are
        except Exception as error:  # noqa: BLE001  # one of them is to blame, and will be found
            log.warning("batch_failed", market=market_id, count=limit_count, error=repr(error))
            is_unknown = isinstance(error, msgspec.ValidationError)
            if caution.is_to_be_put_aside(at_s=monotonic_s(), is_unknown=is_unknown):
                aside = await put_aside(runtime, market_id, leadership=leadership, epoch=epoch)
                await indexing.note(aside)
            await asyncio.sleep(caution.pause_s)
            continue
        caution.passed(len(batch.facts))
        is_full = len(batch.facts) == limit_count
        if batch.facts:
            for type_, count in Counter(fact.type for fact in batch.facts).items():
                FACTS.labels(market=market_id, type=type_).inc(count)
            try:
                await bus.publish_events(runtime.redis, market_id, batch.messages)
            except UnavailableError as error:
                log.debug("index_unreachable", market=market_id, error=repr(error))
            await indexing.note(touched_by(batch.facts))


async def listen(index: MarketIndex, wake: asyncio.Event) -> None:
    """Set the event whenever somebody has recorded facts; never returns."""
    sources = [(index.market_id, Channel.WAKE_RELAY)]
    async with Subscription(index.runtime.settings, sources) as messages:
        async for _ in messages:
            wake.set()
