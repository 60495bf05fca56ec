"""The market as ops see and pause it."""

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from service.actions.pause_market import pause_market
from service.api.callers import OpsCaller
from service.api.errors import problems
from service.api.present_ops import market_body
from service.domain.audit_log import Origin
from service.domain.permission import Right
from service.runtime import Runtime, read_market
from service.wire.rest import MarketBody, PauseMarketBody


@get(
    "/v1/ops/market",
    operation_id="getMarket",
    summary="Read the market",
    opt={"permission": Right.OPS_READ},
    responses=problems(404),
)
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
    opt={"permission": Right.OPS_DISPATCH},
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


HANDLERS = [read_one, pause_one]
