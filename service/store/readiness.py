"""Each public function runs the query of the same name."""

from msgspec import Struct

from service.domain.ids import MarketId
from service.store.connection import Connection, to_struct, to_structs
from service.store.queries import load

_SQL = load("readiness")


class MarketAtWork(Struct, frozen=True, kw_only=True):
    """Who works for a market, and what waits, in seconds of real time; None: nothing does.

    Of its policy only what is needed: one that cannot be read is no reason to say nothing of all.
    """

    id: MarketId
    tick_s: float  # of market time
    has_dispatch: bool
    ticked_s_ago: float | None  # None: never yet
    has_relay: bool
    audited_s_ago: float | None  # None: never yet, or by relays of before that was noted
    untold_s: float | None


class CallsWaiting(Struct, frozen=True, kw_only=True):
    due_s: float | None


async def list_markets_at_work(conn: Connection) -> list[MarketAtWork]:
    return to_structs(await conn.fetch(_SQL["list_markets_at_work"]), MarketAtWork)


async def read_calls_waiting(conn: Connection, *, calls_count_max: int) -> CallsWaiting:
    (row,) = await conn.fetch(_SQL["read_calls_waiting"], calls_count_max)
    return to_struct(row, CallsWaiting)
