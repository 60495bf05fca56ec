"""`hexhaul up`: the whole service on this machine, for as long as the command runs."""

import asyncio
from pathlib import Path

import click
import structlog

from service import logs
from service.commands.process import stop_on_signals
from service.domain.errors import UnavailableError
from service.embedded.errors import EmbeddedError
from service.runtime import Runtime
from service.settings import default_state_dir, first_metrics_port
from service.stack import Plan, StackFailedError, metrics_ports, running_stack
from service.store import markets

log = structlog.get_logger()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8_000, show_default=True, help="or the next free one")
@click.option("--apis", "apis_count", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--state-dir", type=click.Path(path_type=Path), default=default_state_dir)
@click.option(
    "--roads",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="GeoJSON lines that the pages draw their maps upon.",
)
@click.option(
    "--tiles",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A PMTiles file of them, instead.",
)
def up(
    *,
    host: str,
    port: int,
    apis_count: int,
    state_dir: Path,
    roads: Path | None,
    tiles: Path | None,
) -> None:
    """Run all processes, with our own PostgreSQL and Valkey unless both URLs are set."""
    logs.configure(process="up", level="warning")
    plan = Plan(
        state_dir=state_dir / "up",
        http_host=host,
        http_port=port,
        apis_count=apis_count,
        environment=map_environment(roads=roads, tiles=tiles),
    )
    try:
        asyncio.run(_up(plan))
    except (EmbeddedError, StackFailedError, UnavailableError) as error:
        raise click.ClickException(f"{error} (`hexhaul doctor` looks closer)") from error


def map_environment(*, roads: Path | None, tiles: Path | None) -> dict[str, str]:
    """Return the variables by which the processes know what maps are drawn upon."""
    named = {"HEXHAUL_MAP_ROADS": roads, "HEXHAUL_MAP_TILES": tiles}
    return {name: str(path.resolve()) for name, path in named.items() if path is not None}


async def _up(plan: Plan) -> None:
    stop = stop_on_signals()
    async with running_stack(plan, _market_ids) as stack:
        click.echo(f"ready at {stack.url} (reference: {stack.url}/schema)")
        click.echo(f"console of ops: {stack.url}/ops (log-ins: hexhaul operator add --help)")
        click.echo(f"DATABASE_URL={stack.settings.database_url}")
        click.echo(f"REDIS_URL={stack.settings.redis_url}")
        for name, port in metrics_ports(plan, first_port=first_metrics_port()).items():
            click.echo(f"metrics of {name}: port {port}, /metrics")
        if not stack.prepared:
            click.echo("There is no market yet. With the two URLs above in the environment:")
            click.echo("  hexhaul market create vienna --name Vienna --center 48.2082 16.3738")
            click.echo("  hexhaul enroll merchant 'Bakery Strobl' --market vienna")
        await stop.wait()


async def _market_ids(runtime: Runtime) -> list[str]:
    async with runtime.pool.connection() as conn:
        return [market.id for market in await markets.list_market_ids(conn)]
