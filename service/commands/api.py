"""`hexhaul api`: REST, websockets and the API's reference."""

import socket

import click

from service.actions.check_recipient_keys import check_recipient_keys
from service.app import run_api
from service.commands.process import run_process
from service.listeners import listen
from service.runtime import Runtime
from service.tasks import Stop


@click.command()
@click.option("--host", help="HEXHAUL_HTTP_HOST by default")
@click.option("--port", type=click.IntRange(0, 65_535), help="HEXHAUL_HTTP_PORT by default")
@click.option("--listener-fd", type=int, help="a listening socket inherited from the parent")
def api(*, host: str | None, port: int | None, listener_fd: int | None) -> None:
    """Serve merchants, couriers and ops. Any number may run."""

    async def serve(runtime: Runtime, stop: Stop) -> None:
        settings = runtime.settings
        if listener_fd is not None:
            listener = socket.socket(fileno=listener_fd)
        else:
            wished = settings.http_port if port is None else port
            listener = listen(host or settings.http_host, wished)
        await check_recipient_keys(runtime)
        await run_api(runtime, stop, listener=listener)

    run_process("api", serve, knows_recipients=True)
