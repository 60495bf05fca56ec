"""`hexhaul replay`: a public day of a real city, driven through the running service."""

import sys
from pathlib import Path

import click
import uvloop
from rich.console import Console

from service import logs
from service.commands.process import stop_on_signals
from service.commands.runs import finish, state_folder, tell
from service.domain.errors import UnavailableError
from service.embedded.errors import EmbeddedError
from service.simulation.comparison import comparison_table
from service.simulation.public_day import (
    PublicDay,
    PublicDayError,
    cut_to_window,
    seconds_of_clock,
    thin_couriers,
)
from service.simulation.rappi import read_day
from service.simulation.run.replay import Replayed, ReplayOptions, run_replay
from service.stack import StackFailedError


@click.group()
def replay() -> None:
    """Drive the service with recorded days."""


@replay.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--speed",
    type=click.FloatRange(1.0, 100.0),
    default=30.0,
    show_default=True,
    help="How many times as fast as life the day passes.",
)
@click.option("--from", "from_text", default="00:00", show_default=True, metavar="HH:MM")
@click.option("--to", "to_text", default="24:00", show_default=True, metavar="HH:MM")
@click.option("--couriers-share", type=float, default=1.0, show_default=True)
@click.option("--seed", type=int, default=7, show_default=True)
@click.option("--port", type=click.IntRange(1, 65_535), default=8_000, show_default=True)
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--state-dir", type=click.Path(file_okay=False, path_type=Path))
@click.option("--headless", is_flag=True, help="A line every few seconds, and no live view.")
def rappi(
    folder: Path,
    *,
    speed: float,
    from_text: str,
    to_text: str,
    couriers_share: float,
    seed: int,
    port: int,
    json_path: Path | None,
    state_dir: Path | None,
    headless: bool,
) -> None:
    """Replay a day in Rappi's format: FOLDER has orders.csv and couriers.csv."""
    logs.configure(process="replay", level="warning")
    try:
        from_s = seconds_of_clock(from_text)
        day = _part(folder, from_s, seconds_of_clock(to_text), couriers_share, seed)
    except PublicDayError as error:
        raise click.ClickException(str(error)) from error
    with state_folder(state_dir) as state:
        options = ReplayOptions(
            what=f"{folder.name} from {from_text} to {to_text} at {speed:g} times life",
            state_dir=state,
            http_port=port,
            day=day,
            from_s=from_s,
            seed=seed,
            speed=speed,
        )
        try:
            replayed = uvloop.run(_replay(options, is_headless=headless))
        except (EmbeddedError, StackFailedError, UnavailableError) as error:
            raise click.ClickException(f"{error}; see `hexhaul doctor`") from error
    _finish(replayed, json_path)


def _part(folder: Path, from_s: float, to_s: float, share: float, seed: int) -> PublicDay:
    day = cut_to_window(read_day(folder), from_s=from_s, to_s=to_s)
    return thin_couriers(day, share=share, seed=seed)


async def _replay(options: ReplayOptions, *, is_headless: bool) -> Replayed | None:
    return await run_replay(options, stop_on_signals(), tell=tell if is_headless else None)


def _finish(replayed: Replayed | None, json_path: Path | None) -> None:
    if replayed is None:
        finish(None, json_path)
        return
    Console().print(comparison_table(replayed.metrics, title=replayed.report.what))
    finish(replayed.report, json_path)
    if not replayed.have_all_ended:
        tell("some jobs have not come to an end")
        sys.exit(1)
