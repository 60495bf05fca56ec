"""The shape shared by what a courier does at a stop: open the work, decide, write it down."""

from collections.abc import Callable
from datetime import datetime

from service.domain.ids import CourierId, MarketId
from service.domain.work import Work
from service.runtime import Runtime
from service.store import deployment
from service.store.connection import Connection
from service.store.works import open_work, save_work


async def change_work(
    runtime: Runtime,
    *,
    courier_id: CourierId,
    market_id: MarketId,
    decide: Callable[[Work, datetime], Work],
) -> Work:
    """Lock what the courier has in hand, change it as `decide` says, and write the difference."""

    async def work(conn: Connection) -> Work:
        opened = await open_work(conn, courier_id=courier_id)
        now = (await deployment.read_market_time(conn)).now
        after = decide(opened.work, now)
        if after is not opened.work:
            await save_work(conn, opened, after, new_id=runtime.new_id, now=now)
        return after

    return await runtime.transact(market_id, work)
