"""`hexhaul bench hostile`: strangers by every way in, and servers of merchants that misbehave."""

import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).parents[2]


@click.command()
@click.option(
    "--count",
    type=click.IntRange(1, 10_000_000),
    default=10_000,
    show_default=True,
    help="Hostile inputs, at least.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of what they are.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the record into a folder.",
)
def hostile(*, count: int, seed: int, folder: Path | None) -> None:
    """Attack the running service, and check that nothing breaks and nobody is disturbed."""
    if not (ROOT / "loadtests" / "hostile").is_dir():
        raise click.ClickException(
            "Load tests are not part of an installed package: run this from a clone."
        )
    words = [sys.executable, "-m", "loadtests.hostile", "--count", str(count), "--seed", str(seed)]
    words += [] if folder is None else ["--folder", str(folder.resolve())]
    if subprocess.run(words, cwd=ROOT, check=False).returncode != 0:  # noqa: S603 # our own
        raise click.ClickException("Something broke, or the attack could not be run.")
