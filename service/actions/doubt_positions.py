"""Ask ops to look at a courier's positions; nothing else follows from a doubt."""

from datetime import timedelta

from service.domain.ids import CourierId, ExceptionId, MarketId
from service.domain.trouble import OPEN_COUNT_MAX
from service.domain.vocabulary import ExceptionKind, Severity
from service.runtime import Runtime
from service.store import deployment, exceptions
from service.store.connection import Connection
from service.store.told_exceptions import open_and_tell

DECIDED_S = 86_400.0  # of market time; who was looked at is left alone for a day


async def doubt_positions(runtime: Runtime, *, courier_id: CourierId, market_id: MarketId) -> bool:
    """Open an exception, and return whether there is one now.

    There is none where somebody has looked at the courier within the day, or as many are open as
    anybody reads.

    Raises:
        LockContentionError, UnavailableError: as `transact` says.
    """

    async def work(conn: Connection) -> bool:
        now = (await deployment.read_market_time(conn)).now
        known = await exceptions.list_watched(
            conn,
            market_id=market_id,
            kinds=[ExceptionKind.POSITION_DOUBTFUL],
            decided_since=now - timedelta(seconds=DECIDED_S),
        )
        of_courier = [one for one in known if one.courier_id == courier_id]
        open_count = sum(one.resolved_at is None for one in known)
        if of_courier or open_count >= OPEN_COUNT_MAX:
            return any(one.resolved_at is None for one in of_courier)
        await open_and_tell(
            conn,
            exception_id=ExceptionId(runtime.new_id()),
            market_id=market_id,
            kind=ExceptionKind.POSITION_DOUBTFUL,
            severity=Severity.WARNING,
            job_id=None,
            courier_id=courier_id,
            now=now,
        )
        return True

    return await runtime.transact(market_id, work)
