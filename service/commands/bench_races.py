"""`hexhaul bench races`: who races for the same jobs hears what happened, a million times over."""

import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).parents[2]


@click.command()
@click.option(
    "--count",
    type=click.IntRange(1, 100_000_000),
    default=100_000,
    show_default=True,
    help="Attempts to make, at least.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of what meets what.")
@click.option(
    "--connections",
    "connections_count",
    type=click.IntRange(8, 64),
    default=48,
    show_default=True,
    help="To the database, at once.",
)
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path))
def races(*, count: int, seed: int, connections_count: int, json_path: Path | None) -> None:
    """Race for the same jobs in a real database, and compare all answers with the rows."""
    if not (ROOT / "loadtests" / "races").is_dir():
        raise click.ClickException(
            "The races are not part of an installed package: run this from a clone."
        )
    words = words_of(
        count=count, seed=seed, connections_count=connections_count, json_path=json_path
    )
    if subprocess.run(words, cwd=ROOT, check=False).returncode != 0:  # noqa: S603 # our own
        raise click.ClickException("The races found something broken, or did not end.")


def words_of(*, count: int, seed: int, connections_count: int, json_path: Path | None) -> list[str]:
    """Return the command line that runs the races."""
    words = [sys.executable, "-m", "loadtests.races", "--count", str(count), "--seed", str(seed)]
    words += ["--connections", str(connections_count)]
    return words if json_path is None else [*words, "--json", str(json_path.resolve())]
