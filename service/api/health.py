"""Is the process alive, and is it of use: for load balancers, and for people who wonder."""

from typing import Literal

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec

from service.api.errors import problem_specs
from service.api.process import ApiProcess
from service.api.readiness import Ages, Components, Found, degraded_by
from service.loop_lag import Lag


class LiveBody(msgspec.Struct, frozen=True):
    status: Literal["live"] = "live"


class ReadyBody(msgspec.Struct, frozen=True, kw_only=True):
    """`degraded` names what is worse than it could be; without Postgres nothing is decided.

    A process that sends its sockets away (`draining`) is not to be sent anybody.
    """

    status: Literal["ready", "degraded", "unavailable"]
    components: Components
    degraded: tuple[str, ...]
    ages: Ages
    loop_lag: Lag  # of the process that answers, in the last minute


# Any route may be asked for with a host that is none.
@get(
    "/health/live",
    operation_id="healthLive",
    summary="The process runs",
    responses=problem_specs(400),
)
async def live() -> LiveBody:
    """Answer."""
    return LiveBody()


@get(
    "/health/ready",
    operation_id="healthReady",
    summary="The process is of use",
    responses={
        **problem_specs(400),
        503: ResponseSpec(
            ReadyBody,
            generate_examples=False,
            description="There is no Postgres, or the process is ending",
        ),
    },
)
async def ready(api: NamedDependency[ApiProcess]) -> Response[ReadyBody]:
    """Say how each part does; 503 when there is no Postgres, or the process is ending."""
    found = await api.readiness.look()
    lag = api.runtime.loop_lag.window()
    body = judge(found, lag, is_draining=api.fanout.is_draining)
    return Response(body, status_code=503 if body.status == "unavailable" else 200)


def judge(found: Found, loop_lag: Lag, *, is_draining: bool) -> ReadyBody:
    """Return what it means that these do so; a late loop is told, and judged by nobody."""
    degraded = (*(["draining"] if is_draining else []), *degraded_by(found.components))
    if is_draining or found.components.postgres == "down":
        status = "unavailable"
    else:
        status = "degraded" if degraded else "ready"
    return ReadyBody(
        status=status,
        components=found.components,
        degraded=degraded,
        ages=found.ages,
        loop_lag=loop_lag,
    )


HANDLERS = [live, ready]
