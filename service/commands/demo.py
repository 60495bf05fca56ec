"""`hexhaul demo`: the whole marketplace on one machine, with a made-up city in it."""

from pathlib import Path

import click
import uvloop
from rich.console import Console

from service import logs
from service.commands.process import stop_on_signals
from service.commands.runs import finish, state_folder, tell
from service.domain.errors import UnavailableError
from service.embedded.errors import EmbeddedError
from service.simulation.run.demo import DemoOptions, run_headless, run_live
from service.simulation.run.report import RunReport
from service.stack import StackFailedError

HEADLESS_DURATION_S = 60.0


@click.command()
@click.option("--headless", is_flag=True, help="No live view; judge the run at its end.")
@click.option("--duration-s", type=click.FloatRange(1.0), help="Real time; 60 when headless.")
@click.option("--seed", type=int, default=7, show_default=True)
@click.option("--couriers", type=click.IntRange(1, 5_000), default=150, show_default=True)
@click.option(
    "--jobs-per-minute",
    type=click.FloatRange(0.1),
    default=180.0,
    show_default=True,
    help="Real time; with the other defaults 1.6 jobs per courier and hour of market time.",
)
@click.option(
    "--speed",
    type=click.FloatRange(1.0, 100.0),
    default=45.0,
    show_default=True,
    help="How many times as fast as life people move and market time runs.",
)
@click.option("--port", type=click.IntRange(1, 65_535), default=8_000, show_default=True)
@click.option("--apis", "apis_count", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--state-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="An empty folder to keep; by default a temporary one that is removed.",
)
def demo(
    *,
    headless: bool,
    duration_s: float | None,
    seed: int,
    couriers: int,
    jobs_per_minute: float,
    speed: float,
    port: int,
    apis_count: int,
    json_path: Path | None,
    state_dir: Path | None,
) -> None:
    """Start everything, and let couriers, merchants and an operator live in it."""
    logs.configure(process="demo", level="warning" if headless else "error")
    with state_folder(state_dir) as folder:
        options = DemoOptions(
            state_dir=folder,
            http_port=port,
            apis_count=apis_count,
            couriers_count=couriers,
            jobs_per_minute=jobs_per_minute,
            seed=seed,
            speed=speed,
            duration_s=HEADLESS_DURATION_S if headless and duration_s is None else duration_s,
        )
        try:
            if not headless:
                uvloop.run(_watch(options))
                return
            report = uvloop.run(_judge(options))
        except (EmbeddedError, StackFailedError, UnavailableError) as error:
            raise click.ClickException(f"{error}; see `hexhaul doctor`") from error
    finish(report, json_path)


async def _watch(options: DemoOptions) -> None:
    await run_live(options, stop_on_signals(), console=Console())


async def _judge(options: DemoOptions) -> RunReport | None:
    return await run_headless(options, stop_on_signals(), tell=tell)
