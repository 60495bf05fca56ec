"""A backtest over the recorded ticks of a span of market time: read, decided again, reported."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime

from msgspec import Struct

from service.dispatch.backtest import Backtest, Comparison
from service.dispatch.discretion import exact
from service.dispatch.recording import RecordedTick, UnreadableTickError, unpack
from service.domain.errors import InvalidParamsError, NotFoundError
from service.domain.ids import MarketId
from service.domain.market import Market
from service.domain.policy import Policy, with_changes
from service.runtime import Runtime, read_market
from service.store import markets, policies, recorded_ticks
from service.store.recorded_ticks import RecordedRow

PAGE_TICKS_COUNT = 20
POLICIES_COUNT_MAX = 10_000

HOW = (
    "Each tick is decided again on what was recorded of it, and the world does not go on from "
    "there: no offer changes a later tick. A search counts once, as it is first proposed. Couriers "
    "beyond the search radius of then are not on record, and after a day those without a job stand "
    "in the middle of their cells. Expected values are those of the plan. "
    "pay_spread is the Gini coefficient of pay offered per recorded tick on duty."
)


class Asked(Struct, frozen=True, kw_only=True):
    """Which ticks, and what to set in the policy that they were decided under."""

    from_at: datetime
    to_at: datetime
    changes: Mapping[str, object]
    market_id: MarketId | None  # None: the only one
    ticks_count_max: int


class BacktestReport(Struct, frozen=True, kw_only=True):
    """What would have been decided otherwise, and what is to be known of that."""

    market_id: MarketId
    from_at: datetime
    to_at: datetime
    policy_changes: Mapping[str, object]
    how: str
    unreadable_count: int  # ticks of a version that is not read any more
    coarse_count: int  # ticks of which it is forgotten where exactly idle couriers were
    is_cut: bool  # there were more ticks than asked for
    comparison: Comparison


async def run_backtest(runtime: Runtime, asked: Asked) -> BacktestReport:
    """Decide each tick under the policy of then, and with the changes, and compare.

    Raises:
        NotFoundError: there is no such market, or no recorded tick of it.
        InvalidParamsError: the changes are not allowed, or the market is not clear.
        UnavailableError: Postgres is away.
    """
    market = await _market(runtime, asked.market_id)
    with_changes(market.policy, asked.changes)  # refuses before the work, not in the midst of it
    policy_of = await _policies(runtime, market.id)
    compared, unreadable_count, coarse_count, ticks_count = Backtest(market), 0, 0, 0
    async for row in _rows(runtime, market.id, asked):
        ticks_count += 1
        if ticks_count > asked.ticks_count_max:
            break
        recorded = _unpacked(row)
        if recorded is None:
            unreadable_count += 1
            continue
        coarse_count += row.exact_places is None
        before = policy_of[row.policy_version]
        after = with_changes(before, asked.changes)
        await asyncio.to_thread(compared.add, recorded, before=before, after=after)
    if ticks_count == unreadable_count:
        raise NotFoundError("there are no recorded ticks in this span of market time")
    return BacktestReport(
        market_id=market.id,
        from_at=asked.from_at,
        to_at=asked.to_at,
        policy_changes=asked.changes,
        how=HOW,
        unreadable_count=unreadable_count,
        coarse_count=coarse_count,
        is_cut=ticks_count > asked.ticks_count_max,
        comparison=compared.comparison(),
    )


async def _market(runtime: Runtime, market_id: MarketId | None) -> Market:
    async with runtime.pool.connection() as conn:
        if market_id is None:
            found = await markets.list_market_ids(conn)
            if len(found) != 1:
                raise InvalidParamsError("there is not exactly one market: say which")
            market_id = found[0].id
        return await read_market(conn, market_id)


async def _policies(runtime: Runtime, market_id: MarketId) -> dict[int, Policy]:
    async with runtime.pool.connection() as conn:
        versions = await policies.list_policies(
            conn, market_id=market_id, before_version=None, limit_count=POLICIES_COUNT_MAX
        )
    return {version.version: version.parameters for version in versions}


async def _rows(runtime: Runtime, market_id: MarketId, asked: Asked) -> AsyncGenerator[RecordedRow]:
    after_id = 0
    while True:
        async with runtime.pool.connection() as conn:
            page = await recorded_ticks.list_recorded_ticks(
                conn,
                market_id=market_id,
                from_at=asked.from_at,
                to_at=asked.to_at,
                after_id=after_id,
                limit_count=PAGE_TICKS_COUNT,
            )
        for row in page:
            yield row
        if len(page) < PAGE_TICKS_COUNT:
            return
        after_id = page[-1].tick_id


def _unpacked(row: RecordedRow) -> RecordedTick | None:
    try:
        recorded = unpack(row.packed)
        return recorded if row.exact_places is None else exact(recorded, row.exact_places)
    except UnreadableTickError:
        return None
