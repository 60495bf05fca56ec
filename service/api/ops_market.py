"""The market as ops see and pause it, and the couriers in it."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from service.actions.pause_market import pause_market
from service.api.callers import OpsCaller
from service.api.cursors import PAGE_COUNT_DEFAULT, Cursor, Limit, id_of_cursor
from service.api.errors import problems
from service.api.present_ops import market_body, ops_courier_page
from service.domain.audit_log import Origin
from service.domain.courier import Courier
from service.domain.errors import UnavailableError
from service.domain.ids import CourierId
from service.domain.lifecycle import CourierStatus
from service.live import positions
from service.live.records import LiveFix
from service.runtime import Runtime, read_market
from service.store import couriers
from service.wire.rest import MarketBody, OpsCourierPage, PauseMarketBody


@get("/v1/ops/market", operation_id="getMarket", summary="Read the market", responses=problems(404))
async def read_one(
    caller: NamedDependency[OpsCaller], runtime: NamedDependency[Runtime]
) -> MarketBody:
    """Read the operator's market."""
    async with runtime.pool.connection() as conn:
        return market_body(await read_market(conn, caller.market_id))


@put(
    "/v1/ops/market/pause",
    operation_id="pauseMarket",
    summary="Pause or resume the market",
    responses=problems(404, 409, 413, 415),
)
async def pause_one(
    data: JSONBody[PauseMarketBody],
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    origin: NamedDependency[Origin],
) -> MarketBody:
    """Pause the market: no new jobs and no new offers; what is under way goes on."""
    market = await pause_market(
        runtime, market_id=caller.market_id, is_paused=data.is_paused, origin=origin
    )
    return market_body(market)


@get(
    "/v1/ops/couriers",
    operation_id="listCouriers",
    summary="List couriers with their positions",
    responses=problems(),
)
async def list_couriers(
    *,
    caller: NamedDependency[OpsCaller],
    runtime: NamedDependency[Runtime],
    status: Annotated[list[CourierStatus] | None, QueryParameter(description="repeatable")] = None,
    cursor: Cursor = None,
    limit: Limit = PAGE_COUNT_DEFAULT,
) -> OpsCourierPage:
    """List couriers; positions are null while the live index is away."""
    after_id = id_of_cursor(cursor)
    async with runtime.pool.connection() as conn:
        found = await couriers.list_couriers(
            conn,
            market_id=caller.market_id,
            statuses=status or (),
            after_id=None if after_id is None else CourierId(after_id),
            limit_count=limit,
        )
    return ops_courier_page(found, await _fixes(runtime, caller, found), limit_count=limit)


async def _fixes(
    runtime: Runtime, caller: OpsCaller, found: list[Courier]
) -> Mapping[UUID, LiveFix]:
    try:
        return await positions.read_fixes(
            runtime.redis, caller.market_id, [courier.id for courier in found]
        )
    except UnavailableError:
        return {}


HANDLERS = [read_one, pause_one, list_couriers]
