"""`hexhaul bench`: public days in virtual time and how well they were decided, and how fast."""

import sys
from pathlib import Path

import click
from rich.console import Console

from service.commands.bench_faults import faults
from service.commands.bench_hostile import hostile
from service.commands.bench_live import live
from service.commands.bench_matching import matching
from service.commands.bench_races import races
from service.commands.runs import tell
from service.domain.policy import Policy
from service.simulation.comparison import comparison_dict, comparison_table
from service.simulation.mdrp.bench import Result, Task, means_of, replay_all
from service.simulation.mdrp.instance import InstanceError
from service.simulation.mdrp.record import figures_line, result_dict, result_line
from service.simulation.public_day import PublicDayError, thin_couriers
from service.simulation.rappi import read_day
from service.simulation.virtual.policy import params_of
from service.simulation.virtual.public import compare
from service.simulation.virtual.setting import TuningError, setting_dict, tuned, write_record
from service.simulation.virtual.world import Rules

# On the days of the meal delivery routing problem:
LIVE_ORDERS_MAX = 8  # per courier
SHIFT_KNOWN_S = 600.0  # shifts are known in advance

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_JSON = click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path))
_SET = click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="NAME=VALUE",
    help="Change a parameter of the engine; may be given several times.",
)


@click.group()
def bench() -> None:
    """Measure the engine and the live path; put faults, races and strangers to the promises."""


bench.add_command(matching)
bench.add_command(live)
bench.add_command(races)
bench.add_command(faults)
bench.add_command(hostile)


@bench.command()
@click.argument("folders", nargs=-1, required=True, type=_FOLDER, metavar="INSTANCE_DIR...")
@_JSON
@click.option(
    "--solutions",
    "solutions_root",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write a folder with the solution of each instance.",
)
@click.option(
    "--accept-lo",
    "acceptance_share_min",
    type=click.FloatRange(0.0, 1.0),
    default=1.0,
    show_default=True,
    help="Each courier accepts offers with a chance of its own, from here up to 1.",
)
@click.option("--tick-s", type=click.FloatRange(1.0, 3_600.0), default=60.0, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Of the couriers' answers.")
@click.option(
    "--workers", "workers_count", type=click.IntRange(1, 64), default=2, show_default=True
)
@_SET
def mdrp(
    folders: tuple[Path, ...],
    *,
    json_path: Path | None,
    solutions_root: Path | None,
    acceptance_share_min: float,
    tick_s: float,
    seed: int,
    workers_count: int,
    changes: tuple[str, ...],
) -> None:
    """Replay days of the meal delivery routing problem: INSTANCE_DIR has its five tables."""
    results = list[Result]()
    try:
        rules = Rules(
            params=tuned(params_of(tick_s=tick_s), changes),
            live_orders_max=LIVE_ORDERS_MAX,
            acceptance_share_min=acceptance_share_min,
            seed=seed,
            shift_known_s=SHIFT_KNOWN_S,
        )
        tasks = [Task(folder, rules, solutions_root) for folder in folders]
        for result in replay_all(tasks, workers_count=min(workers_count, len(tasks))):
            results.append(result)
            tell(result_line(result))
    except (InstanceError, TuningError) as error:
        raise click.ClickException(str(error)) from error
    means = means_of(results)
    click.echo(f"mean of {len(results)}: {figures_line(means)}")
    if json_path is not None:
        record = {"setting": setting_dict(rules), "means": means}
        write_record({**record, "instances": [result_dict(r) for r in results]}, json_path)
    if any(result.breaches for result in results):
        sys.exit(1)


@bench.command()
@click.argument("folder", type=_FOLDER, metavar="DAY_DIR")
@_JSON
@click.option(
    "--share", type=float, default=1.0, show_default=True, help="Of the couriers who work."
)
@click.option("--seed", type=int, default=7, show_default=True, help="Of which ones they are.")
@click.option("--tick-s", type=click.FloatRange(1.0, 3_600.0), default=30.0, show_default=True)
@_SET
def rappi(
    folder: Path,
    *,
    json_path: Path | None,
    share: float,
    seed: int,
    tick_s: float,
    changes: tuple[str, ...],
) -> None:
    """Compare rules on a day in Rappi's format: DAY_DIR has orders.csv and couriers.csv."""
    policy = Policy()
    try:
        params = tuned(params_of(tick_s=tick_s), changes)
        day = thin_couriers(read_day(folder), share=share, seed=seed)
    except (PublicDayError, TuningError) as error:
        raise click.ClickException(str(error)) from error
    metrics = compare(day, policy, params, tell=tell)
    what = f"{folder.name}: {len(day.orders)} orders, {len(day.couriers)} couriers"
    Console().print(comparison_table(metrics, title=what))
    if json_path is not None:
        rules = Rules(params=params, live_orders_max=policy.live_jobs_count_max, seed=seed)
        record = {"setting": {**setting_dict(rules), "couriers_share": share}, "what": what}
        write_record({**record, "metrics": comparison_dict(metrics)}, json_path)
