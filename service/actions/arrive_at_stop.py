"""Arrive at the next stop."""

from service.domain import work as works_domain
from service.domain.courier import Fix
from service.domain.ids import CourierId, MarketId, StopId
from service.domain.policy import Policy
from service.runtime import Runtime
from service.store import deployment
from service.store.connection import Connection
from service.store.works import open_work, save_work


async def arrive_at_stop(
    runtime: Runtime,
    *,
    courier_id: CourierId,
    market_id: MarketId,
    stop_id: StopId,
    fix: Fix | None,
    policy: Policy,
) -> None:
    """Note that the courier is at the stop; repeating it changes nothing.

    Raises:
        NotFoundError, InvalidStateTransitionError, StalePositionError, TooFarFromStopError: as
            `work.arrive` says.
    """

    async def work(conn: Connection) -> None:
        opened = await open_work(conn, courier_id=courier_id)
        now = (await deployment.read_market_time(conn)).now
        after = works_domain.arrive(opened.work, stop_id, fix=fix, policy=policy, now=now)
        if after is not opened.work:
            await save_work(conn, opened, after, new_id=runtime.new_id, now=now)

    await runtime.transact(market_id, work)
