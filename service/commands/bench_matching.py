"""`hexhaul bench matching`: the engine's speed against its peers, one scenario after the other."""

import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click

PACKAGE = "loadtests.matching"
ROOT = Path(__file__).parents[2]


class Scenario(NamedTuple):
    """A module of the load tests, and its words for a whole and for a quick run."""

    module: str
    whole: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()
    has_seeds: bool = True
    chart: str | None = None  # name of the file that it draws
    needs: tuple[str, ...] = ()  # packages without which there is nothing to race against


SCENARIOS = {
    "assignment": Scenario("assignment", quick=("--sizes", "town", "scarce town")),
    "packing": Scenario("packing", quick=("--sizes", "scarce town")),
    "peers": Scenario(
        "peers", ("--jobs", "50", "200", "1000"), needs=("vroom", "pyvrp", "ortools")
    ),
    "tick": Scenario("tick", quick=("--sizes", "town", "scarce town")),
    "growth": Scenario("growth", quick=("--quick",), has_seeds=False, chart="growth.svg"),
    "startup": Scenario("startup", ("--targets", "host", "x86-64-v3", "x86-64"), has_seeds=False),
}


@click.command()
@click.option(
    "--only",
    "names",
    multiple=True,
    type=click.Choice(tuple(SCENARIOS)),
    help="A scenario; may be given several times. All of them if not given.",
)
@click.option("--seeds", "seeds_count", type=click.IntRange(1, 100), help="How many, per size.")
@click.option(
    "--json",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the figures of each scenario, and the chart, into a folder.",
)
@click.option("--quick", "is_quick", is_flag=True, help="Small sizes and one seed: minutes.")
def matching(
    names: tuple[str, ...], *, seeds_count: int | None, folder: Path | None, is_quick: bool
) -> None:
    """Race the matching against its peers: each scenario is a process of its own."""
    if not (ROOT / "loadtests" / "matching").is_dir():
        raise click.ClickException(
            "The races are not part of an installed package: run this from a clone of the project."
        )
    failed = list[str]()
    for name in names or tuple(SCENARIOS):
        click.echo(f"== {name}")
        scenario = SCENARIOS[name]
        missing = missing_of(scenario)
        if missing and len(missing) == len(scenario.needs):
            click.echo(f"skipped: not installed: {', '.join(missing)} (dependency group `bench`)")
            continue
        words = words_of(scenario, seeds_count=seeds_count, folder=folder, is_quick=is_quick)
        if subprocess.run(words, cwd=ROOT, check=False).returncode != 0:  # noqa: S603 # our own
            failed.append(name)
    if failed:
        raise click.ClickException(f"Broke off: {', '.join(failed)}.")


def missing_of(scenario: Scenario) -> list[str]:
    """Return the packages that the scenario races against and that are not installed."""
    return [name for name in scenario.needs if importlib.util.find_spec(name) is None]


def words_of(
    scenario: Scenario, *, seeds_count: int | None, folder: Path | None, is_quick: bool
) -> Sequence[str]:
    """Return the command line of a scenario."""
    words = [sys.executable, "-m", f"{PACKAGE}.{scenario.module}"]
    words += scenario.quick if is_quick else scenario.whole
    seeds = seeds_count or (1 if is_quick else None)
    if scenario.has_seeds and seeds is not None:
        words += ["--seeds", str(seeds)]
    if folder is not None:
        place = folder.resolve()
        place.mkdir(parents=True, exist_ok=True)
        words += ["--json", str(place / f"{scenario.module}.json")]
        words += ["--chart", str(place / scenario.chart)] if scenario.chart else []
    return words
