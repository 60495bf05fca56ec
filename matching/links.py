"""Which jobs compete for the same couriers, and where each job may be looked for a place.

Lists are found by a scan outwards along the longest axis of the city: what is further along that
one axis than the last of a full list is no nearer.
"""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.ground import (
    FREE_S,
    READY_S,
    STRAIGHT_S_PER_M,
    Ground,
    approach_s,
    dropoff_of,
    pickup_of,
)
from matching.kernel import lean_kernel
from matching.shortlist import keep_least
from matching.travel import distance_m

KIN_MAX = 64  # jobs that may be taken out together with one
HOSTS_MAX = 24  # jobs whose couriers are asked to take one as well
COURIERS_MAX = 12  # candidates asked to take one, the soonest first

_READY_SHARE = 0.5  # jobs ready a minute apart are that share of a minute's ride apart


class Links(NamedTuple):
    """Rows of J jobs, nearest first and filled up with -1; of jobs left out there is none."""

    job: I64  # (A,) jobs that take part, ascending
    kin: I64  # (J, KIN) jobs alike in pickup, drop-off and time, itself among them
    host: I64  # (J, HOSTS) jobs with a stop near one of its own
    courier: I64  # (J, COURIERS) candidates


class Pairs(NamedTuple):
    """Candidates of J jobs: those of job j are courier[start[j] : start[j + 1]]."""

    start: I64  # (J + 1,)
    courier: I64


class Line(NamedTuple):
    """Places of the jobs that take part, in order along one axis."""

    job: I64  # (A,)
    axis: int
    place: I64  # (N,)
    rank: I64  # rank of a place in that order


def links_of(ground: Ground, jobs: I64, candidates: Pairs) -> Links:
    """Return the links between some jobs, which ascend, and with candidates for them."""
    pickups, dropoffs = ground.stops_count + jobs, ground.stops_count + ground.jobs_count + jobs
    kin = np.full((ground.jobs_count, min(KIN_MAX, len(jobs))), -1, np.int64)
    host = np.full((ground.jobs_count, min(HOSTS_MAX, len(jobs))), -1, np.int64)
    most = int(np.diff(candidates.start).max(initial=0))
    courier = np.full((ground.jobs_count, min(COURIERS_MAX, most)), -1, np.int64)
    if len(jobs) > 0:
        both = np.concatenate((pickups, dropoffs))
        keys = np.empty(max(kin.shape[1], host.shape[1], courier.shape[1]))
        fill_kin(ground, line_of(ground, pickups, jobs), kin, keys[: kin.shape[1]])
        fill_hosts(ground, line_of(ground, both, jobs), host, keys[: host.shape[1]])
        fill_couriers(ground, jobs, candidates, courier, keys[: courier.shape[1]])
    return Links(jobs, kin, host, courier)


def line_of(ground: Ground, place: I64, jobs: I64) -> Line:
    """Return the places in order along the axis on which they spread the most."""
    points = ground.places[place, :3]
    axis = int(np.ptp(points, axis=0).argmax())
    ordered = place[np.argsort(points[:, axis], kind="stable")]
    rank = np.full(len(ground.places), -1, np.int64)
    rank[ordered] = np.arange(len(ordered))
    return Line(jobs, axis, ordered, rank)


@lean_kernel
def clear(keys: F64) -> None:
    """Make the keys those of an empty list."""
    for i in range(keys.shape[0]):
        keys[i] = np.inf


@lean_kernel
def kin_m(ground: Ground, a: int, b: int) -> float:
    """Return how unlike two jobs are: metres between their stops, and in time, as travelled."""
    pickup, other = pickup_of(ground, a), pickup_of(ground, b)
    apart_m = distance_m(ground.places, pickup, ground.places, other)
    apart_m += distance_m(
        ground.places, dropoff_of(ground, a), ground.places, dropoff_of(ground, b)
    )
    apart_s = abs(ground.places[pickup, READY_S] - ground.places[other, READY_S])
    return apart_m + _READY_SHARE * apart_s / ground.fleet[0, STRAIGHT_S_PER_M]


@lean_kernel
def fill_kin(ground: Ground, line: Line, kin: I64, keys: F64) -> None:
    """Fill in the jobs most alike to each."""
    for row in range(line.job.shape[0]):
        j = line.job[row]
        clear(keys)
        here = ground.places[pickup_of(ground, j), line.axis]
        for turn in (1, -1):
            i = line.rank[pickup_of(ground, j)] + min(turn, 0)
            while 0 <= i < line.place.shape[0]:
                place = line.place[i]
                if abs(ground.places[place, line.axis] - here) > keys[-1]:
                    break
                other = int(place) - ground.stops_count
                keep_least(kin[j], keys, other, kin_m(ground, j, other))
                i += turn


@lean_kernel
def fill_hosts(ground: Ground, line: Line, host: I64, keys: F64) -> None:
    """Fill in the jobs that have a stop nearest to one of each job's own."""
    for row in range(line.job.shape[0]):
        j = line.job[row]
        clear(keys)
        for own in (pickup_of(ground, j), dropoff_of(ground, j)):
            for turn in (1, -1):
                i = line.rank[own] + turn
                while 0 <= i < line.place.shape[0]:
                    place = int(line.place[i])
                    apart_m = ground.places[place, line.axis] - ground.places[own, line.axis]
                    if abs(apart_m) > keys[-1]:
                        break
                    other = (place - ground.stops_count) % ground.jobs_count
                    near_m = distance_m(ground.places, own, ground.places, place)
                    if other != j:
                        keep_once(host[j], keys, other, near_m)
                    i += turn


@lean_kernel
def keep_once(rows: I64, keys: F64, row: int, key: float) -> None:
    """Put the row into a sorted list with its least key, unless the list is full of nearer ones."""
    if key >= keys[-1]:
        return
    for i in range(rows.shape[0]):
        if rows[i] == row:
            if keys[i] <= key:
                return
            for behind in range(i, rows.shape[0] - 1):
                rows[behind], keys[behind] = rows[behind + 1], keys[behind + 1]
            rows[-1], keys[-1] = -1, np.inf
            break
    keep_least(rows, keys, row, key)


@lean_kernel
def fill_couriers(ground: Ground, jobs: I64, candidates: Pairs, courier: I64, keys: F64) -> None:
    """Fill in the candidates who can be soonest at each pickup."""
    for row in range(jobs.shape[0]):
        j = jobs[row]
        clear(keys)
        for p in range(candidates.start[j], candidates.start[j + 1]):
            c = candidates.courier[p]
            soonest_s = ground.fleet[c, FREE_S] + approach_s(ground, c, pickup_of(ground, j))
            keep_least(courier[j], keys, c, soonest_s)
