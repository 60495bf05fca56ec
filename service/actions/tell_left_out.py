"""Ops are told of whom the matching, or its live index, leaves out because it fails with them."""

from collections.abc import Sequence
from typing import TypeAlias

import structlog

from service.domain.errors import UnavailableError
from service.domain.ids import CourierId, ExceptionId, JobId, MarketId
from service.domain.vocabulary import ExceptionKind
from service.runtime import Runtime
from service.store import deployment
from service.store.connection import Connection
from service.store.told_exceptions import open_fault

TOLD_COUNT_MAX = 10  # at a time

Fault: TypeAlias = tuple[CourierId | None, JobId | None]  # either, or the two together

log = structlog.get_logger()


async def tell_left_out(runtime: Runtime, market_id: MarketId, left_out: Sequence[Fault]) -> None:
    """Open an exception for each, about its job or else its courier, unless it has one.

    One that cannot be told stops no other, nor who tells.

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


async def _tell(runtime: Runtime, market_id: MarketId, one: Fault) -> None:
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
