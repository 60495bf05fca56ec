"""Ruin and recreate: what stays true of the tours, and what the rounds find."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.ground import OFFER_COST, survey
from matching.links import Pairs, links_of
from matching.params import Params
from matching.permits import may_be_offered
from matching.routes import BEST, Effort, improve, put_last_plan, work_of
from matching.tours import JOBS, ROOM, STOPS, tours_of
from matching.walk import settle
from tests.unit.matching import twins_routes
from tests.unit.matching.snapshots import Courier, Job, Stop, random_snapshot, snapshot_of

PARAMS = Params()
FEW = settings(max_examples=25, deadline=None, derandomize=True)


def effort_of(rounds_count) -> Effort:
    return Effort(rounds_count, 400, heat=300.0, heat_end=3.0)


def prepared(snapshot, *, left_out=()):
    """Return the ground of a snapshot and the links of its jobs, but for some."""
    ground = survey(snapshot, PARAMS)
    settle(ground)
    jobs_count, couriers_count = len(snapshot.ready_s), len(snapshot.courier_free_s)
    jobs = np.array([j for j in range(jobs_count) if j not in left_out], np.int64)
    lists = [
        [c for c in range(couriers_count) if j in jobs and may_be_offered(ground, c, j)]
        for j in range(jobs_count)
    ]
    start = np.concatenate(([0], np.cumsum([len(each) for each in lists]))).astype(np.int64)
    courier = np.array([c for each in lists for c in each], np.int64)
    return ground, links_of(ground, jobs, Pairs(start, courier))


def improved(snapshot, rounds_counts, *, seed=1, left_out=()):
    """Return the ground and the work after so many rounds, in as many calls."""
    ground, links = prepared(snapshot, left_out=left_out)
    work = work_of(ground, tours_of(ground, jobs_max=4), links, seed=seed)
    for rounds_count in rounds_counts:
        improve(ground, work, effort_of(rounds_count))
    return ground, work


def routes_of(tours) -> list[list[int]]:
    return [twins_routes.places_of(tours, c) for c in range(len(tours.route))]


@FEW
@given(seed=st.integers(0, 2**32 - 1))
def test_the_best_tours_keep_every_promise_and_cost_what_is_said(seed) -> None:
    snapshot = random_snapshot(seed, couriers_count=6, jobs_count=8)
    ground, work = improved(snapshot, (60,), seed=seed)
    assert work.cost[BEST] == pytest.approx(twins_routes.plan_cost(ground, work.best), abs=1e-4)
    assert np.isfinite(work.cost[BEST])
    for courier, places in enumerate(routes_of(work.best)):
        first, end = ground.route_start[courier], ground.route_start[courier + 1]
        assert [place for place in places if place < ground.stops_count] == [*range(first, end)]
        jobs = np.flatnonzero(work.best.owner == courier)
        pickups = ground.stops_count + jobs
        new = sorted(place for place in places if place >= ground.stops_count)
        assert new == sorted([*pickups, *(pickups + ground.jobs_count)])
        assert all(places.index(p) < places.index(p + ground.jobs_count) for p in pickups)
        assert len(jobs) == work.best.tally[courier, JOBS] <= work.best.tally[courier, ROOM]
        assert all(may_be_offered(ground, courier, int(job)) for job in jobs)


@FEW
@given(seed=st.integers(0, 2**32 - 1))
def test_more_rounds_never_make_it_worse(seed) -> None:
    ground, links = prepared(random_snapshot(seed, couriers_count=6, jobs_count=8))
    work = work_of(ground, tours_of(ground, jobs_max=4), links, seed=seed)
    costs = [work.cost[BEST]]
    for _ in range(5):
        improve(ground, work, effort_of(10))
        costs.append(twins_routes.plan_cost(ground, work.best))
    assert all(after <= before + 1e-6 for before, after in itertools.pairwise(costs))


@FEW
@given(seed=st.integers(0, 2**32 - 1))
def test_rounds_in_two_calls_are_the_rounds_of_one(seed) -> None:
    snapshot = random_snapshot(seed, couriers_count=6, jobs_count=8)
    _, whole = improved(snapshot, (40,), seed=seed)
    _, parts = improved(snapshot, (15, 25), seed=seed)
    assert routes_of(whole.best) == routes_of(parts.best)
    assert whole.cost.tolist() == parts.cost.tolist()


def best_plan_cost(ground) -> float:
    """Return the least cost of three jobs among the couriers, by trying every partition."""
    couriers = range(len(ground.fleet))
    costs = []
    for owners in itertools.product((-1, *couriers), repeat=ground.jobs_count):
        total = sum(ground.open_cost[j] for j, c in enumerate(owners) if c < 0)
        for courier in couriers:
            jobs = [j for j, c in enumerate(owners) if c == courier]
            allowed = all(may_be_offered(ground, courier, j) for j in jobs)
            total += cheapest_order(ground, courier, jobs) if allowed else np.inf
        costs.append(total)
    return min(costs)


def cheapest_order(ground, courier, jobs) -> float:
    """Return what the jobs add to a courier without committed stops, in their best order."""
    pickups = [ground.stops_count + j for j in jobs]
    new = [*pickups, *(p + ground.jobs_count for p in pickups)]
    return min(
        (
            twins_routes.cost_of(ground, courier, order)
            for order in itertools.permutations(new)
            if all(order.index(p) < order.index(p + ground.jobs_count) for p in pickups)
        ),
        default=0.0,
    ) + (ground.fleet[courier, OFFER_COST] if jobs else 0.0)


@settings(max_examples=8, deadline=None, derandomize=True)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_small_tick_is_solved_to_the_best_plan_of_all(seed) -> None:
    rng = np.random.default_rng(seed)
    points = [tuple(point) for point in rng.uniform(-2_000.0, 2_000.0, (8, 2)).tolist()]
    jobs = [Job(at=points[j], to=points[j + 3]) for j in range(3)]
    snapshot = snapshot_of([Courier(at=points[6]), Courier(at=points[7])], jobs)
    ground, work = improved(snapshot, (400,))
    assert work.cost[BEST] == pytest.approx(best_plan_cost(ground), abs=1e-4)


def test_a_job_that_is_left_out_stays_open_and_untouched() -> None:
    jobs = [Job(at=(100.0 * j, 0.0), to=(100.0 * j, 900.0)) for j in range(4)]
    _, work = improved(snapshot_of([Courier(), Courier()], jobs), (50,), left_out=(2,))
    assert work.best.owner[2] == -1
    assert (work.best.owner[[0, 1, 3]] >= 0).all()


def test_the_last_plan_is_taken_up_again_but_for_what_is_no_longer_allowed() -> None:
    jobs = [
        Job(at=(500.0, 0.0), to=(900.0, 0.0), last_courier=1, last_rank=1),
        Job(at=(200.0, 0.0), to=(400.0, 0.0), last_courier=1, last_rank=0),
        Job(at=(100.0, 0.0), to=(300.0, 0.0), last_courier=0, declined_by=(0,)),
        Job(at=(100.0, 0.0), to=(300.0, 0.0), last_courier=0, due_s=1.0),
        Job(),
    ]
    snapshot = snapshot_of([Courier(), Courier(stops=(Stop(at=(50.0, 0.0)),))], jobs)
    ground, _ = prepared(snapshot)
    tours = tours_of(ground, jobs_max=4)
    put_last_plan(ground, tours, snapshot.job_last_courier, snapshot.job_last_rank)
    assert tours.owner.tolist() == [1, 1, -1, -1, -1]


def test_a_courier_may_carry_bundle_after_bundle() -> None:
    jobs = [Job(at=(300.0 * j, 0.0), to=(300.0 * j + 200.0, 0.0)) for j in range(6)]
    courier = Courier(capacity=(1_000.0, 5.0, 1.0), jobs_room=6)
    ground, links = prepared(snapshot_of([courier], jobs))
    work = work_of(ground, tours_of(ground, jobs_max=6), links, seed=1)
    improve(ground, work, effort_of(200))
    assert (work.best.owner == 0).all()
    assert work.best.tally[0, STOPS] == 12


def test_an_empty_tick_stays_empty() -> None:
    ground, links = prepared(snapshot_of([Courier()], []))
    work = work_of(ground, tours_of(ground, jobs_max=4), links, seed=1)
    improve(ground, work, effort_of(10))
    assert work.cost.tolist() == [0.0, 0.0]
