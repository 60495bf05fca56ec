"""The auction against the usual way: a dense matrix of costs and scipy's exact assignment.

Both get the same pairs at the same costs, to the millisecond, and neither lists what else could be,
on one thread, one after the other in one run; times are the thread's own, because other work may
share the machine. The matrix is filled by our compiled kernels, so the usual way is given its costs
faster than it could make them itself.
"""

import argparse
import json
import math
import platform
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from loadtests.matching.city import SIZES, city
from loadtests.matching.untyped import linear_sum_assignment
from matching.arrays import F64, I64
from matching.auction import auction
from matching.field import Field, field_of
from matching.ground import Ground, survey
from matching.kernel import lean_kernel
from matching.params import Params
from matching.prospects import (
    END,
    Prospects,
    Search,
    make_exact,
    prospects_for,
    search_for,
    widen,
)
from matching.scan import STEPS_PER_S, hunt_for
from matching.snapshot import Snapshot
from matching.walk import settle

DENSE_PAIRS_MAX = 60_000_000  # 480 MB of costs
REPEATS_COUNT = 3
HELD_OUT_SEED = 11
_POOL_PER_COURIER = 8  # more than a list that doubles leaves behind


class Race(NamedTuple):
    """One city, both ways; NaN where the matrix would not fit."""

    size: str
    seed: int
    survey_ms: float
    settle_ms: float
    field_ms: float
    auction_ms: float
    bids_count: int
    rescans_count: int
    open_count: int
    mean_cost_s: float
    certified_gap: float
    true_gap: float
    matrix_ms: float
    exact_ms: float
    ratio: float  # of matrix and exact assignment to field and auction


def timed(work: Callable[[], object], repeats: int) -> float:
    """Return the median of the thread's milliseconds."""
    spent_ms = list[float]()
    for _ in range(repeats):
        begun = time.thread_time()
        work()
        spent_ms.append((time.thread_time() - begun) * 1e3)
    return statistics.median(spent_ms)


def matrix_of(ground: Ground, field: Field, jobs: I64) -> F64:
    """Return the (J, C) costs less the price of staying open, 0 where that is cheaper."""
    couriers_count = len(ground.fleet)
    saved = np.zeros((ground.jobs_count, couriers_count))
    hunt = hunt_for(field, jobs)
    search = search_for(hunt, are_couriers_bidding=False)
    prospects = prospects_for(ground.jobs_count, _POOL_PER_COURIER * couriers_count)
    fill_matrix(ground, search, prospects, saved)
    return saved


@lean_kernel
def fill_matrix(ground: Ground, search: Search, prospects: Prospects, saved: F64) -> None:
    """Fill in what each job saves with each courier, by the exact cost of every pair."""
    for job in search.hunt.jobs:
        prospects.marks[END] = 0
        while prospects.bound_ms[job] < np.inf:
            widen(ground, search, prospects, job, np.inf)
        first = prospects.start[job]
        for k in range(first, first + prospects.size[job]):
            cost_ms = make_exact(ground, search.tariff, prospects, job, k)
            saved[job, prospects.other[k]] = min(cost_ms / STEPS_PER_S, 0.0)


def usual_way(ground: Ground, field: Field) -> tuple[float, float, float]:
    """Return the least total cost, and the milliseconds of the matrix and of the assignment."""
    begun = time.thread_time()
    saved = matrix_of(ground, field, np.arange(ground.jobs_count))
    filled = time.thread_time()
    rows, columns = linear_sum_assignment(saved)
    done = time.thread_time()
    least = float(ground.open_cost.sum() + saved[rows, columns].sum())
    return least, (filled - begun) * 1e3, (done - filled) * 1e3


def race(size: str, seed: int) -> Race:
    """Return one race."""
    snapshot, params = city(SIZES[size], seed), Params()
    survey_ms = timed(lambda: survey(snapshot, params), REPEATS_COUNT)
    ground, settle_ms = settled(snapshot, params)
    jobs, field = np.arange(ground.jobs_count), field_of(ground)
    matching_alone = partial(auction, ground, field, jobs, candidates_per_job_max=0)
    found = matching_alone()
    field_ms = timed(lambda: field_of(ground), REPEATS_COUNT)
    auction_ms = timed(matching_alone, REPEATS_COUNT)
    least = matrix_ms = exact_ms = math.nan
    if ground.jobs_count * len(ground.fleet) <= DENSE_PAIRS_MAX:
        least, matrix_ms, exact_ms = usual_way(ground, field)
    return Race(
        size=size,
        seed=seed,
        survey_ms=survey_ms,
        settle_ms=settle_ms,
        field_ms=field_ms,
        auction_ms=auction_ms,
        bids_count=found.bids_count,
        rescans_count=found.rescans_count,
        open_count=int((found.courier < 0).sum()),
        mean_cost_s=float(found.cost.mean()),
        certified_gap=found.gap_share,
        true_gap=float(found.cost.sum()) / least - 1.0,
        matrix_ms=matrix_ms,
        exact_ms=exact_ms,
        ratio=(matrix_ms + exact_ms) / (field_ms + auction_ms),
    )


def settled(snapshot: Snapshot, params: Params) -> tuple[Ground, float]:
    """Return the ground, and the milliseconds of walking its committed routes."""
    settle(survey(snapshot, params))
    ground = survey(snapshot, params)
    return ground, timed(lambda: settle(ground), 1)


def told_of(one: Race) -> dict[str, object]:
    """Return what JSON can say of a race: None where there is no number."""
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in one._asdict().items()
    }


def told(races: list[Race]) -> str:
    """Return a table with a row per size: the median, and the worst of what is promised."""
    lines = [f"{'size':12} {'field':>8} {'auction':>9} {'usual':>9} {'ratio':>7} worst  gap, worst"]
    for size in dict.fromkeys(race.size for race in races):
        runs = [race for race in races if race.size == size]
        field_ms, auction_ms, usual_ms, ratio = (
            statistics.median(times)
            for times in zip(
                *((r.field_ms, r.auction_ms, r.matrix_ms + r.exact_ms, r.ratio) for r in runs),
                strict=True,
            )
        )
        worst = min(r.ratio for r in runs)
        gap, certified = max(r.true_gap for r in runs), max(r.certified_gap for r in runs)
        lines.append(
            f"{size:12} {field_ms:8.1f} {auction_ms:9.1f} {usual_ms:9.0f} {ratio:7.1f} {worst:5.1f}"
            f"  {gap:.4%} certified {certified:.4%}"
        )
    return "\n".join(lines)


def main() -> None:
    """Race on held-out seeds, print a table and keep every number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=HELD_OUT_SEED)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    race("town", 0)  # compiles, and is forgotten
    races = list[Race]()
    for size in options.sizes:
        for seed in range(options.first_seed, options.first_seed + options.seeds):
            races.append(race(size, seed))
            print(races[-1], flush=True)  # noqa: T201 # a command of its own
    print(told(races))  # noqa: T201 # as above
    if options.json:
        record = {
            "machine": f"{platform.processor() or platform.machine()}, one thread",
            "seeds": [options.first_seed, options.seeds],
            "races": [told_of(one) for one in races],
        }
        options.json.write_text(json.dumps(record, indent=1, allow_nan=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
