"""`hexhaul api`: REST, websockets and the API's reference."""

import asyncio

import click

from service.app import bind, run_api
from service.commands.process import run_process
from service.runtime import Runtime


@click.command()
@click.option("--host", help="HEXHAUL_HTTP_HOST by default")
@click.option("--port", type=click.IntRange(0, 65_535), help="HEXHAUL_HTTP_PORT by default")
def api(*, host: str | None, port: int | None) -> None:
    """Serve merchants, couriers and ops. Any number may run."""

    async def serve(runtime: Runtime, stop: asyncio.Event) -> None:
        settings = runtime.settings
        wished = settings.http_port if port is None else port
        await run_api(runtime, stop, listener=bind(host or settings.http_host, wished))

    run_process("api", serve)
