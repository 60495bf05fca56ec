"""What an action needs from outside; opened once per process, closed in reverse."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar
from uuid import UUID

import msgspec
import structlog
from msgspec import Struct
from uuid_utils.compat import uuid7

from service.clock import Clock
from service.domain.errors import LockContentionError, NotFoundError
from service.domain.ids import MarketId
from service.domain.market import Market
from service.domain.sealing import UNSEALED, KeyChain
from service.live.connect import Redis, open_redis
from service.live.relay_waker import RelayWaker
from service.loop_lag import LoopLag
from service.metrics import LOOP_LAG_S
from service.scraping import Scraping
from service.settings import Settings
from service.store import markets
from service.store.anchoring import keep_anchored, read_anchor
from service.store.connection import Connection
from service.store.history import read_history
from service.store.pool import Pool, open_pool
from service.tasks import keep_running

T = TypeVar("T")

log = structlog.get_logger()


class Runtime(Struct, frozen=True, kw_only=True):
    settings: Settings
    clock: Clock
    epoch: UUID  # of this history; changes when a backup is restored
    pool: Pool
    redis: Redis
    new_id: Callable[[], UUID]
    relay_waker: RelayWaker
    recipient_keys: KeyChain = UNSEALED
    loop_lag: LoopLag = msgspec.field(default_factory=LoopLag)
    scraping: Scraping = msgspec.field(default_factory=Scraping)
    is_hurried: bool = False  # somebody waits for the answer

    async def measure_loop_lag(self) -> None:
        """Set the metric to what the last minute was like."""
        lag = self.loop_lag.window()
        for quantile, lag_ms in (("0.5", lag.p50_ms), ("0.99", lag.p99_ms), ("1", lag.max_ms)):
            if lag_ms is not None:
                LOOP_LAG_S.labels(quantile=quantile).set(lag_ms / 1_000.0)

    async def transact(self, market_id: MarketId, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Run `work` as `attempt` does; then wake the relay, for there are facts to tell.

        Raises:
            LockContentionError, UnavailableError, DomainError: as `attempt` says.
        """
        result = await self.attempt(work)
        self.relay_waker.wake(market_id)
        return result

    async def attempt(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Run `work` in a transaction, again if others were in its way.

        Where somebody waits for the answer, a lock that was waited for in vain is not waited for
        again: that took long enough, and whoever holds it still does.

        Raises:
            LockContentionError: others were in the way; nothing was done.
            UnavailableError: Postgres is away; whether it committed is not known.
            DomainError: whatever `work` refuses; nothing was done.
        """
        attempts_left_count = self.settings.transaction_attempts_count_max
        pause_s = 0.01
        while True:
            try:
                async with self.pool.transaction() as conn:
                    return await work(conn)
            except LockContentionError as error:
                attempts_left_count -= 1
                if attempts_left_count == 0 or (error.has_waited and self.is_hurried):
                    raise
                log.info("transaction_retried", attempts_left_count=attempts_left_count)
                await asyncio.sleep(pause_s)
                pause_s *= 2


async def read_market(conn: Connection, market_id: MarketId) -> Market:
    """Return the market with its policy.

    Raises:
        NotFoundError: there is none.
    """
    market = await markets.read_market(conn, market_id=market_id)
    if market is None:
        raise NotFoundError("there is no such market")
    return market


@asynccontextmanager
async def open_runtime(
    settings: Settings, *, recipient_keys: KeyChain = UNSEALED
) -> AsyncGenerator[Runtime]:
    """Open the connections of this process, and watch its event loop.

    Args:
        settings: of this process.
        recipient_keys: for those who tell people, or look for somebody; others handle sealed texts.

    Raises:
        UnavailableError: Postgres does not answer.
        UnpreparedError: the database has no history yet.
        UnfitForLiveError: there is a live market, and these settings are for tests.
    """
    pool = await open_pool(settings)
    redis = open_redis(settings)
    loop_lag = LoopLag()
    relay_waker = RelayWaker(redis)
    tasks = [
        asyncio.create_task(keep_running("loop_lag", loop_lag.run)),
        asyncio.create_task(keep_running("relay_waker", relay_waker.run)),
    ]
    try:
        async with pool.connection() as conn:
            history = await read_history(conn)
            clock = Clock(await read_anchor(conn))
        if history.has_live_market:
            settings.check_fit_for_live()
        keep_time = partial(keep_anchored, clock, pool)
        tasks.append(asyncio.create_task(keep_running("clock", keep_time)))
        runtime = Runtime(
            settings=settings,
            clock=clock,
            epoch=history.epoch,
            pool=pool,
            redis=redis,
            new_id=uuid7,
            relay_waker=relay_waker,
            recipient_keys=recipient_keys,
            loop_lag=loop_lag,
        )
        runtime.scraping.before(runtime.measure_loop_lag)
        yield runtime
    finally:
        for task in tasks:
            task.cancel()
        await redis.aclose()
        await pool.close()
