"""Ops are told of what the matching leaves out because it fails with it."""

from collections.abc import Sequence

import structlog

from service.dispatch.faults import Fault
from service.dispatch.rows import Pair
from service.domain.errors import UnavailableError
from service.domain.ids import ExceptionId, MarketId
from service.domain.vocabulary import ExceptionKind
from service.runtime import Runtime
from service.store import deployment
from service.store.connection import Connection
from service.store.told_exceptions import open_fault

TOLD_COUNT_MAX = 10  # of a tick

log = structlog.get_logger()


async def tell_left_out(
    runtime: Runtime, market_id: MarketId, left_out: Sequence[Pair | Fault]
) -> None:
    """Open an exception for each, about its job or else its courier, unless it has one.

    One that cannot be told stops no other, and no tick.

    Raises:
        UnavailableError: Postgres is away.
    """
    for one in left_out:
        try:
            await _tell(runtime, market_id, one)
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001  # it is in the log, and left out all the same
            log.warning("fault_not_told", left_out=str(one), error=repr(error))


async def _tell(runtime: Runtime, market_id: MarketId, one: Pair | Fault) -> None:
    courier_id, job_id = one

    async def work(conn: Connection) -> None:
        await open_fault(
            conn,
            exception_id=ExceptionId(runtime.new_id()),
            market_id=market_id,
            kind=ExceptionKind.MATCHING_FAULT,
            job_id=job_id,
            courier_id=courier_id,
            now=(await deployment.read_market_time(conn)).now,
        )

    await runtime.transact(market_id, work)
