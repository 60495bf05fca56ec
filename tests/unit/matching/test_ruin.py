"""Ruin: what a round takes out of the routes, and what it leaves as it was."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.ground import survey
from matching.links import Pairs, links_of
from matching.params import Params
from matching.ruin import RADIAL_JOBS_MAX, pull_around, ruin
from matching.site import POOL_COUNT, begin_round, site_of
from matching.tours import JOBS, put_in, tours_of
from matching.walk import settle
from tests.unit.matching import twins_routes
from tests.unit.matching.snapshots import Courier, Job, Stop, snapshot_of

COURIERS_COUNT = 3


def loaded(jobs_per_courier, *, seed=1):
    """Return ground and site: each courier has a committed stop and its jobs behind it."""
    jobs_count = COURIERS_COUNT * jobs_per_courier
    jobs = [Job(at=(40.0 * j, 0.0), to=(40.0 * j, 500.0)) for j in range(jobs_count)]
    courier = Courier(
        capacity=(1e6, 1e6, 1e6),
        jobs_room=jobs_per_courier,
        stops=(Stop(at=(9.0, 9.0)),),
    )
    ground = survey(snapshot_of([courier] * COURIERS_COUNT, jobs), Params())
    settle(ground)
    every = np.arange(jobs_count)
    nobody = Pairs(np.zeros(jobs_count + 1, np.int64), np.empty(0, np.int64))
    tours = tours_of(ground, jobs_max=jobs_per_courier)
    for job in every:
        put_in(ground, tours, job // jobs_per_courier, job, (1, 1))
    site = site_of(ground, tours, links_of(ground, every, nobody), seed=seed)
    begin_round(site)
    return ground, site


def pooled(site) -> set[int]:
    jobs = site.pool[: site.now[POOL_COUNT]].tolist()
    assert len(jobs) == len(set(jobs)), "a job is taken out twice"
    return set(jobs)


@pytest.mark.parametrize("routes_count", [1, 2, 3])
def test_whole_routes_give_up_all_that_is_new_and_nothing_that_is_committed(routes_count) -> None:
    ground, site = loaded(4)
    pull_around(ground, site, 0, routes_count, math.inf)
    assert site.tours.tally[:, JOBS].tolist() == [0] * routes_count + [4] * (3 - routes_count)
    assert pooled(site) == set(range(4 * routes_count))
    for courier in range(routes_count):
        assert twins_routes.places_of(site.tours, courier) == [courier]


def test_a_string_is_no_longer_than_it_may_be() -> None:
    ground, site = loaded(4)
    pull_around(ground, site, 0, 2, 2.9)
    left = site.tours.tally[:, JOBS].tolist()
    assert left[2] == 4
    assert all(4 - 2 <= each < 4 for each in left[:2])


def test_a_courier_of_more_jobs_than_are_alike_may_still_be_left_out() -> None:
    jobs_per_courier = RADIAL_JOBS_MAX + 1
    emptied = 0
    for seed in range(1, 13):
        ground, site = loaded(jobs_per_courier, seed=seed)
        ruin(ground, site)
        emptied += bool((site.tours.tally[:, JOBS] == 0).any())
    assert 0 < emptied < 12


@settings(max_examples=25, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_what_is_not_taken_out_stays_where_it_was(seed) -> None:
    ground, site = loaded(5, seed=seed)
    before = [twins_routes.places_of(site.tours, courier) for courier in range(COURIERS_COUNT)]
    ruin(ground, site)
    jobs = pooled(site)
    assert jobs
    gone = {place for job in jobs for place in (job + 3, job + 3 + ground.jobs_count)}
    for courier, places in enumerate(before):
        left = [place for place in places if place not in gone]
        assert twins_routes.places_of(site.tours, courier) == left
    owner = np.arange(ground.jobs_count) // 5
    owner[list(jobs)] = -1
    assert np.array_equal(site.tours.owner, owner)
