"""The usual way: ask Redis for the couriers near each job, and give it the nearest free one.

It is spared a lot: it is told at no cost which of its sixteen could do the job at all, so that it
never picks one who cannot, and it need not read capacities, routes or deadlines.
"""

import time
from typing import NamedTuple

import numpy as np
from msgspec import convert

from loadtests.matching.untyped import Server, Word, make_tree
from matching.arrays import F64, I64, Bools
from matching.ground import Ground
from matching.insertion import quote
from matching.quotes import rows_of
from matching.snapshot import Snapshot
from matching.travel import points_of
from matching.units import alone

RADIUS_M = 3_000.0
COUNT = 16
SAMPLE_JOBS_MAX = 1_000  # searched for and timed; of more jobs, the time is scaled
ADDED_AT_ONCE = 2_000
KEY = "usual:couriers"


class Usual(NamedTuple):
    """What the usual way takes, and what it decides."""

    search_s: float  # for all jobs
    courier: I64  # (J,) -1 for a job left open


def put_positions(redis: Server, snapshot: Snapshot) -> None:
    """Write every courier to the geographic set."""
    degrees = snapshot.courier_deg.tolist()
    for first in range(0, len(degrees), ADDED_AT_ONCE):
        places = list[Word]()
        for row in range(first, min(first + ADDED_AT_ONCE, len(degrees))):
            places += (degrees[row][1], degrees[row][0], row)
        redis.execute_command("GEOADD", KEY, *places)


def usual_way(redis: Server, snapshot: Snapshot, feasible: I64) -> Usual:
    """Return how the jobs fare; `feasible` has (J, COUNT) couriers, the nearest first, or -1."""
    jobs_count = len(snapshot.ready_s)
    sample_count = min(jobs_count, SAMPLE_JOBS_MAX)
    begun_s = time.perf_counter()
    found = searched(redis, snapshot.pickup_deg[:sample_count].tolist())
    nearest_free(found)
    spent_s = time.perf_counter() - begun_s
    picks = nearest_free(feasible.tolist())
    return Usual(spent_s * jobs_count / sample_count, np.array(picks, np.int64))


def searched(redis: Server, pickups_deg: list[list[float]]) -> list[list[int]]:
    """Return the couriers near each pickup, asked for in one pipeline."""
    pipeline = redis.pipeline(transaction=False)
    for lat_deg, lng_deg in pickups_deg:
        pipeline.execute_command(
            *("GEOSEARCH", KEY, "FROMLONLAT", lng_deg, lat_deg, "BYRADIUS", RADIUS_M, "m"),
            *("ASC", "COUNT", COUNT),
        )
    return [list(map(int, rows)) for rows in convert(pipeline.execute(), list[list[bytes]])]


def nearest_free(near: list[list[int]]) -> list[int]:
    """Return the first courier of each job whom no job before it took, or -1."""
    taken, picks = {-1}, list[int]()
    for couriers in near:
        pick = next((courier for courier in couriers if courier not in taken), -1)
        taken.add(pick)
        picks.append(pick)
    return picks


def feasible_near(ground: Ground, snapshot: Snapshot) -> I64:
    """Return those of the nearest COUNT couriers of each job who could do it, (J, COUNT), or -1."""
    tree = make_tree(points_of(snapshot.courier_deg))
    couriers_count = len(snapshot.courier_deg)
    _, near = tree.query(points_of(snapshot.pickup_deg), k=COUNT, distance_upper_bound=RADIUS_M)
    job, rank = np.nonzero(near < couriers_count)
    courier = near[job, rank].astype(np.int64)
    may = is_allowed(ground, snapshot, job, courier)
    job, rank, courier = job[may], rank[may], courier[may]
    can = np.isfinite(singles_cost(ground, job, courier))
    feasible = np.full(near.shape, -1)
    feasible[job[can], rank[can]] = courier[can]
    return feasible


def is_allowed(ground: Ground, snapshot: Snapshot, job: I64, courier: I64) -> Bools:
    """Return which pairs no filter forbids that does not depend on the route."""
    needed = snapshot.job_requirement_bits[job]
    may = (snapshot.job_vehicle_bits[job] & snapshot.courier_vehicle_bit[courier]) > 0
    may &= (snapshot.courier_ability_bits[courier] & needed) == needed
    may &= snapshot.courier_position_age_s[courier] <= ground.limits.position_age_s_max
    return may & ~np.isin(job * len(snapshot.courier_deg) + courier, ground.declined)


def singles_cost(ground: Ground, job: I64, courier: I64) -> F64:
    """Return what each pair costs by the engine's exact search, inf where it cannot be."""
    order = np.lexsort((courier, job))
    quotes = quote(
        ground,
        alone(np.arange(ground.jobs_count)),
        np.ascontiguousarray(job[order]),
        np.ascontiguousarray(courier[order]),
    )
    rows = rows_of((quotes.unit, quotes.courier), (job, courier))
    return np.where(rows >= 0, np.append(quotes.cost, 0.0)[rows], np.inf)


def total_cost(ground: Ground, courier: I64) -> float:
    """Return what it costs to give each job to its courier alone, and to leave the rest open.

    Raises:
        AssertionError: somebody has been given a job that cannot be done, or two jobs.
    """
    job = np.flatnonzero(courier >= 0)
    assert len(np.unique(courier[job])) == len(job), "one job a courier"
    cost = singles_cost(ground, job, courier[job])
    assert np.isfinite(cost).all(), "an offer that cannot be kept"
    return float(cost.sum() + ground.open_cost[courier < 0].sum())
