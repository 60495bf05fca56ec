"""The whole service on this machine: servers, migrations, time, people, and the processes."""

import asyncio
import socket
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Generic, TypeVar

import httpx
from msgspec import Struct

from service.actions.check_recipient_keys import check_recipient_keys
from service.embedded.client import EmbeddedServers
from service.key_file import recipient_keys_of
from service.listeners import listen
from service.processes import Processes
from service.runtime import Runtime, open_runtime
from service.settings import (
    Settings,
    child_environment,
    first_metrics_port,
    own_servers,
    read_settings,
)
from service.store.history import HasHistoryError, Timing, prepare_database

T = TypeVar("T")

READY_TIMEOUT_S = 90.0
READY_INTERVAL_S = 0.1
STOP_TIMEOUT_S = 1.5  # of all processes together

Prepare = Callable[[Runtime], Awaitable[T]]


class StackFailedError(Exception):
    """The service could not be started; the message says what to do."""


class Plan(Struct, frozen=True, kw_only=True):
    """What to start."""

    state_dir: Path
    timing: Timing | None = None  # None: whatever history there is goes on, as in life
    http_host: str = "127.0.0.1"
    http_port: int = 8_000  # or the next free one
    is_durable: bool = True
    apis_count: int = 1  # they share the socket; whoever is free takes the next connection
    environment: Mapping[str, str] = {}  # of the processes, beside what is set here


class Stack(Struct, Generic[T], frozen=True, kw_only=True):
    """A running service."""

    url: str
    settings: Settings
    processes: Processes
    prepared: T


@asynccontextmanager
async def running_stack(plan: Plan, prepare: Prepare[T]) -> AsyncGenerator[Stack[T]]:
    """Start everything, and stop it when the block ends; what dies meanwhile is started again.

    Args:
        plan: what to start.
        prepare: run before the processes are: create the market, enroll people.

    Raises:
        EmbeddedError, UnavailableError: the servers do not run.
        StackFailedError: the database is not fit for this, or the processes did not get ready.
        UnfitForLiveError: there is a live market, and the settings are for tests.
        UnfitError: the keys of recipients' data are not those of the database.
    """
    with ExitStack() as servers:
        urls = own_servers()
        if urls is None:
            embedded = servers.enter_context(
                EmbeddedServers(plan.state_dir, durable=plan.is_durable)
            )
            urls = embedded.database_url, embedded.redis_url
        plan.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # for the logs
        listener = servers.enter_context(_listener(plan))
        environment = environment_of(plan, urls)
        port = str(listener.getsockname()[1])
        settings = read_settings(child_environment(environment | {"HEXHAUL_HTTP_PORT": port}))
        await _prepare(settings, plan.timing)
        keys = recipient_keys_of(settings)
        async with open_runtime(settings, recipient_keys=keys) as runtime:
            prepared = await prepare(runtime)
            await check_recipient_keys(runtime)
        async with _processes(plan, environment, listener) as processes:
            url = f"http://{settings.http_host}:{settings.http_port}"
            await _wait_ready(url, log_dir=plan.state_dir)
            yield Stack(url=url, settings=settings, processes=processes, prepared=prepared)


async def _prepare(settings: Settings, timing: Timing | None) -> None:
    """Prepare the database; a run of its own wants one without a history."""
    try:
        await prepare_database(settings, timing=timing)
    except HasHistoryError:
        raise StackFailedError(
            "This database has a history already, and this run sets the clock. Give it an empty "
            "database or a fresh state folder."
        ) from None


def _listener(plan: Plan) -> socket.socket:
    """Return the socket of the apis, which outlives each of them: no client is turned away."""
    try:
        return listen(plan.http_host, plan.http_port, or_next=True)
    except OSError as error:
        raise StackFailedError(
            f"no free port from {plan.http_port} on at {plan.http_host}; choose another with --port"
        ) from error


def api_names(apis_count: int) -> tuple[str, ...]:
    """Return what the api processes are called: api, api-2, api-3 and so on."""
    return ("api", *(f"api-{number}" for number in range(2, apis_count + 1)))


def commands_of(plan: Plan, *, listener_fd: int) -> dict[str, list[str]]:
    """Return the command line of each process by its name, in the order of their start."""
    program = [sys.executable, "-m", "service"]
    api = [*program, "api", "--listener-fd", str(listener_fd)]
    return {
        "relay": [*program, "relay"],
        "dispatch": [*program, "dispatch"],
        "webhooks": [*program, "webhooks"],
        **{name: list(api) for name in api_names(plan.apis_count)},
    }


def metrics_ports(plan: Plan, *, first_port: int) -> dict[str, int]:
    """Return the port on which each process tells its metrics, one after the other; none for 0."""
    if first_port == 0:
        return {}
    return {name: first_port + row for row, name in enumerate(commands_of(plan, listener_fd=0))}


def environment_of(plan: Plan, urls: tuple[str, str]) -> dict[str, str]:
    """Return what is set for the processes, beside what is in our own environment."""
    database_url, redis_url = urls
    return {
        **plan.environment,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "HEXHAUL_HTTP_HOST": plan.http_host,
    }


def _processes(plan: Plan, environment: Mapping[str, str], listener: socket.socket) -> Processes:
    ports = metrics_ports(plan, first_port=first_metrics_port())
    return Processes(
        commands_of(plan, listener_fd=listener.fileno()),
        log_dir=plan.state_dir,
        environment=child_environment(environment),
        own_environments={
            name: {"HEXHAUL_METRICS_PORT": str(port)} for name, port in ports.items()
        },
        inherited_fds=[listener.fileno()],
        stop_timeout_s=STOP_TIMEOUT_S,
    )


async def _wait_ready(url: str, *, log_dir: Path) -> None:
    try:
        async with (
            asyncio.timeout(READY_TIMEOUT_S),
            httpx.AsyncClient(base_url=url, trust_env=False) as http,
        ):
            while True:
                if await _is_ready(http):
                    return
                await asyncio.sleep(READY_INTERVAL_S)
    except TimeoutError:
        raise StackFailedError(
            f"The service was not ready within {READY_TIMEOUT_S:.0f} s; the logs in {log_dir} "
            "say why."
        ) from None


async def _is_ready(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health/ready")).is_success
    except httpx.TransportError:
        return False
