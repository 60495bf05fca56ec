"""Each public function runs the query of the same name."""

from datetime import datetime

from msgspec import Struct

from service.domain.ids import CourierId, MarketId
from service.store.connection import Connection, to_structs
from service.store.queries import load

_SQL = load("standings")


class Answers(Struct, frozen=True, kw_only=True):
    """What a courier said to offers."""

    courier_id: CourierId
    accepted_count: int
    answered_count: int


class Earnings(Struct, frozen=True, kw_only=True):
    """What a courier on duty was promised for the offers accepted."""

    courier_id: CourierId
    pay_cents: int
    on_duty_s: float


async def count_answers(conn: Connection, *, market_id: MarketId, since: datetime) -> list[Answers]:
    return to_structs(await conn.fetch(_SQL["count_answers"], market_id, since), Answers)


async def sum_earnings(
    conn: Connection, *, market_id: MarketId, since: datetime, until: datetime
) -> list[Earnings]:
    return to_structs(await conn.fetch(_SQL["sum_earnings"], market_id, since, until), Earnings)
