"""The pool of bundles worth packing: near pairs, and what grows from good ones.

Bundles are judged without couriers: by what their jobs cost one of typical speed who is at the
first pickup, together and alone, and by what it saves to send out fewer. One that saves no more
than some parts of it do is left out, for those parts can be packed instead.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64, Bools
from matching.ground import (
    BASE_COST,
    CAPACITY,
    FREE_S,
    LOAD_ON_BOARD,
    LOADS_COUNT,
    NODE,
    PICKUP_END_S,
    SHIFT_END_S,
    Ground,
)
from matching.kernel import kernel, lean_kernel
from matching.lanes import Asked
from matching.near_pairs import near_pairs
from matching.orders import tree_of, walk_all
from matching.units import Units


class Taste(NamedTuple):
    """Which bundles are looked at, and what they are worth."""

    pickup_m_max: float = 800.0
    neighbours_max: int = 12  # jobs tried as partners, per job
    jobs_max: int = 4  # 2 to 4
    bundles_per_job_max: int = 12  # of each size, those that save most
    grown_per_job_max: int = 12  # bundles tried, by their lowest job, of three jobs
    quads_per_job_max: int = 1  # and of four, whose orders take ten times as long
    saving_min: float = 30.0
    trip_cost: float = 240.0  # of sending one more courier to a first pickup


class Pool(NamedTuple):
    """B bundles of two or more jobs."""

    bundles: Units
    saving: F64  # (B,) against each job with a courier of its own, > 0


class Links(NamedTuple):
    """L pairs of jobs that go together: those of job i are start[i] : start[i + 1]."""

    start: I64  # (J + 1,)
    job: I64  # (L,) the other one, > i, ascending
    saving: F64  # (L,)


def pool_of(ground: Ground, is_eligible: Bools, taste: Taste) -> Pool:
    """Return the pool of the jobs that are eligible, (J,), on a ground after `settle`."""
    ground = typical(ground)
    alone = single_costs(ground) + taste.trip_cost
    pairs = near_pairs(
        ground,
        is_eligible,
        pickup_m_max=taste.pickup_m_max,
        neighbours_max=taste.neighbours_max,
    )
    least = np.full(len(pairs), taste.saving_min)
    layers = [valued(ground, alone, (pairs, least), taste)]
    links = links_of(*layers[0], ground.jobs_count)
    for grown_max in (taste.grown_per_job_max, taste.quads_per_job_max)[: taste.jobs_max - 2]:
        groups, saving = layers[-1]
        trials = grown(groups, saving, links, grown_max)
        layers.append(valued(ground, alone, trials, taste))
    return _pooled(layers)


def typical(ground: Ground) -> Ground:
    """Return the ground with one courier more, the last: the median of all, and without ends."""
    fleet = ground.fleet if len(ground.fleet) > 0 else np.ones((1, ground.fleet.shape[1]))
    row = np.median(fleet, axis=0)
    row[:3], row[NODE] = fleet[0, :3], -1.0
    row[FREE_S], row[BASE_COST] = 0.0, 0.0
    row[SHIFT_END_S], row[PICKUP_END_S] = np.inf, np.inf
    row[LOAD_ON_BOARD : LOAD_ON_BOARD + LOADS_COUNT] = 0.0
    row[CAPACITY : CAPACITY + LOADS_COUNT] = fleet[:, CAPACITY : CAPACITY + LOADS_COUNT].max(axis=0)
    return ground._replace(
        fleet=np.vstack((ground.fleet, row)),
        route_start=np.append(ground.route_start, ground.route_start[-1]),
    )


def single_costs(ground: Ground) -> F64:
    """Return the (J,) costs of the jobs one by one, by the last courier, infinite if impossible."""
    jobs = np.arange(ground.jobs_count)
    return costs_of(ground, jobs[:, None], np.full(len(jobs), np.inf))


def costs_of(ground: Ground, groups: I64, cost_max: F64) -> F64:
    """Return what (M, n) groups of jobs cost the last courier, who is at the first pickup."""
    courier = np.full(len(groups), len(ground.fleet) - 1)
    return walk_all(ground, tree_of(groups.shape[1]), Asked(groups, courier, cost_max, 0.0))[0]


def valued(ground: Ground, alone: F64, trials: tuple[I64, F64], taste: Taste) -> tuple[I64, F64]:
    """Return those groups, and their savings, that save more than the least of each.

    The best of each job stay, at most so many.
    """
    groups, least = trials
    apart = alone[groups].sum(axis=1) - taste.trip_cost
    apart[np.isinf(apart)] = -np.inf  # a job that nobody could carry alone saves nothing
    saving = apart - costs_of(ground, groups, apart - least)
    rows = np.flatnonzero(saving > least)
    order = rows[np.argsort(-saving[rows], kind="stable")]
    kept = np.sort(best_of_each(groups, order, len(alone), taste.bundles_per_job_max))
    return groups[kept], saving[kept]


def links_of(pairs: I64, saving: F64, jobs_count: int) -> Links:
    """Return the links of ascending pairs."""
    start = np.searchsorted(pairs[:, 0], np.arange(jobs_count + 1))
    return Links(start, np.ascontiguousarray(pairs[:, 1]), saving)


def _pooled(layers: list[tuple[I64, F64]]) -> Pool:
    sizes = np.concatenate([np.full(len(groups), groups.shape[1]) for groups, _ in layers])
    job = np.concatenate([groups.ravel() for groups, _ in layers])
    start = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    return Pool(Units(start, job), np.concatenate([saving for _, saving in layers]))


@kernel
def best_of_each(groups: I64, order: I64, jobs_count: int, groups_max: int) -> I64:
    """Return the rows that are among the first so many in the order for any of their jobs."""
    count = np.zeros(jobs_count, np.int64)
    kept, kept_count = np.empty(len(order), np.int64), 0
    for row in order:
        fullest = groups_max
        for k in range(groups.shape[1]):
            fullest = min(fullest, count[groups[row, k]])
        if fullest < groups_max:
            kept[kept_count] = row
            kept_count += 1
            for k in range(groups.shape[1]):
                count[groups[row, k]] += 1
    return kept[:kept_count]


@lean_kernel
def link_saving(links: Links, a: int, b: int) -> float:
    """Return the saving of two jobs, whichever is lower, -1 if they are not linked."""
    low, high = links.start[min(a, b)], links.start[min(a, b) + 1]
    other, end = max(a, b), high
    while low < high:
        middle = (low + high) // 2
        if links.job[middle] < other:
            low = middle + 1
        else:
            high = middle
    if low < end and links.job[low] == other:
        return float(links.saving[low])
    return -1.0


@kernel
def grown(groups: I64, saving: F64, links: Links, grown_max: int) -> tuple[I64, F64]:
    """Return groups of one job more, all linked, and the most that parts of each save.

    The groups ascend. Of those with the same lowest job the best are taken by their links' sum, at
    most so many.
    """
    count, jobs_count = groups.shape
    new = np.empty((links.start.shape[0] * grown_max, jobs_count + 1), np.int64)
    least = np.empty(new.shape[0])
    rank, filled, first = np.empty(new.shape[0]), 0, 0
    for row in range(count):
        lowest, last = groups[row, 0], groups[row, jobs_count - 1]
        if row > 0 and groups[row - 1, 0] != lowest:
            first = filled
        for e in range(links.start[lowest], links.start[lowest + 1]):
            job = links.job[e]
            total = saving[row] + bond(links, groups[row], job) if job > last else -1.0
            if total < saving[row]:
                continue
            slot = filled
            if filled - first == grown_max:
                slot = first + np.argmin(rank[first:filled])
                if rank[slot] >= total:
                    continue
            else:
                filled += 1
            new[slot, :jobs_count], new[slot, jobs_count] = groups[row], job
            rank[slot], least[slot] = total, max(saving[row], parts_saving(links, new[slot]))
    return new[:filled], least[:filled]


@lean_kernel
def bond(links: Links, group: I64, job: int) -> float:
    """Return the sum of a job's links to a group, or minus infinity if one is missing."""
    total = 0.0
    for k in range(group.shape[0]):
        saving = link_saving(links, group[k], job)
        total += saving if saving > 0.0 else -np.inf
    return total


@lean_kernel
def parts_saving(links: Links, group: I64) -> float:
    """Return the most that pairs of three or four jobs, all linked, save: two pairs of four."""
    best = 0.0
    for k in range(1, group.shape[0]):
        pair = link_saving(links, group[0], group[k])
        if group.shape[0] == 4:
            a, b = 1 + k % 3, 1 + (k + 1) % 3
            pair += link_saving(links, group[a], group[b])
        best = max(best, pair)
    if group.shape[0] == 3:
        best = max(best, link_saving(links, group[1], group[2]))
    return best
