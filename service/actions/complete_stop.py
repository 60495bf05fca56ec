"""Complete the stop that the courier is at: the parcel is picked up, or delivered."""

from service.actions.work_stops import change_work
from service.domain import work as works_domain
from service.domain.ids import CourierId, MarketId, StopId
from service.runtime import Runtime


async def complete_stop(
    runtime: Runtime, *, courier_id: CourierId, market_id: MarketId, stop_id: StopId
) -> None:
    """Complete the stop.

    Raises:
        NotFoundError, InvalidStateTransitionError: as `work.complete` says.
    """
    await change_work(
        runtime,
        courier_id=courier_id,
        market_id=market_id,
        decide=lambda work, now: works_domain.complete(work, stop_id, now=now),
    )
