"""Which jobs are taken out of their routes in a round, so that they may find better places.

Strings of neighbouring jobs out of neighbouring routes, after Christiaens and Vanden Berghe
(2020), Slack induction by string removals for vehicle routing problems; or the jobs most alike to
one, after Schrimpf, Schneider, Stamm-Wilbrandt and Dueck (2000), Record breaking optimization
results using the ruin and recreate principle; or all jobs of some neighbouring routes, so that
couriers may be exchanged or left out, after Nagata and Braysy (2009), A powerful route minimization
heuristic for the vehicle routing problem with time windows.
"""

import math

from matching.dice import pick, roll
from matching.ground import Ground
from matching.kernel import lean_kernel
from matching.site import POOL_COUNT, TOUCHED_COUNT, Site, is_pooled, is_touched, pull
from matching.tours import JOBS, STOPS, job_of_pickup, refresh

PULLED_MEAN = 8.0  # jobs, by strings
STRING_JOBS_MAX = 6
RADIAL_JOBS_MAX = 16
ROUTES_MAX = 3  # emptied at once
_RADIAL_SHARE, _ROUTES_SHARE = 0.4, 0.3  # of the rounds; the others pull strings


@lean_kernel
def ruin(ground: Ground, site: Site) -> None:
    """Take out some jobs around one."""
    seed = int(site.links.job[pick(site.dice, site.links.job.shape[0])])
    kind = roll(site.dice)
    if kind < _RADIAL_SHARE:
        pull_alike(ground, site, seed)
    elif kind < _RADIAL_SHARE + _ROUTES_SHARE:
        pull_around(ground, site, seed, 1 + pick(site.dice, ROUTES_MAX), math.inf)
    else:
        length_max = 1.0 + roll(site.dice) * (STRING_JOBS_MAX - 1)
        routes_mean = PULLED_MEAN / (0.5 + 0.5 * length_max)
        routes_count = 1 + int(roll(site.dice) * (2.0 * routes_mean - 1.0))
        pull_around(ground, site, seed, routes_count, length_max)
    for i in range(site.now[TOUCHED_COUNT]):
        refresh(ground, site.tours, site.touched[i])


@lean_kernel
def pull_alike(ground: Ground, site: Site, seed: int) -> None:
    """Take out the jobs most alike to the seed, with gaps."""
    jobs_count = 1 + pick(site.dice, RADIAL_JOBS_MAX)
    share = 0.6 + 0.4 * roll(site.dice)
    kin = site.links.kin[seed]
    for i in range(kin.shape[0]):
        job = int(kin[i])
        if job < 0 or site.now[POOL_COUNT] >= jobs_count:
            break
        if job == seed or roll(site.dice) < share:
            pull(ground, site, job)


@lean_kernel
def pull_around(
    ground: Ground, site: Site, seed: int, routes_count: int, length_max: float
) -> None:
    """Take a string of jobs out of each of some routes around the seed, and open jobs there.

    No string has more jobs than the longest; where that is infinite, each is a whole route.
    """
    kin = site.links.kin[seed]
    for i in range(kin.shape[0]):
        job = int(kin[i])
        if job < 0 or routes_count == 0:
            break
        courier = int(site.tours.owner[job])
        if courier >= 0 and not is_touched(site, courier):
            if length_max < math.inf:
                pull_string(ground, site, job, length_max)
            else:
                pull_from(ground, site, courier, 1, site.tours.tally[courier, JOBS])
            routes_count -= 1
        elif courier < 0 and not is_pooled(site, job):
            pull(ground, site, job)


@lean_kernel
def pull_string(ground: Ground, site: Site, job: int, length_max: float) -> None:
    """Take out a job and some of those picked up just before and after it."""
    courier = int(site.tours.owner[job])
    length = 1 + pick(site.dice, int(length_max))
    before = pick(site.dice, length)
    route, first = site.tours.route[courier], 1
    while job_of_pickup(ground, route[first]) != job:
        first += 1
    while before > 0 and first > 1:
        first -= 1
        before -= int(job_of_pickup(ground, route[first]) >= 0)
    pull_from(ground, site, courier, first, length)


@lean_kernel
def pull_from(ground: Ground, site: Site, courier: int, first: int, jobs_count: int) -> None:
    """Take out so many jobs, or all there are, that are picked up from a position of a route on."""
    route = site.tours.route[courier]
    while jobs_count > 0 and first <= site.tours.tally[courier, STOPS]:
        pulled = job_of_pickup(ground, route[first])
        if pulled >= 0:
            pull(ground, site, pulled)  # what comes behind moves up to here
            jobs_count -= 1
        else:
            first += 1
