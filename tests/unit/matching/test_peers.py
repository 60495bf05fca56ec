"""The batch problem of the race: its checker refuses what it must, and our plans pass it."""

import itertools

import numpy as np
import pytest

from loadtests.matching.batch import OPEN_COST, SERVICE_S, batch_of, cost_of
from loadtests.matching.own import ground_of, routes_of, work_on
from loadtests.matching.peers import HEAT_MAX, attempts, reach
from matching.routes import BEST, Effort, improve

JOBS_COUNT = 20
BATCH = batch_of(JOBS_COUNT, seed=1)
NOBODY: list[list[int]] = [[] for _ in range(BATCH.couriers_count)]


def test_our_plan_passes_the_checker_at_the_cost_that_it_says() -> None:
    ground = ground_of(BATCH)
    work = work_on(ground, seed=1)
    improve(ground, work, Effort(20, 20, heat=200.0, heat_end=2.0))
    open_count = int((work.best.owner < 0).sum())
    service_s = 2 * SERVICE_S * JOBS_COUNT
    assert open_count == 0
    assert cost_of(BATCH, routes_of(work)) == pytest.approx(work.cost[BEST] - service_s)


def test_the_race_ends_as_soon_as_the_target_is_reached() -> None:
    assert reach(ground_of(BATCH), BATCH, JOBS_COUNT * OPEN_COST) is not None


def test_each_attempt_is_longer_than_the_last_and_none_is_cooler() -> None:
    efforts = list(itertools.islice(attempts(JOBS_COUNT), 8))
    for before, after in itertools.pairwise(efforts):
        assert before.rounds_total < after.rounds_total
        assert before.heat <= after.heat <= HEAT_MAX
    assert efforts[0].heat < efforts[-1].heat == HEAT_MAX


def test_a_target_that_the_first_attempt_misses_is_reached_by_a_later_one(monkeypatch) -> None:
    ground, work = ground_of(BATCH), work_on(ground_of(BATCH), seed=1)
    improve(ground, work, Effort(2_000, 2_000, heat=200.0, heat_end=2.0))
    target = cost_of(BATCH, routes_of(work))
    monkeypatch.setattr("loadtests.matching.peers.ROUNDS_PER_JOB_FIRST", 1)
    assert reach(ground, BATCH, target) is not None


def test_a_plan_for_nobody_pays_for_every_job() -> None:
    assert cost_of(BATCH, NOBODY) == JOBS_COUNT * OPEN_COST


@pytest.mark.parametrize(
    ("route", "why"),
    [
        ([0], "stays on board"),
        ([0, JOBS_COUNT, 0, JOBS_COUNT], "twice"),
        ([0, 1, 2, 3, 4], "too much on board"),
        ([0, 1, JOBS_COUNT, JOBS_COUNT + 1], "too late"),
    ],
)
def test_a_plan_that_breaks_a_promise_is_refused(route, why) -> None:
    patient = BATCH._replace(due_s=np.where(why == "too late", 0, 10**6) + 0 * BATCH.due_s)
    with pytest.raises(AssertionError, match=why):
        cost_of(patient, [route, *NOBODY[1:]])
