"""Is the process alive, and is it of use: for load balancers, and for people who wonder."""

from typing import Literal

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from service.api.process import ApiProcess
from service.domain.errors import UnavailableError
from service.live import index
from service.loop_lag import Lag
from service.runtime import Runtime
from service.store import markets
from service.store.markets import MarketKey

State = Literal["up", "down", "rebuilding", "unknown"]


class LiveBody(msgspec.Struct, frozen=True):
    status: Literal["live"] = "live"


class Components(msgspec.Struct, frozen=True, kw_only=True):
    postgres: State
    redis: State
    index: State


class ReadyBody(msgspec.Struct, frozen=True, kw_only=True):
    """`degraded` names what is worse than it could be; without Postgres nothing is decided.

    A process that sends its sockets away (`draining`) is not to be sent anybody.
    """

    status: Literal["ready", "degraded", "unavailable"]
    components: Components
    degraded: tuple[str, ...]
    loop_lag: Lag  # of the process that answers, in the last minute


@get("/health/live", operation_id="healthLive", summary="The process runs")
async def live() -> LiveBody:
    """Answer."""
    return LiveBody()


@get(
    "/health/ready",
    operation_id="healthReady",
    summary="The process is of use",
    responses={
        503: ResponseSpec(
            ReadyBody,
            generate_examples=False,
            description="There is no Postgres, or the process is ending",
        )
    },
)
async def ready(api: NamedDependency[ApiProcess]) -> Response[ReadyBody]:
    """Say which servers are there; 503 when there is no Postgres, or the process is ending."""
    runtime = api.runtime
    body = judge(
        await _look(runtime), runtime.loop_lag.window(), is_draining=api.fanout.is_draining
    )
    return Response(body, status_code=503 if body.status == "unavailable" else 200)


def judge(components: Components, loop_lag: Lag, *, is_draining: bool) -> ReadyBody:
    """Return what it means that these are up or not; a late loop is told, and judged by nobody."""
    degraded = ["draining"] if is_draining else []
    if components.redis == "down":
        degraded.append("redis_unavailable")
    elif components.index == "rebuilding":
        degraded.append("index_rebuilding")
    if components.postgres == "down":
        degraded.insert(0, "postgres_unavailable")
    if is_draining or components.postgres == "down":
        status = "unavailable"
    else:
        status = "degraded" if degraded else "ready"
    return ReadyBody(
        status=status,
        components=components,
        degraded=tuple(degraded),
        loop_lag=loop_lag,
    )


async def _look(runtime: Runtime) -> Components:
    found: list[MarketKey] | None
    try:
        async with runtime.pool.connection() as conn:
            found = await markets.list_market_ids(conn)
    except UnavailableError:
        found = None
    try:
        await runtime.redis.execute("PING")
        epochs = [await index.index_epoch(runtime.redis, market.id) for market in found or ()]
    except UnavailableError:
        return Components(postgres="down" if found is None else "up", redis="down", index="unknown")
    if found is None:
        return Components(postgres="down", redis="up", index="unknown")
    is_built = all(epoch is not None for epoch in epochs)
    return Components(postgres="up", redis="up", index="up" if is_built else "rebuilding")


HANDLERS = [live, ready]
