"""Which jobs are taken out of their routes in a round, so that they may find better places.

Strings of neighbouring jobs out of neighbouring routes, after Christiaens and Vanden Berghe
(2020), Slack induction by string removals for vehicle routing problems; or the jobs most alike to
one, after Schrimpf, Schneider, Stamm-Wilbrandt and Dueck (2000), Record breaking optimization
results using the ruin and recreate principle.
"""

from matching.dice import pick, roll
from matching.ground import Ground
from matching.kernel import lean_kernel
from matching.site import POOL_COUNT, TOUCHED_COUNT, Site, is_pooled, is_touched, pull
from matching.tours import STOPS, job_of_pickup, refresh

PULLED_MEAN = 8.0  # jobs, by strings
STRING_JOBS_MAX = 6
RADIAL_JOBS_MAX = 16
_RADIAL_SHARE = 0.4  # of the rounds


@lean_kernel
def ruin(ground: Ground, site: Site) -> None:
    """Take out some jobs around one."""
    seed = int(site.links.job[pick(site.dice, site.links.job.shape[0])])
    if roll(site.dice) < _RADIAL_SHARE:
        pull_alike(ground, site, seed)
    else:
        pull_strings(ground, site, seed)
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
def pull_strings(ground: Ground, site: Site, seed: int) -> None:
    """Take out a string of jobs from each of some routes around the seed, and open jobs there."""
    length_max = 1.0 + roll(site.dice) * (STRING_JOBS_MAX - 1)
    strings_left = 1 + int(roll(site.dice) * (2.0 * PULLED_MEAN / (0.5 + 0.5 * length_max) - 1.0))
    kin = site.links.kin[seed]
    for i in range(kin.shape[0]):
        job = int(kin[i])
        if job < 0 or strings_left == 0:
            break
        courier = site.tours.owner[job]
        if courier >= 0 and not is_touched(site, courier):
            pull_string(ground, site, job, length_max)
            strings_left -= 1
        elif courier < 0 and not is_pooled(site, job):
            pull(ground, site, job)


@lean_kernel
def pull_string(ground: Ground, site: Site, job: int, length_max: float) -> None:
    """Take out a job and some of those picked up just before and after it."""
    courier = site.tours.owner[job]
    length = 1 + pick(site.dice, int(length_max))
    before = pick(site.dice, length)
    route, first = site.tours.route[courier], 1
    while job_of_pickup(ground, route[first]) != job:
        first += 1
    while before > 0 and first > 1:
        first -= 1
        before -= int(job_of_pickup(ground, route[first]) >= 0)
    while length > 0 and first <= site.tours.tally[courier, STOPS]:
        pulled = job_of_pickup(ground, route[first])
        if pulled >= 0:
            pull(ground, site, pulled)  # what comes behind moves up to here
            length -= 1
        else:
            first += 1
