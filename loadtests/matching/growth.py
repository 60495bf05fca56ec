"""How the time of each stage grows with jobs, couriers and density, and what the machine could do.

    python -m loadtests.matching.growth --json FILE --chart FILE

Stages run one after the other on a city, as in `solve`; times are the thread's own, the least of
some repeats. The slope of a stage is the power with which it grows: 1 is in proportion. Of ruin
and recreate, as many rounds are timed everywhere.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from loadtests.matching.chart import Panel, chart
from loadtests.matching.city import CitySize, city
from loadtests.matching.limits import least_s, loops, memory
from loadtests.matching.recording import alone_on, table, write_record
from matching.bundles import bundled_or_not
from matching.field import field_of
from matching.ground import Ground, survey
from matching.params import Params
from matching.replan import replanned
from matching.screening import screened
from matching.singles import singles_of
from matching.snapshot import Snapshot
from matching.solve import always, solve
from matching.walk import settle

SEED = 11
ROUNDS = 500
PARAMS = Params(
    replan_rounds_max=ROUNDS,
    replan_rounds_per_chunk=ROUNDS,
    replan_jobs_max=100_000,
    replan_fleet_max=1_000_000,
)
SWEEPS: dict[str, list[CitySize]] = {
    "jobs": [CitySize(8_000, jobs, 16_000.0) for jobs in (250, 500, 1_000, 2_000, 4_000)],
    "couriers": [CitySize(count, 1_000, 16_000.0) for count in (2_000, 4_000, 8_000, 16_000)],
    "couriers per km2": [CitySize(4_000, 1_000, km * 1e3) for km in (32.0, 16.0, 8.0, 4.0)],
}
QUICK = {"jobs": [CitySize(500, jobs, 6_000.0) for jobs in (60, 120)]}


def across(sweep: str, size: CitySize) -> float:
    """Return what grows along a sweep."""
    if sweep == "jobs":
        return float(size.jobs_count)
    if sweep == "couriers":
        return float(size.couriers_count)
    return size.couriers_count / (np.pi * (size.radius_m / 1e3) ** 2)


def stages_of(snapshot: Snapshot) -> dict[str, float]:
    """Return the milliseconds of each stage."""
    ground = settled(snapshot)
    field, asked = field_of(ground), np.arange(ground.jobs_count)
    singles = singles_of(ground, field, asked, PARAMS)
    split = bundled_or_not(ground, singles, PARAMS)
    stages: dict[str, Callable[[], object]] = {
        "survey": lambda: settled(snapshot),
        "field": lambda: field_of(ground),
        "auction": lambda: singles_of(ground, field, asked, PARAMS),
        "bundles": lambda: bundled_or_not(ground, singles, PARAMS),
        f"{ROUNDS} rounds": lambda: replanned(
            snapshot, ground, singles, split, params=PARAMS, has_time=always
        ),
        "reasons": lambda: screened(
            ground,
            field,
            asked[: PARAMS.reason_jobs_max],
            told_max=PARAMS.reason_pairs_per_job_max,
        ),
        "whole": lambda: solve(snapshot, PARAMS),
    }
    return {name: 1e3 * least_s(work) for name, work in stages.items()}


def settled(snapshot: Snapshot) -> Ground:
    """Return the ground with its committed routes walked."""
    ground = survey(snapshot, PARAMS)
    settle(ground)
    return ground


def slopes(rows: list[dict[str, float]], sweep: str) -> dict[str, object]:
    """Return the power with which each stage grows, by least squares on the logarithms."""
    x = np.log([row[sweep] for row in rows])
    names = [name for name in rows[0] if name != sweep]
    found: dict[str, object] = {sweep: "slope"}
    for name in names:
        y = np.log([row[name] for row in rows])
        found[name] = float(np.polyfit(x, y, 1)[0])
    return found


def panel_of(sweep: str, rows: list[dict[str, float]]) -> Panel:
    """Return a panel with a curve for each stage."""
    names = [name for name in rows[0] if name != sweep]
    curves = {name: [(row[sweep], row[name]) for row in rows] for name in names}
    return Panel(f"by {sweep}", sweep, "ms", curves)


def main() -> None:
    """Sweep, print the tables, draw the chart and keep every number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two small cities only")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--chart", type=Path)
    options = parser.parse_args()
    alone_on(0)
    sweeps = {
        sweep: [{sweep: across(sweep, size), **stages_of(city(size, SEED))} for size in sizes]
        for sweep, sizes in (QUICK if options.quick else SWEEPS).items()
    }
    for sweep, rows in sweeps.items():
        print(table([*rows, slopes(rows, sweep)]), end="\n\n")  # noqa: T201 # a command of its own
    moved, compared = memory(), loops()
    print(table(moved), end="\n\n")  # noqa: T201 # as above
    print(table(compared) if compared else "loops in C: skipped, no gcc")  # noqa: T201 # as above
    if options.chart:
        options.chart.parent.mkdir(parents=True, exist_ok=True)
        options.chart.write_text(chart([panel_of(*sweep) for sweep in sweeps.items()]), "utf-8")
    write_record(options.json, {"seed": SEED, "sweeps": sweeps, "memory": moved, "loops": compared})


if __name__ == "__main__":
    main()
