"""Better routes for all couriers at once: ruin and recreate under simulated annealing.

Rounds are counted, not timed, so that the same tours, links and seed give the same answer.
"""

import math
from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.dice import roll
from matching.ground import Ground
from matching.kernel import lean_kernel
from matching.links import Links
from matching.permits import may_be_offered
from matching.placing import cheapest_place
from matching.recreate import BY_DUE, any_order, recreate
from matching.ruin import ruin
from matching.site import (
    POOL_COUNT,
    TOUCHED_COUNT,
    Site,
    begin_round,
    pull,
    site_of,
)
from matching.tours import Tours, copy_routes, put_in

# Columns of `Work.cost`.
KEPT, BEST = 0, 1

# Rows of `Work.now`.
DIRTY_COUNT = 0
ROUNDS_DONE = 1


class Effort(NamedTuple):
    """How long, and how boldly, routes are changed; a round accepts what is as much worse."""

    rounds_count: int  # in this call
    rounds_total: int  # over all calls: by then it has cooled down
    heat: float  # of the first round, cost
    heat_end: float  # of the last one


class Work(NamedTuple):
    """Tours tried, kept and best so far."""

    site: Site
    kept: Tours
    best: Tours
    cost: F64  # (2,) of the tours kept and of the best, with the jobs left open
    dirty: I64  # (C,) couriers whose kept route may be another than the best one
    is_dirty: I64  # (C,)
    now: I64  # (2,)


def copy_of(tours: Tours) -> Tours:
    """Return a copy of the tours."""
    return Tours(
        route=tours.route.copy(),
        known=tours.known.copy(),
        tally=tours.tally.copy(),
        cost=tours.cost.copy(),
        owner=tours.owner.copy(),
        load=tours.load.copy(),
    )


def work_of(ground: Ground, tours: Tours, links: Links, *, seed: int) -> Work:
    """Return the work on tours; jobs that have no owner are put in first, greedily."""
    site = site_of(ground, copy_of(tours), links, seed=seed)
    put_rest(ground, site)
    open_cost = ground.open_cost[links.job][site.tours.owner[links.job] < 0].sum()
    couriers_count = len(ground.fleet)
    return Work(
        site=site,
        kept=copy_of(site.tours),
        best=copy_of(site.tours),
        cost=np.full(2, site.tours.cost.sum() + open_cost),
        dirty=np.empty(couriers_count, np.int64),
        is_dirty=np.zeros(couriers_count, np.int64),
        now=np.zeros(2, np.int64),
    )


@lean_kernel
def put_rest(ground: Ground, site: Site) -> None:
    """Give every open job to somebody, if that costs less than leaving it open."""
    begin_round(site)
    for i in range(site.links.job.shape[0]):
        job = site.links.job[i]
        if site.tours.owner[job] < 0:
            pull(ground, site, job)
    recreate(ground, site, BY_DUE, 0.0, np.inf)


@lean_kernel
def put_last(ground: Ground, tours: Tours, jobs: I64, couriers: I64) -> None:
    """Give jobs to the couriers of the last plan, in the order of its pickups.

    Each goes where it is the cheapest; what is no longer allowed or in time is left out.
    """
    for i in range(jobs.shape[0]):
        job, courier = int(jobs[i]), int(couriers[i])
        if tours.owner[job] < 0 and may_be_offered(ground, courier, job):
            spot = cheapest_place(ground, tours, courier, job, ground.open_cost[job])
            if spot.pickup_after >= 0:
                after = (spot.pickup_after, spot.dropoff_after)
                put_in(ground, tours, courier, job, after)


def put_last_plan(ground: Ground, tours: Tours, last_courier: I64, last_rank: I64) -> None:
    """Give each job, (J,), to the courier of the last plan, -1 for nobody, as that pickup."""
    jobs = np.lexsort((last_rank, last_courier))
    jobs = jobs[last_courier[jobs] >= 0]
    put_last(ground, tours, jobs, last_courier[jobs])


def reheat(work: Work) -> None:
    """Begin again with the heat of the first round, from the tours that are kept now."""
    work.now[ROUNDS_DONE] = 0


@lean_kernel
def improve(ground: Ground, work: Work, effort: Effort) -> None:
    """Run some rounds; `work.best` is never worse than it was."""
    if work.site.links.job.shape[0] == 0:
        return
    for _ in range(effort.rounds_count):
        done = min(1.0, work.now[ROUNDS_DONE] / effort.rounds_total)
        heat = effort.heat * (effort.heat_end / effort.heat) ** done
        work.now[ROUNDS_DONE] += 1
        one_round(ground, work, heat)


@lean_kernel
def one_round(ground: Ground, work: Work, heat: float) -> None:
    """Change some routes; keep that if it is better, or not much worse for the heat."""
    site = work.site
    allowed = -heat * math.log(1.0 - roll(site.dice))
    begin_round(site)
    ruin(ground, site)
    change = recreate(ground, site, any_order(site), ruined(ground, work), allowed)
    touched = site.touched[: site.now[TOUCHED_COUNT]]
    if change > allowed:
        copy_routes(ground, work.kept, site.tours, touched)
        return
    copy_routes(ground, site.tours, work.kept, touched)
    work.cost[KEPT] += change
    note_dirty(work, touched)
    if work.cost[KEPT] < work.cost[BEST] - 1e-7:
        work.cost[BEST] = work.cost[KEPT]
        copy_routes(ground, work.kept, work.best, work.dirty[: work.now[DIRTY_COUNT]])
        note_clean(work)


@lean_kernel
def ruined(ground: Ground, work: Work) -> float:
    """Return what the ruin changed in cost, the jobs of the pool counted as if they were gone."""
    site, change = work.site, 0.0
    for i in range(site.now[TOUCHED_COUNT]):
        courier = int(site.touched[i])
        change += site.tours.cost[courier] - work.kept.cost[courier]
    for i in range(site.now[POOL_COUNT]):
        job = int(site.pool[i])
        if work.kept.owner[job] < 0:
            change -= ground.open_cost[job]
    return change


@lean_kernel
def note_dirty(work: Work, couriers: I64) -> None:
    """Note the couriers whose kept route is another than the best."""
    for i in range(couriers.shape[0]):
        courier = couriers[i]
        if work.is_dirty[courier] == 0:
            work.is_dirty[courier] = 1
            work.dirty[work.now[DIRTY_COUNT]] = courier
            work.now[DIRTY_COUNT] += 1


@lean_kernel
def note_clean(work: Work) -> None:
    """Note that what is kept is the best."""
    for i in range(work.now[DIRTY_COUNT]):
        work.is_dirty[work.dirty[i]] = 0
    work.now[DIRTY_COUNT] = 0
