"""Report that a stop cannot be done."""

from service.actions.failed_attempts import tell_failed_attempts
from service.domain import work as works_domain
from service.domain.ids import CourierId, MarketId, StopId
from service.domain.vocabulary import ReasonCode
from service.runtime import Runtime
from service.store import deployment, jobs
from service.store.connection import Connection
from service.store.works import open_work, save_work


async def fail_stop(
    runtime: Runtime,
    *,
    courier_id: CourierId,
    market_id: MarketId,
    stop_id: StopId,
    reason: ReasonCode,
) -> None:
    """Fail the stop: a pickup frees the job, a drop-off asks ops what to do with the parcel.

    Raises:
        NotFoundError, InvalidStateTransitionError: as `work.fail` says.
    """

    async def work(conn: Connection) -> None:
        opened = await open_work(conn, courier_id=courier_id)
        now = (await deployment.read_market_time(conn)).now
        after = works_domain.fail(opened.work, stop_id, reason=reason, now=now)
        await save_work(conn, opened, after, new_id=runtime.new_id, now=now)
        await tell_failed_attempts(conn, runtime, before=opened.work, after=after, now=now)

    await runtime.transact(market_id, work)


async def has_failed(runtime: Runtime, *, courier_id: CourierId, stop_id: StopId) -> bool:
    """Return whether it was this courier who failed the stop: then to say so again is right."""
    async with runtime.pool.connection() as conn:
        found = await jobs.find_failed_stop(conn, stop_id=stop_id, courier_id=courier_id)
    return found is not None
