"""How near the best is a packing of bundles, how long do pool and packing take, and their orders?

    python -m loadtests.matching.packing --seeds 5 --json FILE    # held-out seeds 11 ..

On one core, packings side by side: greedy by saving, greedy by saving per job, and `pack`. Gaps
are to the bound of the linear program (HiGHS) up to `LP_JOBS_MAX` jobs, above that to the bound
of `pack` itself, which is not below it. Times are the least of REPEATS, of the processor, so that
others on the machine count less. The rates of orders are those of `best_orders` and of `search`
for the same bundles; both have to agree.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
from scipy.sparse import csr_array

from loadtests.matching.city import SIZES, city
from loadtests.matching.untyped import linprog
from matching.arrays import F64, I64
from matching.ground import Ground, survey
from matching.kernel import kernel
from matching.orders import best_orders
from matching.packing import greedy, pack, ranked, rows_of
from matching.params import Params
from matching.pools import Pool, Taste, pool_of
from matching.search import Task, desk_for, lay_out, search
from matching.units import Units
from matching.walk import settle

FIRST_SEED = 11  # 1 to 3 are for tuning
REPEATS = 3
MOVES_PER_JOB = 40
LP_JOBS_MAX = 5_000
TRIP_COST = 900.0  # couriers are scarce: about half of the jobs are in bundles worth a trip
ORDERS_COUNT = {2: 20_000, 3: 4_000, 4: 320}

Row = dict[str, float | int | str]
Answer = TypeVar("Answer")


def timed(run: Callable[[], Answer]) -> tuple[float, Answer]:
    """Return the least milliseconds of the processor, and the answer, after one run unmeasured."""
    answer, elapsed_s = run(), list[float]()
    for _ in range(REPEATS):
        start_s = time.process_time()
        answer = run()
        elapsed_s.append(time.process_time() - start_s)
    return 1_000.0 * min(elapsed_s), answer


def lp_bound(pool: Pool, jobs_count: int) -> float:
    """Return what the linear program says that no packing can pass."""
    sizes = np.diff(pool.bundles.start)
    bundle = np.repeat(np.arange(len(sizes)), sizes)
    table = csr_array(
        (np.ones(len(bundle)), (pool.bundles.job, bundle)), shape=(jobs_count, len(sizes))
    )
    answer = linprog(-pool.saving, A_ub=table, b_ub=np.ones(jobs_count), method="highs")
    return float(-answer.fun)


def ground_of(name: str, seed: int) -> Ground:
    """Return the settled ground of a city."""
    ground = survey(city(SIZES[name], seed), Params(lateness_s_max=600.0))
    settle(ground)
    return ground


def packed(name: str, seed: int) -> Row:
    """Return the figures of one packing."""
    ground, taste = ground_of(name, seed), Taste(trip_cost=TRIP_COST)
    jobs_count = ground.jobs_count
    is_eligible = np.ones(jobs_count, np.bool_)
    pool_ms, pool = timed(lambda: pool_of(ground, is_eligible, taste))
    sizes = np.diff(pool.bundles.start)
    pack_ms, packing = timed(
        lambda: pack(
            pool.bundles, pool.saving, jobs_count, moves_count_max=MOVES_PER_JOB * jobs_count
        )
    )
    bound = lp_bound(pool, jobs_count) if jobs_count <= LP_JOBS_MAX else packing.bound
    row: Row = {"size": name, "seed": seed, "jobs": jobs_count}
    row |= {f"bundles_of_{n}": int((sizes == n).sum()) for n in (2, 3, 4)}
    row |= {"pool_ms": pool_ms, "pack_ms": pack_ms}
    row["bound"] = "lp" if jobs_count <= LP_JOBS_MAX else "own"
    for kind, key in (("saving", pool.saving), ("saving_per_job", pool.saving / sizes)):
        owner = greedy(pool.bundles, ranked(key), jobs_count)
        saved = float(pool.saving[rows_of(pool.bundles, owner)].sum())
        row[f"greedy_by_{kind}_gap_percent"] = 100.0 * (1.0 - saved / bound)
    row["gap_percent"] = 100.0 * (1.0 - packing.saving / bound)
    row["certified_gap_percent"] = 100.0 * (1.0 - packing.saving / packing.bound)
    row["saving_s"] = packing.saving
    return row


@kernel
def searched(ground: Ground, job: I64, courier: I64) -> F64:
    """Return the least costs of (M, n) jobs, one bundle after the other."""
    count, jobs_count = job.shape
    cost, desk = np.empty(count), desk_for(2 * jobs_count + 1)
    for b in range(count):
        task = Task(courier[b], 0, jobs_count)
        lay_out(ground, desk, task, job[b])
        cost[b] = search(ground, desk, task, 0, (1 << jobs_count) - 1)
    return cost


def ordered(seed: int, jobs_count: int) -> Row:
    """Return the rates of orders of bundles near each other, each at a random idle courier."""
    ground, rng = ground_of("scarce city", seed), np.random.default_rng(seed)
    count = ORDERS_COUNT[jobs_count]
    pool = pool_of(ground, np.ones(ground.jobs_count, np.bool_), Taste(trip_cost=TRIP_COST))
    rows = np.flatnonzero(np.diff(pool.bundles.start) == jobs_count)
    job = pool.bundles.job[
        pool.bundles.start[rng.choice(rows, count)][:, None] + np.arange(jobs_count)
    ]
    courier = rng.choice(np.flatnonzero(np.diff(ground.route_start) == 0), count)
    bundles = Units(np.arange(count + 1) * jobs_count, job.ravel())
    cost_max = np.full(count, np.inf)
    lanes_ms, orders = timed(lambda: best_orders(ground, bundles, courier, cost_max=cost_max))
    search_ms, cost = timed(lambda: searched(ground, job, courier))
    is_same = np.isclose(orders.cost, cost, rtol=0.0, atol=1e-6) | (orders.cost == cost)
    assert is_same.all(), "the orders are not those of the search"
    return {
        "size": f"orders of {jobs_count}",
        "seed": seed,
        "bundles": count,
        "feasible_percent": 100.0 * float(np.isfinite(cost).mean()),
        "lanes_per_s": round(1_000.0 * count / lanes_ms),
        "search_per_s": round(1_000.0 * count / search_ms),
        "ratio": search_ms / lanes_ms,
    }


def main() -> None:
    """Measure the seeds, and write a JSON line for each as it ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=5, metavar="COUNT")
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED, metavar="SEED")
    parser.add_argument("--sizes", nargs="*", default=["scarce town", "scarce city", "scarce mega"])
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    rows = list[Row]()
    for seed in seeds:
        rows += [packed(name, seed) for name in options.sizes]
        rows += [ordered(seed, jobs_count) for jobs_count in ORDERS_COUNT]
        for row in rows[-len(options.sizes) - len(ORDERS_COUNT) :]:
            sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
    for name in dict.fromkeys(str(row["size"]) for row in rows):
        of_size = [row for row in rows if row["size"] == name]
        keys = [key for key in of_size[0] if key not in {"size", "seed", "bound"}]
        least, most = (
            {key: pick(float(row[key]) for row in of_size) for key in keys} for pick in (min, max)
        )
        sys.stdout.write(f"{name}: least {json.dumps(least)} most {json.dumps(most)}\n")
    if options.json is not None:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
