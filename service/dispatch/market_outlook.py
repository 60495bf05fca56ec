"""The outlook of one market, read again and again beside its ticks, never in their way."""

import asyncio
from datetime import datetime, timedelta

from service.clock import monotonic_s
from service.dispatch.demand import RECENT_S, WEEKS_COUNT, demand_of
from service.dispatch.outlook import Outlook
from service.dispatch.standing import standings_of
from service.domain.market import Market
from service.runtime import Runtime
from service.store import demand, standings
from service.store.demand import OpenedJob

READ_EVERY_S = 60.0  # real time
READ_SHARE_MAX = 0.05  # of the time: a market that takes long to read is read less often
ANSWERS_COUNT_FOR = timedelta(days=28)
EARNINGS_COUNT_FOR = timedelta(hours=24)
OPENED_JOBS_COUNT_MAX = 20_000  # of one hour


class MarketOutlook:
    """Gives each tick what was read last; when Postgres fails, that stays."""

    def __init__(self, runtime: Runtime, *, read_every_s: float = READ_EVERY_S) -> None:
        self._runtime = runtime
        self._read_every_s = read_every_s
        self._outlook = Outlook()
        self._due: asyncio.Queue[tuple[Market, datetime]] = asyncio.Queue(maxsize=1)
        self._next_s = 0.0

    def of_tick(self, market: Market, now: datetime) -> Outlook:
        """Return the outlook as last read; let it be read again when it is time."""
        at_s = monotonic_s()
        if at_s >= self._next_s and self._due.empty():
            self._next_s = at_s + self._read_every_s
            self._due.put_nowait((market, now))
        return self._outlook

    async def keep(self) -> None:
        """Read the outlook whenever it is due; never returns."""
        while True:
            market, now = await self._due.get()
            began_s = monotonic_s()
            self._outlook = await read_outlook(self._runtime, market, now)
            took_s = monotonic_s() - began_s
            self._next_s = max(self._next_s, began_s + took_s / READ_SHARE_MAX)


async def read_outlook(runtime: Runtime, market: Market, now: datetime) -> Outlook:
    """Return what there is to know at this instant of market time.

    Raises:
        UnavailableError: Postgres is away, or too slow.
    """
    async with runtime.pool.connection() as conn:
        answers = await standings.count_answers(
            conn, market_id=market.id, since=now - ANSWERS_COUNT_FOR
        )
        earnings = await standings.sum_earnings(
            conn, market_id=market.id, since=now - EARNINGS_COUNT_FOR, until=now
        )
    recent, *weeks = [
        await _opened(runtime, market, since=since)
        for since in (
            now - timedelta(seconds=RECENT_S),
            *(now - timedelta(weeks=week) for week in range(1, WEEKS_COUNT + 1)),
        )
    ]
    places = await asyncio.to_thread(demand_of, recent, weeks, now=now)
    return Outlook(standings=standings_of(answers, earnings), demand=places)


async def _opened(runtime: Runtime, market: Market, *, since: datetime) -> list[OpenedJob]:
    """Return the jobs opened in the hour from then on."""
    async with runtime.pool.connection() as conn:
        return await demand.list_opened(
            conn,
            market_id=market.id,
            since=since,
            until=since + timedelta(seconds=RECENT_S),
            limit_count=OPENED_JOBS_COUNT_MAX,
        )
