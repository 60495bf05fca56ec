"""How each part of the service does, as far as this process can tell, and what that is called.

The names in `degraded` are part of the interface. Only without Postgres is nothing decided; all
else waits, or goes on with less. Who has too much to do for Postgres to be asked is of use: were it
taken away, the others had more to do.
"""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Literal

from msgspec import Struct

from service.clock import Clock, monotonic_s
from service.domain.errors import OverloadedError, UnavailableError
from service.domain.webhook import CALLS_COUNT_MAX
from service.live import index
from service.live.writable import check_writable
from service.runtime import Runtime
from service.store import readiness
from service.store.readiness import MarketAtWork

LOOKED_S = 0.5  # whoever asks meanwhile is told the same: health checks cost nothing
TICK_S_MAX = 10.0  # since the last tick, or three periods of a market that ticks more slowly
TICK_PERIODS_COUNT_MAX = 3.0
AUDIT_S_MAX = 10.0  # since the index was last found or made whole, or three audits' intervals
AUDITS_COUNT_MAX = 3.0
UNTOLD_S_MAX = 5.0
DUE_S_MAX = 10.0

State = Literal["up", "late", "rebuilding", "down", "unknown"]


class Components(Struct, frozen=True, kw_only=True):
    """`late`: it is there, and does not do its work; `unknown`: nobody who knows is there."""

    postgres: State
    redis: State = "unknown"
    index: State = "unknown"  # of couriers and open jobs, in Redis
    dispatch: State = "unknown"
    relay: State = "unknown"
    webhooks: State = "unknown"


class Ages(Struct, frozen=True, kw_only=True):
    """Of the market that is worst off, in seconds of real time; None: nothing waits."""

    last_tick_s: float | None = None
    untold_fact_s: float | None = None
    due_webhook_s: float | None = None


class Found(Struct, frozen=True, kw_only=True):
    components: Components
    ages: Ages = Ages()


# In the order in which they are told.
_NAMES: tuple[tuple[str, State, str], ...] = (
    ("postgres", "down", "postgres_unavailable"),
    ("postgres", "late", "postgres_late"),
    ("redis", "down", "redis_unavailable"),
    ("redis", "late", "redis_refuses_writes"),
    ("index", "rebuilding", "index_rebuilding"),
    ("index", "late", "index_late"),
    ("dispatch", "down", "dispatch_down"),
    ("dispatch", "late", "dispatch_late"),
    ("relay", "down", "relay_down"),
    ("relay", "late", "relay_late"),
    ("webhooks", "late", "webhooks_late"),
)


def degraded_by(components: Components) -> tuple[str, ...]:
    """Return what is worse than it could be, by its stable names."""
    return tuple(name for part, state, name in _NAMES if getattr(components, part) == state)


def dispatch_state(markets: Sequence[MarketAtWork], clock: Clock) -> State:
    """Return how matching does in the market that is worst off."""
    if not all(market.has_dispatch for market in markets):
        return "down"
    return "late" if any(_ticks_late(market, clock) for market in markets) else "up"


def _ticks_late(market: MarketAtWork, clock: Clock) -> bool:
    period_s = clock.real_s(market.tick_s)
    allowed_s = max(TICK_S_MAX, TICK_PERIODS_COUNT_MAX * period_s)
    return market.ticked_s_ago is None or market.ticked_s_ago > allowed_s


def relay_state(markets: Sequence[MarketAtWork]) -> State:
    """Return how the relay does in the market that is worst off."""
    if not all(market.has_relay for market in markets):
        return "down"
    return "late" if (_most(market.untold_s for market in markets) or 0.0) > UNTOLD_S_MAX else "up"


def index_state(built: State, markets: Sequence[MarketAtWork], *, audit_interval_s: float) -> State:
    """Return how the index does that is built so: where a relay leads, it is kept, or grows old."""
    allowed_s = max(AUDIT_S_MAX, AUDITS_COUNT_MAX * audit_interval_s)
    led = [market for market in markets if market.has_relay]
    is_late = (_most(market.audited_s_ago for market in led) or 0.0) > allowed_s
    return "late" if built == "up" and is_late else built


def ages_of(markets: Sequence[MarketAtWork], *, due_s: float | None) -> Ages:
    """Return how long what waits has waited."""
    return Ages(
        last_tick_s=_most(market.ticked_s_ago for market in markets),
        untold_fact_s=_most(market.untold_s for market in markets),
        due_webhook_s=due_s,
    )


def _most(ages_s: Iterable[float | None]) -> float | None:
    """Return the longest; None when there is none."""
    return max((round(age_s, 1) for age_s in ages_s if age_s is not None), default=None)


class Readiness:
    """Looks at most every half second, once for all who ask."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._turn = asyncio.Lock()
        self._found = Found(components=Components(postgres="unknown"))
        self._looked_s = float("-inf")

    async def look(self) -> Found:
        """Return how everything does."""
        async with self._turn:
            if monotonic_s() - self._looked_s > LOOKED_S:
                self._found = await self._look()
                self._looked_s = monotonic_s()
            return self._found

    async def _look(self) -> Found:
        try:
            async with self._runtime.pool.connection() as conn:
                markets = await readiness.list_markets_at_work(conn)
                calls = await readiness.read_calls_waiting(conn, calls_count_max=CALLS_COUNT_MAX)
        except OverloadedError:  # by what this process does itself, as far as is known
            return await self._without_markets(
                "late" if await self._runtime.pool.answers() else "down"
            )
        except UnavailableError:
            return await self._without_markets("down")
        redis, built = await self._look_into_redis(markets)
        return Found(
            components=Components(
                postgres="up",
                redis=redis,
                index=index_state(
                    built, markets, audit_interval_s=self._runtime.settings.audit_interval_s
                ),
                dispatch=dispatch_state(markets, self._runtime.clock),
                relay=relay_state(markets),
                webhooks="late" if (calls.due_s or 0.0) > DUE_S_MAX else "up",
            ),
            ages=ages_of(markets, due_s=_most([calls.due_s])),
        )

    async def _without_markets(self, postgres: State) -> Found:
        """Return what is known without rows: nothing of the markets."""
        redis, _ = await self._look_into_redis(())
        return Found(components=Components(postgres=postgres, redis=redis))

    async def _look_into_redis(self, markets: Sequence[MarketAtWork]) -> tuple[State, State]:
        """Return how Redis does, and the index in it."""
        redis = self._runtime.redis
        try:
            await redis.execute("PING")
            epochs = [await index.index_epoch(redis, market.id) for market in markets]
        except UnavailableError:
            return "down", "unknown"
        built: State = "up" if None not in epochs else "rebuilding"
        try:
            for market in markets:
                await check_writable(redis, market.id)
        except UnavailableError:  # it follows another, or is full: what it tells grows old
            return "late", built
        return "up", built
