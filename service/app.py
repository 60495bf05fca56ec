"""The composition root of the api process: the application, and the server that it runs on."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import structlog
import uvicorn
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import ControllerRouterHandler

from service.api import (
    courier_decisions,
    courier_socket,
    documents,
    health,
    merchant_jobs,
    ops_audit,
    ops_exceptions,
    ops_jobs,
    ops_ledger,
    ops_market,
    ops_offers,
    ops_policy,
    statements,
    tickets,
    watcher_sockets,
    webhook_deliveries,
    webhook_endpoints,
)
from service.api.bodies import StrictRequest, check_media_type
from service.api.callers import Audience, caller_of_request, doorkeeper
from service.api.errors import domain_problem, http_problem, unforeseen_problem
from service.api.guard import GuardedWebSocket
from service.api.headers import SECURITY_HEADERS
from service.api.http_guard import GuardedHttp
from service.api.origins import origin_of_request
from service.api.process import ApiProcess, api_process
from service.api.request_ids import RequestIds
from service.api.server import Server
from service.domain.errors import DomainError
from service.listeners import listen
from service.runtime import Runtime
from service.tasks import Stop

log = structlog.get_logger()

STOP_S_MAX = 10  # for requests under way, after the sockets were sent away


def build_app(api: ApiProcess) -> Litestar:
    """Return the application; its lifespan keeps the background loops of `api` running."""
    guard = doorkeeper(api.principals)

    def router(audience: Audience, handlers: Sequence[ControllerRouterHandler]) -> Router:
        """Return the routes of one audience, behind the door."""
        return Router(
            path="/",
            route_handlers=handlers,
            opt={"audience": audience},
            guards=[guard, check_media_type],
            security=[] if audience is Audience.PUBLIC else [{documents.SECURITY_SCHEME: []}],
            tags=[audience],
        )

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncGenerator[None]:
        async with api.running():
            yield

    return Litestar(
        route_handlers=[
            router(Audience.PUBLIC, health.HANDLERS),
            router(
                Audience.MERCHANT,
                [
                    *merchant_jobs.HANDLERS,
                    *webhook_endpoints.HANDLERS,
                    *webhook_deliveries.HANDLERS,
                    *statements.HANDLERS_OF_MERCHANT,
                    *tickets.HANDLERS_OF_MERCHANT,
                ],
            ),
            router(
                Audience.COURIER,
                [
                    *courier_decisions.HANDLERS,
                    *statements.HANDLERS_OF_COURIER,
                    *tickets.HANDLERS_OF_COURIER,
                ],
            ),
            router(
                Audience.OPS,
                [
                    *ops_market.HANDLERS,
                    *ops_jobs.HANDLERS,
                    *ops_ledger.HANDLERS,
                    *ops_offers.HANDLERS,
                    *ops_exceptions.HANDLERS,
                    *ops_audit.HANDLERS,
                    *ops_policy.HANDLERS,
                    *tickets.HANDLERS_OF_OPS,
                ],
            ),
            *documents.HANDLERS,
            *courier_socket.HANDLERS,
            *watcher_sockets.HANDLERS,
        ],
        dependencies={
            "api": Provide(lambda: api, sync_to_thread=False),
            "runtime": Provide(lambda: api.runtime, sync_to_thread=False),
            "caller": Provide(caller_of_request, sync_to_thread=False),
            "origin": Provide(origin_of_request, sync_to_thread=False),
        },
        exception_handlers={
            DomainError: domain_problem,
            HTTPException: http_problem,
            Exception: unforeseen_problem,
        },
        request_class=StrictRequest,
        request_max_body_size=api.runtime.settings.body_bytes_max,
        response_headers=SECURITY_HEADERS,
        openapi_config=documents.openapi_config(),
        plugins=[documents.ClosedStructs()],
        lifespan=[lifespan],
        logging_config=None,
        debug=False,
    )


async def run_api(runtime: Runtime, stop: Stop, *, listener: socket.socket | None = None) -> None:
    """Serve until `stop` is set, then send everybody away, over `drain_s` unless it hurries.

    Args:
        runtime: of this process.
        stop: set by whoever owns the process; no signal is handled here.
        listener: a socket that listens and may be shared with other processes; it is closed at the
            end. Without one the settings say where.
    """
    settings = runtime.settings
    is_shared = listener is not None
    if listener is None:
        listener = listen(settings.http_host, settings.http_port)
    api = api_process(runtime)
    server = Server(
        uvicorn.Config(
            RequestIds(build_app(api), new_id=runtime.new_id),
            http=GuardedHttp,
            ws=GuardedWebSocket,
            ws_max_size=settings.frame_bytes_max,
            ws_per_message_deflate=False,
            lifespan="on",
            log_config=None,
            log_level="warning",  # at "info" it would log URLs, and with them tickets
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=STOP_S_MAX,
        ),
        api,
    )
    log.info("api_started", port=listener.getsockname()[1])
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve(sockets=[]))
        accepting = group.create_task(server.accept(listener, is_shared=is_shared))
        stopping = group.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if serving.done():
            accepting.cancel()
        else:
            await server.stop(accepting, at_once=stop.at_once)
    log.info("api_stopped")
