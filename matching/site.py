"""What one round of ruin and recreate works on: tours in hand, links, and jobs taken out."""

from typing import NamedTuple

import numpy as np

from matching.arrays import F64, I64
from matching.dice import dice_of
from matching.ground import Ground
from matching.kernel import lean_kernel
from matching.links import Links
from matching.tours import Tours, take_out

# Rows of `Site.now`.
ROUND = 0  # number of the round, from 1: what bears it was marked in this one
POOL_COUNT = 1
TOUCHED_COUNT = 2
ASKED = 3  # number of the job that looks for a courier: who bears it has been asked
NOW_COUNT = 4

# Columns of `Site.courier_mark`.
TOUCHED_IN = 0
ASKED_AS = 1

_MEMO_ROWS_PER_JOB = 256
_MEMO_ROWS_MAX = 1 << 18  # 10 MB


class Memo(NamedTuple):
    """Places found before, by job and fingerprint of a route; M is a power of two."""

    spot: I64  # (M, 4) job, fingerprint, pickup and drop-off behind which positions
    cost: F64  # (M,) exact, or where there is no spot a cost that none goes below


class Site(NamedTuple):
    """The tours that a round changes, and its notes."""

    tours: Tours
    links: Links
    memo: Memo
    pool: I64  # (J,) jobs taken out
    weight: F64  # (J,) what they are sorted by
    touched: I64  # (C,) couriers whose route is no longer what it was before the round
    courier_mark: I64  # (C, 2)
    job_mark: I64  # (J,) round in which the job was last taken out
    now: I64  # (NOW_COUNT,)
    dice: I64  # (1,)


def site_of(ground: Ground, tours: Tours, links: Links, *, seed: int) -> Site:
    """Return the site for tours; it works on them, not on a copy."""
    couriers_count, jobs_count = len(ground.fleet), ground.jobs_count
    rows_count = min(_MEMO_ROWS_MAX, _MEMO_ROWS_PER_JOB << jobs_count.bit_length())
    return Site(
        tours=tours,
        links=links,
        memo=Memo(np.full((rows_count, 4), -1, np.int64), np.zeros(rows_count)),
        pool=np.empty(jobs_count, np.int64),
        weight=np.empty(jobs_count),
        touched=np.empty(couriers_count, np.int64),
        courier_mark=np.zeros((couriers_count, 2), np.int64),
        job_mark=np.zeros(jobs_count, np.int64),
        now=np.zeros(NOW_COUNT, np.int64),
        dice=dice_of(seed),
    )


@lean_kernel
def begin_round(site: Site) -> None:
    """Forget the notes of the round before."""
    site.now[ROUND] += 1
    site.now[POOL_COUNT] = 0
    site.now[TOUCHED_COUNT] = 0


@lean_kernel
def is_touched(site: Site, courier: int) -> bool:
    """Return whether the courier's route was changed in this round."""
    return site.courier_mark[courier, TOUCHED_IN] == site.now[ROUND]


@lean_kernel
def touch(site: Site, courier: int) -> None:
    """Note that the courier's route is changed in this round."""
    if not is_touched(site, courier):
        site.courier_mark[courier, TOUCHED_IN] = site.now[ROUND]
        site.touched[site.now[TOUCHED_COUNT]] = courier
        site.now[TOUCHED_COUNT] += 1


@lean_kernel
def is_pooled(site: Site, job: int) -> bool:
    """Return whether the job was taken out in this round."""
    return site.job_mark[job] == site.now[ROUND]


@lean_kernel
def pull(ground: Ground, site: Site, job: int) -> None:
    """Take a job out of its route, if it is in one, into the pool; once in a round.

    What is known of the route is out of date until `refresh`.
    """
    site.job_mark[job] = site.now[ROUND]
    site.pool[site.now[POOL_COUNT]] = job
    site.now[POOL_COUNT] += 1
    if site.tours.owner[job] >= 0:
        touch(site, site.tours.owner[job])
        take_out(ground, site.tours, job)
