"""`hexhaul bench faults`: kills, cuts and worse in real processes, and what must hold after."""

import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).parents[2]
RESULTS = Path("loadtests") / "faults" / "results"
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--count", type=click.IntRange(1, 100_000), default=50, show_default=True)
@click.option("--kind", help="Of the fault; all kinds in turn if none is named.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--only", type=click.IntRange(1), help="The trial of this number, alone.")
@click.option("--record", "is_recorded", is_flag=True, help="Write record and chart of record.")
@click.option("--folder", type=_FOLDER, help="Write record and chart into a folder.")
@click.option("--keep", type=_FOLDER, help="Keep histories and logs of what broke in a folder.")
def faults(
    *,
    count: int,
    kind: str | None,
    seed: int,
    only: int | None,
    is_recorded: bool,
    folder: Path | None,
    keep: Path | None,
) -> None:
    """Break the service in so many ways, and check after each that every promise was kept."""
    if not (ROOT / "loadtests" / "faults").is_dir():
        raise click.ClickException(
            "Load tests are not part of an installed package: run this from a clone."
        )
    if is_recorded and (only is not None or folder is not None):
        raise click.ClickException("A record of record is of a whole run, and has its place.")
    words = [sys.executable, "-m", "loadtests.faults", "--count", str(count), "--seed", str(seed)]
    words += [] if kind is None else ["--kind", kind]
    words += [] if only is None else ["--only", str(only)]
    written = ROOT / RESULTS if is_recorded else folder
    words += [] if written is None else ["--folder", str(written.resolve())]
    words += [] if keep is None else ["--keep", str(keep.resolve())]
    if subprocess.run(words, cwd=ROOT, check=False).returncode != 0:  # noqa: S603 # our own
        raise click.ClickException("A promise was broken, or the trials could not be run.")
