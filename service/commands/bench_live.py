"""`hexhaul bench live`: the live path under load, one scenario after the other."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click

ROOT = Path(__file__).parents[2]
RESULTS = Path("loadtests") / "live" / "results"
SCENARIOS = (
    "idle_sockets",
    "position_storm",
    "offer_latency",
    "reconnect_storm",
    "post_jobs",
    "hostile_frames",
    "slow_readers",
    "watchers",
    "console",
    "overload",
    "soak",
)
ALL = "all"


@click.command()
@click.argument("scenario", type=click.Choice((*SCENARIOS, ALL)))
@click.option("--quick", "is_quick", is_flag=True, help="Small sizes: seconds.")
@click.option("--record", "is_recorded", is_flag=True, help="Write record and chart of record.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write record and chart into a folder.",
)
@click.option(
    "--profile", "is_profiled", is_flag=True, help="Tell where our processes spend their time."
)
@click.option("--seed", type=int, default=1, show_default=True)
def live(
    scenario: str,
    *,
    is_quick: bool,
    is_recorded: bool,
    folder: Path | None,
    is_profiled: bool,
    seed: int,
) -> None:
    """Put the live path under load: SCENARIO is a question of its own, or all of them."""
    if not (ROOT / "loadtests" / "live").is_dir():
        raise click.ClickException(
            "Load tests are not part of an installed package: run this from a clone."
        )
    if is_recorded and (is_quick or folder is not None):
        raise click.ClickException("A record of record is of the whole size, and has its place.")
    words = words_of(
        SCENARIOS if scenario == ALL else [scenario],
        folder=ROOT / RESULTS if is_recorded else folder,
        flags=(*(["--quick"] if is_quick else []), *(["--profile"] if is_profiled else [])),
        seed=seed,
    )
    if subprocess.run(words, cwd=ROOT, check=False).returncode != 0:  # noqa: S603 # our own
        raise click.ClickException("A scenario broke.")


def words_of(
    names: Sequence[str], *, folder: Path | None, flags: Sequence[str], seed: int
) -> list[str]:
    """Return the command line that runs the scenarios."""
    words = [sys.executable, "-m", "loadtests.live", *names, *flags, "--seed", str(seed)]
    return words if folder is None else [*words, "--folder", str(folder.resolve())]
