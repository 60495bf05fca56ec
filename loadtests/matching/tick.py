"""A whole tick, from Redis to offers in Redis, against the usual way.

    python -m loadtests.matching.tick --sizes town city --seeds 5 --json FILE

Both ways talk to the same server, which has the other core. Ours reads a region as records, makes
columns of them, solves and writes the offers as one entry of a stream: with the matching alone, as
the usual way does, and with all that the product does. Costs are compared by one evaluation, of
each job alone with the courier it was given. Times are wall time, the least of some repeats.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from msgspec import convert

from loadtests.matching.city import SIZES, city
from loadtests.matching.product_layout import read_times
from loadtests.matching.recording import alone_on, table, write_record
from loadtests.matching.records import Region, packed, unpacked
from loadtests.matching.untyped import Server, connected
from loadtests.matching.usual import feasible_near, put_positions, total_cost, usual_way
from matching.arrays import I64
from matching.costs import AGE
from matching.ground import Ground, survey
from matching.params import Params
from matching.plan import Plan
from matching.ragged import row_of_entry
from matching.snapshot import Snapshot
from matching.solve import solve
from matching.walk import settle
from service.embedded.client import EmbeddedServers

FIRST_SEED = 11  # 1 to 3 are for tuning
REPEATS = 3
OUR_CORE, SERVER_CORE = 0, 1
PRODUCT_COURIERS_MAX = 10_000  # beyond, its records take seconds to read, and it has limits
OFFERS_ENTRIES_MAX = 100  # kept in the stream
PRODUCT = Params()
MATCHING = Params(
    candidates_per_job_max=2,  # the next best one is told
    bundle_jobs_max=1,
    replan_rounds_max=0,
    reposition_couriers_max=0,
    reason_jobs_max=0,
)
OFFER = np.dtype([("job", "<i4"), ("courier", "<i4"), ("arrival_s", "<f4")])


class Race(NamedTuple):
    """Both ways on one city, in figures by name."""

    size: str
    seed: int
    figures: dict[str, float]

    def row(self) -> dict[str, object]:
        """Return it as a row of a table."""
        return {"size": self.size, "seed": self.seed, **self.figures}


class Tick(NamedTuple):
    """Milliseconds of one tick, and what it decided."""

    read_ms: float
    decode_ms: float
    solve_ms: float
    write_ms: float
    plan: Plan

    @property
    def total_ms(self) -> float:
        """All of it."""
        return self.read_ms + self.decode_ms + self.solve_ms + self.write_ms


def put_region(redis: Server, region: Region) -> None:
    """Write the records of a region."""
    for name, words in region._asdict().items():
        redis.execute_command("SET", f"region:{name}", words.tobytes())


def get_region(redis: Server, widths: Sequence[int]) -> Region:
    """Read the records of a region, given the words in a record of each kind."""
    pipeline = redis.pipeline(transaction=False)
    for name in Region._fields:
        pipeline.execute_command("GET", f"region:{name}")
    return Region(
        *(
            np.frombuffer(convert(blob, bytes), np.int32).reshape(-1, width)
            for blob, width in zip(pipeline.execute(), widths, strict=True)
        )
    )


def offers_of(plan: Plan, region: Region) -> bytes:
    """Return the offers of a plan, packed: a record for each job that is not held."""
    bundle = row_of_entry(plan.bundle_start)
    is_offered = ~plan.is_held[bundle]
    job, courier = plan.bundle_job[is_offered], plan.bundle_courier[bundle[is_offered]]
    offers = np.zeros(len(job), OFFER)
    offers["job"], offers["courier"] = region.jobs[job, 0], region.couriers[courier, 0]
    offers["arrival_s"] = plan.route_arrival_s[plan.route_start[bundle[is_offered]]]
    return offers.tobytes()


def tick(redis: Server, widths: Sequence[int], params: Params) -> Tick:
    """Decide once."""
    begun_s = time.perf_counter()
    region = get_region(redis, widths)
    read_s = time.perf_counter()
    snapshot = unpacked(region)
    decoded_s = time.perf_counter()
    plan = solve(snapshot, params)
    solved_s = time.perf_counter()
    kept = ("MAXLEN", "~", OFFERS_ENTRIES_MAX)
    redis.execute_command("XADD", "offers", *kept, "*", "offers", offers_of(plan, region))
    written_s = time.perf_counter()
    return Tick(
        read_ms=1e3 * (read_s - begun_s),
        decode_ms=1e3 * (decoded_s - read_s),
        solve_ms=1e3 * (solved_s - decoded_s),
        write_ms=1e3 * (written_s - solved_s),
        plan=plan,
    )


def least(redis: Server, widths: Sequence[int], params: Params) -> Tick:
    """Return the fastest of some equal ticks."""
    return min((tick(redis, widths, params) for _ in range(REPEATS)), key=lambda t: t.total_ms)


def singles_of(plan: Plan, jobs_count: int) -> I64:
    """Return the courier of each job, -1 for none."""
    courier = np.full(jobs_count, -1)
    courier[plan.bundle_job] = plan.bundle_courier[row_of_entry(plan.bundle_start)]
    return courier


def plan_cost(plan: Plan, ground: Ground) -> float:
    """Return what a plan costs without the credit for old jobs, and what it leaves open."""
    is_open = np.ones(ground.jobs_count, np.bool_)
    is_open[plan.bundle_job] = False
    kept = plan.cost - plan.cost_terms[:, AGE]
    return float(kept.sum() + ground.open_cost[is_open].sum())


def race(redis: Server, size: str, seed: int) -> Race:
    """Return one race."""
    redis.execute_command("FLUSHALL")
    region = packed(city(SIZES[size], seed))
    widths = [words.shape[1] for words in region]
    put_region(redis, region)
    snapshot = unpacked(get_region(redis, widths))
    put_positions(redis, snapshot)
    ground, jobs_count = settled(snapshot), len(snapshot.ready_s)
    feasible = feasible_near(ground, snapshot)
    usual = min((usual_way(redis, snapshot, feasible) for _ in range(REPEATS)), key=lambda u: u[0])
    matching, product = (least(redis, widths, params) for params in (MATCHING, PRODUCT))
    usual_cost = total_cost(ground, usual.courier)
    cost = total_cost(ground, singles_of(matching.plan, jobs_count))
    figures = {
        "read ms": matching.read_ms,
        "decode ms": matching.decode_ms,
        "solve ms": matching.solve_ms,
        "write ms": matching.write_ms,
        "tick ms": matching.total_ms,
        "usual ms": usual.search_s * 1e3,
        "ratio": usual.search_s * 1e3 / matching.total_ms,
        "cost lower %": 100.0 * (1.0 - cost / usual_cost),
        "open": int((singles_of(matching.plan, jobs_count) < 0).sum()),
        "usual open": int((usual.courier < 0).sum()),
        "certified gap %": 100.0 * matching.plan.gap_share,
        "product ms": product.total_ms,
        "product ratio": usual.search_s * 1e3 / product.total_ms,
        "product lower %": 100.0 * (1.0 - plan_cost(product.plan, ground) / usual_cost),
        "product rounds": product.plan.rounds_count,
    }
    return Race(size, seed, figures)


def layout(redis: Server, redis_url: str, size: str) -> dict[str, object]:
    """Return how long the product's own layout takes to become a snapshot, beside ours."""
    redis.execute_command("FLUSHALL")
    snapshot = city(SIZES[size], FIRST_SEED)
    times = read_times(redis_url, snapshot, repeats=REPEATS)
    return {
        "size": size,
        "couriers read": times.couriers_count,
        "product's read ms": times.gather_ms,
        "product's arrange ms": times.arrange_ms,
    }


def settled(snapshot: Snapshot) -> Ground:
    """Return the ground that costs are compared on."""
    ground = survey(snapshot, MATCHING)
    settle(ground)
    return ground


def summary(races: Sequence[Race]) -> list[dict[str, object]]:
    """Return a row per size: medians, and the worst of what is promised."""
    rows = list[dict[str, object]]()
    for size in dict.fromkeys(race.size for race in races):
        runs = [race.figures for race in races if race.size == size]
        of = {name: [run[name] for run in runs] for name in runs[0]}
        medians = {name: statistics.median(values) for name, values in of.items()}
        worst = {name: min(of[name]) for name in ("ratio", "cost lower %", "product ratio")}
        renamed = {f"worst {name}": value for name, value in worst.items()}
        rows.append({"size": size, "seeds": len(runs), **medians, **renamed})
    return rows


def main() -> None:
    """Race on held-out seeds, print the tables and keep every number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="+", default=list(SIZES), choices=list(SIZES))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    alone_on(SERVER_CORE)
    with (
        tempfile.TemporaryDirectory(prefix="hexhaul-bench-") as folder,
        EmbeddedServers(Path(folder), durable=False) as urls,
    ):
        alone_on(OUR_CORE)
        redis = connected(urls.redis_url)
        race(redis, "town", FIRST_SEED)  # compiles, and is forgotten
        races = [
            race(redis, size, seed)
            for size in options.sizes
            for seed in range(FIRST_SEED, FIRST_SEED + options.seeds)
        ]
        layouts = [
            layout(redis, urls.redis_url, size)
            for size in options.sizes
            if SIZES[size].couriers_count <= PRODUCT_COURIERS_MAX
        ]
        redis.close()
    print(transposed(summary(races)))  # noqa: T201 # a command of its own
    print(table(layouts))  # noqa: T201 # as above
    write_record(
        options.json,
        {
            "first_seed": FIRST_SEED,
            "summary": summary(races),
            "layouts": layouts,
            "races": [race.row() for race in races],
        },
    )


def transposed(rows: Sequence[dict[str, object]]) -> str:
    """Return rows as a table with a column for each: there are more figures than sizes."""
    names = [name for name in rows[0] if name != "size"]
    return table([{"": name, **{str(row["size"]): row[name] for row in rows}} for name in names])


if __name__ == "__main__":
    main()
