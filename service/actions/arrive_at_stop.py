"""Arrive at the next stop."""

from service.actions.work_stops import change_work
from service.domain import work as works_domain
from service.domain.courier import Fix
from service.domain.ids import CourierId, MarketId, StopId
from service.domain.policy import Policy
from service.runtime import Runtime


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
    await change_work(
        runtime,
        courier_id=courier_id,
        market_id=market_id,
        decide=lambda work, now: works_domain.arrive(
            work, stop_id, fix=fix, policy=policy, now=now
        ),
    )
