"""The usual way, with which ours is compared."""

import numpy as np
import pytest

from loadtests.matching.city import CitySize, city
from loadtests.matching.usual import COUNT, feasible_near, nearest_free, singles_cost, total_cost
from matching.ground import survey
from matching.params import Params
from matching.walk import settle


@pytest.fixture(scope="module")
def tick():
    snapshot = city(CitySize(40, 25, 2_000.0), seed=5)
    ground = survey(snapshot, Params())
    settle(ground)
    return snapshot, ground


def test_each_job_gets_the_nearest_courier_whom_no_job_before_it_took():
    assert nearest_free([[3, 1], [3, 1], [1, 3], [], [-1, 2]]) == [3, 1, -1, -1, 2]


def test_it_is_only_offered_couriers_who_could_do_the_job(tick):
    snapshot, ground = tick
    near = feasible_near(ground, snapshot)
    assert near.shape == (25, COUNT)
    job, rank = np.nonzero(near >= 0)
    assert len(job) > 0
    assert np.isfinite(singles_cost(ground, job, near[job, rank])).all()


def test_what_it_decides_costs_the_sum_of_its_jobs_and_of_those_left_open(tick):
    snapshot, ground = tick
    picks = np.array(nearest_free(feasible_near(ground, snapshot).tolist()))
    job = np.flatnonzero(picks >= 0)
    one_by_one = [
        singles_cost(ground, np.array([j]), np.array([picks[j]]))[0] for j in job.tolist()
    ]
    left = ground.open_cost[picks < 0].sum()
    assert total_cost(ground, picks) == pytest.approx(sum(one_by_one) + left)


def test_a_courier_with_two_jobs_is_found_out(tick):
    _, ground = tick
    with pytest.raises(AssertionError, match="one job"):
        total_cost(ground, np.zeros(ground.jobs_count, np.int64))
