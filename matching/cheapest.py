"""The cheapest couriers of each job, by exact costs and whatever the prices."""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.ground import Ground
from matching.heap import put, sort_heap
from matching.kernel import lean_kernel
from matching.prospects import (
    Prospects,
    Search,
    Tariff,
    grown,
    make_exact,
    prospects_for,
    search_for,
    widen,
)
from matching.scan import STEPS_PER_S, Hunt

_POOL_PER_JOB = 256  # memory that nobody writes to costs nothing


class Cheapest(NamedTuple):
    """K couriers at most of each of J jobs, and everything that was looked at on the way."""

    start: I64  # (J + 1,)
    courier: I64  # (P,) ascending within a job
    cost: F64  # (P,) seconds, to the millisecond
    search: Search
    prospects: Prospects


class Best(NamedTuple):
    """The best slots of a job's prospects as a heap, at most K, and those of all jobs."""

    slot: I64  # (K,)
    cost_ms: F64  # (K,)
    found_count: I64  # (J,)
    courier: I64  # (J, K)
    saved_ms: F64  # (J, K)
    marks: I64  # (1,) how many jobs are done


def cheapest_of(ground: Ground, hunt: Hunt, couriers_max: int) -> Cheapest:
    """Return the cheapest couriers of the hunt's jobs; the other jobs have none."""
    jobs_count = ground.jobs_count
    search = search_for(hunt, are_couriers_bidding=False)
    prospects = prospects_for(jobs_count, _POOL_PER_JOB * len(hunt.jobs))
    if couriers_max == 0:
        start, nobody = np.zeros(jobs_count + 1, np.int64), np.empty(0, np.int64)
        return Cheapest(start, nobody, np.empty(0), search, prospects)
    best = Best(
        slot=np.empty(couriers_max, np.int64),
        cost_ms=np.empty(couriers_max),
        found_count=np.zeros(jobs_count, np.int64),
        courier=np.empty((jobs_count, couriers_max), np.int64),
        saved_ms=np.empty((jobs_count, couriers_max)),
        marks=np.zeros(1, np.int64),
    )
    while not find_best(ground, search, prospects, best):
        prospects = grown(prospects)
    start = np.concatenate((np.zeros(1, np.int64), np.cumsum(best.found_count)))
    courier, cost_ms = np.empty(start[-1], np.int64), np.empty(start[-1])
    lay_out(best, start, courier, cost_ms)
    cost_ms += np.repeat(hunt.open_ms, best.found_count)
    return Cheapest(start, courier, cost_ms / STEPS_PER_S, search, prospects)


@lean_kernel
def find_best(ground: Ground, search: Search, prospects: Prospects, best: Best) -> bool:
    """Find the best of each job; return False, to be called again, when the pool has no room."""
    jobs, tariff = search.tariff.jobs, search.tariff
    while best.marks[0] < jobs.shape[0]:
        job = int(jobs[best.marks[0]])
        count, worst_ms = pick(ground, tariff, prospects, best, job)
        while prospects.bound_ms[job] < worst_ms:
            if not widen(ground, search, prospects, job, worst_ms):
                return False
            count, worst_ms = pick(ground, tariff, prospects, best, job)
        sort_heap(best.cost_ms, best.slot, count)
        best.found_count[job] = count
        for k in range(count):
            best.courier[job, k] = prospects.other[best.slot[k]]
            best.saved_ms[job, k] = best.cost_ms[k]
        best.marks[0] += 1
    return True


@lean_kernel
def pick(
    ground: Ground, tariff: Tariff, prospects: Prospects, best: Best, job: int
) -> tuple[int, float]:
    """Leave the best prospects in the heap; return how many, and what better ones stay below.

    Those who look best are costed exactly until they are the best, so that few others are.
    """
    count = take_best(prospects, best, job)
    while sharpened(ground, tariff, prospects, best.slot[:count], job):
        count = take_best(prospects, best, job)
    return count, best.cost_ms[0] if count == best.slot.shape[0] else np.inf


@lean_kernel
def take_best(prospects: Prospects, best: Best, job: int) -> int:
    """Leave those in the heap who look best so far; return how many."""
    count, first = 0, prospects.start[job]
    for k in range(first, first + prospects.size[job]):
        if prospects.cost_ms[k] < np.inf:
            count = put(best.cost_ms, best.slot, count, float(prospects.cost_ms[k]), k)
    return count


@lean_kernel
def sharpened(ground: Ground, tariff: Tariff, prospects: Prospects, slots: I64, job: int) -> bool:
    """Return whether a cost was not exact; all are afterwards."""
    is_new = False
    for slot in slots:
        if prospects.is_exact[slot] == 0:
            make_exact(ground, tariff, prospects, job, slot)
            is_new = True
    return is_new


@lean_kernel
def lay_out(best: Best, start: I64, courier: I64, cost_ms: F64) -> None:
    """Fill in the couriers of all jobs one after the other, ascending within a job."""
    for j in range(best.found_count.shape[0]):
        for k in range(best.found_count[j]):
            c, i = best.courier[j, k], start[j] + k
            while i > start[j] and courier[i - 1] > c:
                courier[i], cost_ms[i] = courier[i - 1], cost_ms[i - 1]
                i -= 1
            courier[i], cost_ms[i] = c, best.saved_ms[j, k]
