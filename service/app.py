"""The composition root of the api process: the application, and the server that it runs on."""

import asyncio
import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache

import structlog
import uvicorn
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import ControllerRouterHandler, Scope
from msgspec.structs import replace

from service.api import (
    assets,
    basemap,
    courier_decisions,
    courier_log_in,
    courier_page,
    courier_proofs,
    courier_socket,
    documents,
    health,
    merchant_appearance,
    merchant_jobs,
    merchant_keys,
    merchant_messages,
    merchant_proofs,
    ops_audit,
    ops_contacts,
    ops_courier_acts,
    ops_couriers,
    ops_exceptions,
    ops_figures,
    ops_issuer,
    ops_jobs,
    ops_ledger,
    ops_market,
    ops_messages,
    ops_near_couriers,
    ops_offers,
    ops_operators,
    ops_policy,
    ops_proofs,
    ops_record,
    ops_session,
    ops_stops,
    ops_undo,
    pages,
    statements,
    tickets,
    tiles,
    tracking,
    tracking_page,
    watcher_sockets,
    webhook_deliveries,
    webhook_endpoints,
)
from service.api.bodies import StrictRequest, check_media_type
from service.api.callers import Audience, caller_of_request
from service.api.cookies import check_plain
from service.api.doorkeeper import let_in
from service.api.errors import domain_problem, http_problem, unforeseen_problem
from service.api.guard import GuardedWebSocket
from service.api.headers import headers_of_answers
from service.api.http_guard import GuardedHttp
from service.api.origins import origin_of_request
from service.api.process import ApiProcess, api_process
from service.api.rate_headers import RateHeaders
from service.api.recipients import recipient_of_request
from service.api.request_counts import RequestCounts
from service.api.request_ids import RequestIds
from service.api.server import Server
from service.api.serving import Serving, process_of
from service.api.shedding import Shedding, class_of, take_place
from service.domain.errors import DomainError, UnavailableError
from service.listeners import listen
from service.runtime import Runtime
from service.settings import Settings
from service.store import row_security
from service.store.row_security import writing_as
from service.tasks import Stop

log = structlog.get_logger()

STOP_S_MAX = 10  # for requests under way, after the sockets were sent away


def build_app(settings: Settings) -> Litestar:
    """Return the application, for a server that says which process serves: see `Serving`."""
    return _build_app(body_bytes_max=settings.body_bytes_max, is_plain=settings.ops_cookie_is_plain)


def _router(
    audience: Audience,
    handlers: Sequence[ControllerRouterHandler],
    dependencies: Mapping[str, Provide] = {},
) -> Router:
    """Return the routes of one audience, behind the door."""
    return Router(
        path="/",
        route_handlers=handlers,
        dependencies=dependencies,
        opt={"audience": audience},
        guards=[let_in, check_media_type, take_place],
        security=documents.security_of(audience),
        tags=[audience],
    )


def _api_of_route(scope: Scope) -> ApiProcess:
    """Return the process as the route's class sees it."""
    return process_of(scope, class_of(scope["route_handler"]))


def _runtime_of_route(scope: Scope) -> Runtime:
    """Return the runtime with the connections of the route's class."""
    return _api_of_route(scope).runtime


def _runtime_of_merchant(scope: Scope) -> Runtime:
    """Return the same for one merchant: what reads says so itself."""
    runtime, caller = _runtime_of_route(scope), scope["auth"]
    if scope["type"] != "http" or scope["method"] == "GET":
        return runtime
    return replace(runtime, pool=writing_as(runtime.pool, caller.id))


@cache
def _build_app(*, body_bytes_max: int, is_plain: bool) -> Litestar:
    """Build it once: that takes a second of a processor, and servers of one process can share."""
    return Litestar(
        route_handlers=[
            _router(
                Audience.PUBLIC,
                [
                    *assets.HANDLERS,
                    *basemap.HANDLERS,
                    *health.HANDLERS,
                    *courier_log_in.PUBLIC_HANDLERS,
                    *courier_page.HANDLERS,
                    *ops_issuer.HANDLERS,
                    *ops_session.PUBLIC_HANDLERS,
                    *pages.HANDLERS,
                    *tiles.HANDLERS,
                ],
            ),
            _router(
                Audience.MERCHANT,
                [
                    *merchant_appearance.HANDLERS,
                    *merchant_jobs.HANDLERS,
                    *merchant_keys.HANDLERS,
                    *merchant_messages.HANDLERS,
                    *merchant_proofs.HANDLERS,
                    *webhook_endpoints.HANDLERS,
                    *webhook_deliveries.HANDLERS,
                    *statements.HANDLERS_OF_MERCHANT,
                    *tickets.HANDLERS_OF_MERCHANT,
                ],
                {"runtime": Provide(_runtime_of_merchant, sync_to_thread=False)},
            ),
            _router(
                Audience.COURIER,
                [
                    *courier_decisions.HANDLERS,
                    *courier_log_in.HANDLERS,
                    *courier_proofs.HANDLERS,
                    *statements.HANDLERS_OF_COURIER,
                    *tickets.HANDLERS_OF_COURIER,
                ],
            ),
            _router(
                Audience.OPS,
                [
                    *ops_market.HANDLERS,
                    *ops_couriers.HANDLERS,
                    *ops_courier_acts.HANDLERS,
                    *ops_jobs.HANDLERS,
                    *ops_ledger.HANDLERS,
                    *ops_offers.HANDLERS,
                    *ops_exceptions.HANDLERS,
                    *ops_audit.HANDLERS,
                    *ops_policy.HANDLERS,
                    *ops_figures.HANDLERS,
                    *ops_record.HANDLERS,
                    *ops_messages.HANDLERS,
                    *ops_contacts.HANDLERS,
                    *ops_near_couriers.HANDLERS,
                    *ops_proofs.HANDLERS,
                    *ops_operators.HANDLERS,
                    *ops_session.HANDLERS,
                    *ops_stops.HANDLERS,
                    *ops_undo.HANDLERS,
                    *tickets.HANDLERS_OF_OPS,
                ],
            ),
            _router(Audience.RECIPIENT, [*tracking.HANDLERS, tracking_page.ROUTER]),
            *documents.HANDLERS,
            *courier_socket.HANDLERS,
            *watcher_sockets.HANDLERS,
        ],
        dependencies={
            "api": Provide(_api_of_route, sync_to_thread=False),
            "runtime": Provide(_runtime_of_route, sync_to_thread=False),
            "caller": Provide(caller_of_request, sync_to_thread=False),
            "recipient": Provide(recipient_of_request, sync_to_thread=False),
            "origin": Provide(origin_of_request, sync_to_thread=False),
        },
        exception_handlers={
            DomainError: domain_problem,
            HTTPException: http_problem,
            Exception: unforeseen_problem,
        },
        request_class=StrictRequest,
        request_max_body_size=body_bytes_max,
        response_headers=headers_of_answers(is_plain=is_plain),
        openapi_config=documents.openapi_config(),
        middleware=[Shedding],
        plugins=[documents.ClosedStructs()],
        logging_config=None,
        debug=False,
    )


async def _look_at_row_security(runtime: Runtime) -> None:
    """Say so where merchants' reads have no second line: the service goes on without."""
    with suppress(UnavailableError):  # Postgres is away, and the process serves what it can
        async with runtime.pool.connection() as conn:
            if not (await row_security.read_state(conn)).is_on:
                log.warning("row_security_off", advice="see the README: Privacy")


async def run_api(runtime: Runtime, stop: Stop, *, listener: socket.socket | None = None) -> None:
    """Serve until `stop` is set, then send everybody away, over `drain_s` unless it hurries.

    Args:
        runtime: of this process.
        stop: set by whoever owns the process; no signal is handled here.
        listener: a socket that listens and may be shared with other processes; it is closed at the
            end. Without one the settings say where.

    Raises:
        ValueError: the settings do not suit where it listens.
    """
    settings = runtime.settings
    await _look_at_row_security(runtime)
    is_shared = listener is not None
    if listener is None:
        listener = listen(settings.http_host, settings.http_port)
    check_plain(listener.getsockname()[0], is_plain=settings.ops_cookie_is_plain)
    await asyncio.to_thread(pages.prepare, settings)
    api = api_process(runtime)
    app = Serving(build_app(settings), api)
    runtime.scraping.before(api.fanout.measure)
    server = Server(
        uvicorn.Config(
            RequestIds(RequestCounts(RateHeaders(app)), new_id=runtime.new_id),
            http=GuardedHttp,
            ws=GuardedWebSocket,
            ws_max_size=settings.frame_bytes_max,
            ws_per_message_deflate=False,
            lifespan="off",  # our loops run around the server, for the routes are shared
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
    async with api.running(), asyncio.TaskGroup() as group:
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
