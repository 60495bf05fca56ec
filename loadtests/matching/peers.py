"""How long does our ruin and recreate take to find plans as cheap as those of general solvers?

    python -m loadtests.matching.peers --jobs 50 200 1000 --seeds 10 --json FILE

Each solver runs to its end; ours then runs until its plan costs no more, from nothing, heated up
again and again, hotter and for longer. Every plan goes through one checker on one table of whole
seconds. Seconds are processor time of one thread, so that a busy machine is as slow for both; ours
include its neighbour lists.
A solver that is not installed is skipped. Settings of ours were chosen on seeds 1 to 5; the race
runs on seeds from 11 on.
"""

import argparse
import json
import platform
import statistics
import sys
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from loadtests.matching.batch import SERVICE_S, Batch, batch_of, cost_of
from loadtests.matching.own import ground_of, routes_of, work_on
from loadtests.matching.rivals import RIVALS, Rival
from matching.ground import Ground
from matching.routes import BEST, Effort, improve, reheat

FIRST_SEED = 11
OWN_S_MAX = 60.0  # then it counts as not reached
HEAT_FIRST, HEAT_MAX = 100.0, 400.0  # seconds of travel at an attempt's first round; it doubles
HEAT_END = 5.0  # at the last one
ROUNDS_PER_JOB_FIRST = 20  # of the first attempt
ROUNDS_GROWTH = 1.5  # of each later one to the one before
ROUNDS_CHUNK = 50  # between two looks at the cost


class Race(NamedTuple):
    """One solver against ours on one batch."""

    jobs_count: int
    seed: int
    rival: str
    rival_s: float
    rival_cost: int | None  # None: it found nothing feasible
    own_s: float | None  # None: not reached
    ratio: float  # 0 where not reached


def attempts(jobs_count: int) -> Iterator[Effort]:
    """Return how long and how hot each attempt is, without end: a short one is cool and soon good.

    Lengths grow as in Walsh (1999), Search in a small world: which one is best is not known before.
    """
    rounds_total, heat = ROUNDS_PER_JOB_FIRST * jobs_count, HEAT_FIRST
    while True:
        yield Effort(ROUNDS_CHUNK, rounds_total, heat, HEAT_END)
        rounds_total, heat = int(rounds_total * ROUNDS_GROWTH), min(2.0 * heat, HEAT_MAX)


def reach(ground: Ground, batch: Batch, target: int) -> float | None:
    """Return the seconds until our plan costs no more than the target, None if it never does."""
    start_s = time.process_time()
    jobs_count, work = len(batch.ready_s), work_on(ground, seed=1)
    for effort in attempts(jobs_count):
        for _ in range(0, effort.rounds_total + 1, ROUNDS_CHUNK):
            own_s = time.process_time() - start_s
            if work.cost[BEST] - 2 * SERVICE_S * jobs_count <= target + 0.5:
                assert cost_of(batch, routes_of(work)) <= target, "cheaper than it is"
                return own_s
            if own_s > OWN_S_MAX:
                return None
            improve(ground, work, effort)
        reheat(work)
    return None


def race(batch: Batch, ground: Ground, rival: Rival, seed: int) -> Race:
    """Run the solver, then ours until it has caught up."""
    answer = rival.answer(batch, rival.setting)
    cost = None if answer.routes is None else cost_of(batch, answer.routes)
    own_s = reach(ground, batch, sys.maxsize if cost is None else cost)
    ratio = 0.0 if own_s is None else answer.solve_s / own_s
    jobs_count = len(batch.ready_s)
    return Race(jobs_count, seed, rival.name, answer.solve_s, cost, own_s, ratio)


def races_of(jobs_count: int, seeds_count: int) -> list[Race]:
    """Return all races of a size, told one by one."""
    races = list[Race]()
    for seed in range(FIRST_SEED, FIRST_SEED + seeds_count):
        batch = batch_of(jobs_count, seed=seed)
        ground = ground_of(batch)
        for rival in RIVALS[jobs_count]:
            if rival.is_installed:
                races.append(race(batch, ground, rival, seed))
                print(json.dumps(races[-1]._asdict()), flush=True)  # noqa: T201 # its output
    return races


def summary(races: list[Race]) -> list[str]:
    """Return a table: the ratio of times, and how often ours was later or never there."""
    lines = [f"{'jobs':>5} {'solver':14} {'its s':>7} {'median':>8} {'worst':>7} {'lost':>8}"]
    for jobs_count, rival in dict.fromkeys((r.jobs_count, r.rival) for r in races):
        own = [r for r in races if (r.jobs_count, r.rival) == (jobs_count, rival)]
        ratio = [r.ratio for r in own]
        lost = f"{sum(x < 1.0 for x in ratio)} of {len(own)}"
        rival_s = statistics.median(r.rival_s for r in own)
        median, worst = statistics.median(ratio), min(ratio)
        lines.append(
            f"{jobs_count:5} {rival:14} {rival_s:7.2f} {median:7.1f}x {worst:6.1f}x {lost:>8}"
        )
    return lines


def skipped(sizes: list[int]) -> list[str]:
    """Return the names of the solvers that are not installed."""
    rivals = (rival for size in sizes for rival in RIVALS[size])
    return sorted({rival.name for rival in rivals if not rival.is_installed})


def versions() -> dict[str, str]:
    """Return the versions of what took part."""
    found = dict[str, str]()
    for name in ("pyvroom", "pyvrp", "ortools", "numba", "numpy"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def main() -> None:
    """Run the races that the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--jobs", type=int, nargs="+", choices=sorted(RIVALS), default=[50])
    parser.add_argument("--seeds", type=int, default=10, help="how many, from the first on")
    parser.add_argument("--json", type=Path, help="where the results of record go")
    asked = parser.parse_args()
    ground = ground_of(batch_of(20, seed=0))
    improve(ground, work_on(ground, seed=0), next(attempts(20)))  # compiles
    races = [r for jobs_count in asked.jobs for r in races_of(jobs_count, asked.seeds)]
    table = summary(races)
    print(*table, *(f"skipped: {name}" for name in skipped(asked.jobs)), sep="\n")  # noqa: T201
    if asked.json:
        jobs = " ".join(map(str, asked.jobs))
        record = {
            "command": f"python -m loadtests.matching.peers --jobs {jobs} --seeds {asked.seeds}",
            "first_seed": FIRST_SEED,
            "machine": f"{platform.machine()}, {platform.system()}, one thread, processor time",
            "versions": versions(),
            "table": table,
            "races": [r._asdict() for r in races],
        }
        asked.json.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
